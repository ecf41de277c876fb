"""Tiny lakes for tests: rows of each table in, Parquet files and a catalog out, without Spark."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.run import DateResult, JobName, RunRecord, save
from jobs.tables import TABLES
from lake.folder import FolderStorage

Row = dict[str, Any]

# As Spark writes them
_ARROW_TYPES = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "array<string>": pa.list_(pa.string()),
    "map<string,bigint>": pa.map_(pa.string(), pa.int64()),
    "array<struct<object:string,reason:string>>": pa.list_(
        pa.struct([("object", pa.string()), ("reason", pa.string())])
    ),
}
RUN_ID = "20260110T060000Z-abcdef"


def write_lake(folder: Path, **tables: list[Row]) -> Path:
    """A lake with these rows; a column that no row has is missing in the file, as in old ones.

    The table `items` follows from the entries.
    """
    locations: dict[str, dict[str, str]] = defaultdict(dict)
    of_items = items(tables.get("playlist_entries", []))
    for table, rows in ({"items": of_items} | tables if of_items else tables).items():
        if table == "runs":
            write_parquet(folder / f"tables/runs/{RUN_ID}.parquet", table, rows)
            continue
        by_date: dict[date | None, list[Row]] = defaultdict(list)
        for row in rows:
            if TABLES[table].is_partitioned:
                stored = {name: row[name] for name in row if name != "snapshot_date"}
                by_date[row["snapshot_date"]].append(stored)
            else:
                by_date[None].append(row)
        for on, of_date in by_date.items():
            location = f"tables/{table}/{RUN_ID}" + (f"/snapshot_date={on}" if on else "")
            write_parquet(folder / location / "part-00000-x.c000.snappy.parquet", table, of_date)
            locations[table][str(on or "")] = location
    write_catalog(folder, locations)
    return folder


def items(entries: Iterable[Row]) -> list[Row]:
    """The rows of the table `items`, in plain Python: the last known values of each item.

    Of several values of one date, the text that sorts last counts.
    """
    by_uri: dict[str, list[Row]] = defaultdict(list)
    for entry in entries:
        by_uri[entry.get("linked_from_uri") or entry["item_uri"]].append(entry)
    rows = []
    for uri, of_item in by_uri.items():
        dated: dict[str, list[tuple[date, str]]] = defaultdict(list)
        for entry in of_item:
            names = [name for name in entry.get("artist_names") or () if name is not None]
            said = {name: entry.get(name) for name in ("item_type", "name", "song_id")}
            for name, value in (said | {"artists": ", ".join(names) or None}).items():
                if value is not None:
                    dated[name].append((entry["snapshot_date"], value))
        row: Row = {name: max(values)[1] for name, values in dated.items()}
        if row.get("item_type") != "song":
            row["song_id"] = None
        last_seen_on = max(entry["snapshot_date"] for entry in of_item)
        rows.append({"item_uri": uri, **row, "last_seen_on": last_seen_on})
    return rows


def write_catalog(folder: Path, locations: dict[str, dict[str, str]]) -> None:
    """The catalog file, as the jobs write it."""
    (folder / "state").mkdir(parents=True, exist_ok=True)
    content = {"format_version": 1, "tables": locations}
    (folder / "state/catalog.json").write_text(json.dumps(content), encoding="utf-8")


def write_record(folder: Path, counts: dict[date | None, dict[str, int]]) -> None:
    """The record of the run that wrote the lake: rows by date and table."""
    job: JobName = "build_stays" if None in counts else "flatten_playlists"
    record = RunRecord(RUN_ID, job, datetime(2026, 1, 10, 6, tzinfo=UTC), "succeeded")
    record.dates = {on: DateResult("succeeded", of_date) for on, of_date in counts.items()}
    save(FolderStorage(folder), record)


def write_parquet(path: Path, table: str, rows: list[Row]) -> None:
    """A Parquet file with the columns that the rows have, in the types of the table."""
    types = {column.name: _ARROW_TYPES[column.type] for column in TABLES[table].columns}
    names = {name for row in rows for name in row}
    schema = pa.schema([(name, type_) for name, type_ in types.items() if name in names])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
