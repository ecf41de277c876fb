"""Accounting of raw items: what a lake's raw zone holds, and what its tables make of it."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.support.oracle import COLUMNS, Row, Snapshot, canonical, expected_tables
from tests.support.readers import columns

KEYS = {
    "playlists": ("playlist_id",),
    "playlist_entries": ("playlist_id", "position"),
    "rejects": ("playlist_id", "position"),
    "songs": ("song_id",),
    "albums": ("album_id",),
    "artists": ("artist_id",),
    "song_artists": ("song_id", "artist_position"),
    "album_artists": ("album_id", "artist_position"),
}
REFERENCES = (
    ("playlist_entries", "playlists", "playlist_id"),
    ("rejects", "playlists", "playlist_id"),
    ("playlist_entries", "songs", "song_id"),
    ("song_artists", "songs", "song_id"),
    ("songs", "albums", "album_id"),
    ("album_artists", "albums", "album_id"),
    ("song_artists", "artists", "artist_id"),
    ("album_artists", "artists", "artist_id"),
)


def raw_snapshots(lake: Path) -> Iterator[Snapshot]:
    """Every list of the raw zone; the rows of a chart file become items with a song each."""
    for path in sorted(lake.glob("raw/*/*.jsonl.gz")):
        on = date.fromisoformat(path.parent.name.removeprefix("snapshot_date="))
        records = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        *others, end = records
        pages = [(one["offset"], _items(one)) for one in others if one["record"] != "playlist"]
        yield Snapshot(
            on,
            end["playlist_id"],
            pages,
            end["total"],
            next((one["playlist"] for one in others if one["record"] == "playlist"), None),
            end["source"],
            datetime.fromisoformat(end["fetched_at"]),
        )


def row_faults(snapshots: Iterable[Snapshot], tables: dict[str, list[Row]]) -> Iterator[str]:
    """A sentence for each row that a table has too much or too little, by the oracle."""
    expected = expected_tables(snapshots)
    for table in COLUMNS:
        found = Counter(_comparable(table, row) for row in tables[table])
        wanted = Counter(_comparable(table, row) for row in expected[table])
        yield from (f"{table} has the wrong row {row}" for row in found - wanted)
        yield from (f"{table} lacks the row {row}" for row in wanted - found)


def key_faults(tables: dict[str, list[Row]]) -> Iterator[str]:
    """A sentence for each key that two rows have, and for each reference to a missing row."""
    for table, key in KEYS.items():
        counts = Counter(_values(table, tables[table], key))
        for found in (found for found, count in counts.items() if count > 1):
            yield f"{table} has several rows with the key {found}"
    for child, parent, column in REFERENCES:
        wanted = {key for key in _values(child, tables[child], (column,)) if key[1] is not None}
        for missing in wanted - set(_values(parent, tables[parent], (column,))):
            yield f"{child} refers to {missing}, which {parent} does not have"


def _items(record: dict[str, Any]) -> list[Any]:
    if record["record"] != "chart_rows":
        items: list[Any] = record["page"]["items"]
        return items
    return [
        {
            "track": {
                "uri": row["uri"],
                "name": row["track_name"],
                "artists": [{"name": row["artist_names"]}],
            },
            "streams": row.get("streams"),
            **{key: row.get(key) for key in ("peak_rank", "days_on_chart", "weeks_on_chart")},
        }
        for row in record["rows"]
    ]


def _comparable(table: str, row: Row) -> Row:
    """A row that can be counted, and whose JSON does not depend on the order of keys."""
    if table == "rejects" and row[-1] is not None:
        row = (*row[:-1], canonical(json.loads(row[-1])))
    return tuple(tuple(value) if isinstance(value, list) else value for value in row)


def _values(table: str, rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    indexes = [columns(table).index(column) for column in ("snapshot_date", *key)]
    return [tuple(row[index] for index in indexes) for row in rows]
