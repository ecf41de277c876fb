"""Reading a lake's tables as a query engine does: the catalog first, then the files it names."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.support.cloud import Cloud
from tests.support.glue_tables import BUCKET, DATABASE, TABLE_NAMES
from tests.support.oracle import COLUMNS, Row
from tests.support.stays_inputs import LIST_SNAPSHOT_COLUMNS
from tests.support.walked_stay import STAY_COLUMNS

UNDATED = {
    "playlist_stays": STAY_COLUMNS,
    "list_snapshots": LIST_SNAPSHOT_COLUMNS,
    "items": "item_uri item_type name artists song_id last_seen_on",
}

Rows = dict[str, dict[date | None, list[Any]]]
"""A table's rows by snapshot date (None if it has none), each as sorted pairs of name and value."""


def published_files(lake: Path, table: str) -> dict[str, list[Path]]:
    """The files of a table in a folder, by date ("" for the whole table)."""
    return {
        on: sorted((lake / location).glob("*.parquet"))
        for on, location in _catalog(lake)[table].items()
    }


def published(lake: Path, table: str) -> list[Row]:
    """The rows of a table in a folder, in the columns and their order of the design."""
    found = []
    for on, paths in published_files(lake, table).items():
        of_date = {"snapshot_date": date.fromisoformat(on)} if on else {}
        for path in paths:
            file = pq.ParquetFile(path)
            assert [*of_date, *file.schema_arrow.names] == columns(table)
            found += [tuple((of_date | row).values()) for row in file.read().to_pylist()]
    return found


def columns(table: str) -> list[str]:
    """The columns of a table, as the design names and orders them."""
    return (COLUMNS | UNDATED)[table].split()


def by_repr(rows: list[Row]) -> list[Row]:
    """Rows in an order that NULLs don't disturb."""
    return sorted(rows, key=repr)


def tables_in_folder(lake: Path) -> Rows:
    """Every table and date of a lake in a folder, with its rows; none if it was never built.

    Without `runs`, to which each run adds rows.
    """
    return {
        table: {
            date.fromisoformat(on) if on else None: _in_order(
                [
                    row
                    for path in sorted((lake / location).glob("*.parquet"))
                    for row in pq.ParquetFile(path).read().to_pylist()
                ]
            )
            for on, location in dates.items()
        }
        for table, dates in _catalog(lake).items()
        if table != "runs"
    }


def tables_on_glue(running: Cloud) -> Rows:
    """Every table and date of Glue's catalog, with its rows."""
    found: Rows = {}
    for (table, on), location in locations_on_glue(running).items():
        found.setdefault(table, {})[on] = rows_on_s3(running, location)
    return found


def locations_on_glue(running: Cloud) -> dict[tuple[str, date | None], str]:
    """Where Glue says that each table's dates are, as s3:// locations."""
    glue = running.client("glue")
    found: dict[tuple[str, date | None], str] = {}
    for table in TABLE_NAMES:
        pages = glue.get_paginator("get_partitions").paginate(
            DatabaseName=DATABASE, TableName=table
        )
        for page in pages:
            for partition in page["Partitions"]:
                on = date.fromisoformat(partition["Values"][0])
                found[table, on] = partition["StorageDescriptor"]["Location"]
    for table in UNDATED:
        described = glue.get_table(DatabaseName=DATABASE, Name=table)["Table"]
        found[table, None] = described["StorageDescriptor"]["Location"]
    return found


def rows_on_s3(running: Cloud, location: str) -> list[Any]:
    """The rows of the Parquet files directly at a location."""
    s3 = running.client("s3")
    prefix = location.removeprefix(f"s3://{BUCKET}/")
    rows = []
    for item in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix, Delimiter="/").get("Contents", ()):
        if item["Key"].endswith(".parquet"):
            body = s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read()
            rows += pq.read_table(io.BytesIO(body)).to_pylist()
    return _in_order(rows)


def _catalog(lake: Path) -> dict[str, dict[str, str]]:
    """The location of each date of each table; a table without dates has the date ""."""
    try:
        content = (lake / "state/catalog.json").read_bytes()
    except FileNotFoundError:
        return {}
    tables: dict[str, dict[str, str]] = json.loads(content)["tables"]
    return tables


def _in_order(rows: list[dict[str, Any]]) -> list[Any]:
    """Rows that can be compared whatever order their files have."""
    return sorted((tuple(sorted(row.items())) for row in rows), key=repr)
