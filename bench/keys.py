"""Check the keys of a contestant's tables against those that plain Python reads from the raw zone.

It shares no code with the contestants.
"""

import gzip
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.raw_zones import RawZone

KEYS = {
    "songs": ("snapshot_date", "song_id"),
    "albums": ("snapshot_date", "album_id"),
    "artists": ("snapshot_date", "artist_id"),
    "playlist_entries": ("snapshot_date", "playlist_id", "position"),
}
"""The key columns of each checked table."""

Keys = dict[str, set[tuple[Any, ...]]]


class WrongKeys(Exception):
    """A contestant's table has missing, unexpected or duplicate keys."""


class Output(NamedTuple):
    """A contestant's tables: by name, an expression that DuckDB can select from."""

    con: duckdb.DuckDBPyConnection
    tables: dict[str, str]


def expected_keys(zone: RawZone) -> Path:
    """A folder with a Parquet file of keys per table; reads the raw zone if it does not exist."""
    folder = zone.folder / "keys"
    if not folder.exists():
        paths = sorted(zone.raw.glob("*/*.jsonl.gz"))
        draft = folder.with_name(".keys")
        draft.mkdir(exist_ok=True)
        for name, keys in read_keys(paths).items():
            columns = list(zip(*sorted(keys), strict=True)) or [()] * len(KEYS[name])
            table = dict(zip(KEYS[name], columns, strict=True))
            pq.write_table(
                pa.table({k: list(v) for k, v in table.items()}), draft / f"{name}.parquet"
            )
        draft.replace(folder)
    return folder


def read_keys(paths: list[Path]) -> Keys:
    """The keys of some raw objects, read on all cores."""
    found: Keys = {name: set() for name in KEYS}
    count = (os.cpu_count() or 1) * 8
    shares = [paths[number::count] for number in range(count)]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for keys in pool.map(_keys_of, shares):
            for name, values in keys.items():
                found[name] |= values
    return found


def check(expected: Path, output: Output) -> None:
    """Check the keys of every table; raises WrongKeys for the first wrong table.

    A table without the column `snapshot_date` must have the keys of all dates.
    """
    for name, relation in output.tables.items():
        columns_found = {
            column for column, *_ in output.con.execute(f"DESCRIBE FROM {relation}").fetchall()
        }
        key = [column for column in KEYS[name] if column in columns_found]
        # The connection to a lake cannot open other files
        output.con.register("expected", pq.read_table(expected / f"{name}.parquet"))
        columns = ", ".join(f"CAST({column} AS VARCHAR) AS {column}" for column in key)
        keys = f"(SELECT {columns} FROM {relation})"
        right_keys = f"(SELECT DISTINCT {columns} FROM expected)"
        for fault, query in (
            ("missing", f"{right_keys} EXCEPT {keys}"),
            ("unexpected", f"{keys} EXCEPT {right_keys}"),
            ("duplicate", f"FROM {keys} GROUP BY ALL HAVING count(*) > 1"),
        ):
            rows = output.con.execute(query).fetchall()
            if rows:
                raise WrongKeys(f"{name} has {fault} keys: {len(rows)}, such as {rows[0]}")


def _keys_of(paths: Iterable[Path]) -> Keys:
    found: Keys = {name: set() for name in KEYS}
    for path in paths:
        on, playlist_id = path.parent.name.partition("=")[2], path.name.partition(".")[0]
        for position, item in _items(path):
            content = item and (item.get("item") or item.get("track"))
            if not content:
                continue
            found["playlist_entries"].add((on, playlist_id, position))
            if content["type"] == "track" and content["id"]:
                album = content["album"]
                found["songs"].add((on, content["id"]))
                found["albums"].add((on, album["id"]))
                found["artists"] |= {
                    (on, artist["id"]) for artist in content["artists"] + album["artists"]
                }
    return found


def _items(path: Path) -> Iterator[tuple[int, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if line["record"] == "items_page":
                yield from enumerate(line["page"]["items"], start=line["offset"] + 1)
