"""Lakes of the same lists with any number of dates, written to S3 and Glue without Spark."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.tables import TABLES, arrow_schema, glue_tables
from tests.support.cloud import BUCKET, Cloud
from tests.support.glue_tables import create_glue_tables, table_input

LISTS = 5
ITEMS = 100
LAST_DATE = date(2026, 11, 22)
# The lists changed on each of the last dates, so that every question has an answer
CHANGES = 3
# The dated tables that have rows
FILLED = ("artists", "albums", "songs", "song_artists", "playlists", "playlist_entries", "outcomes")
# What Glue takes in one call
_PARTITIONS_PER_CALL = 100
_AT = datetime(2026, 11, 1, 6, tzinfo=UTC)

Row = dict[str, Any]


def put_steady_lake(running: Cloud, database: str, dates: int) -> None:
    """Put a lake into the bucket, under the database's name, and register its tables.

    Every list holds the same 100 items on all dates but the last three: on each of these the first
    item leaves and another one enters at the end. So a lake with more dates has the same stays.
    """
    root = f"s3://{BUCKET}/{database}"
    glue = running.client("glue")
    create_glue_tables(root, database, glue)
    days = [LAST_DATE - timedelta(days=age) for age in reversed(range(dates))]
    for name, declared in glue_tables().items():
        key = f"{database}/tables/{name}"
        if not TABLES[name].is_partitioned:
            _put(running, f"{key}/part.parquet", name, _undated(name, days))
            continue
        if name not in FILLED:
            continue
        for on in days:
            _put(running, f"{key}/snapshot_date={on}/part.parquet", name, _dated(name, on))
        storage = table_input(root, name, declared)["StorageDescriptor"]
        partitions = [
            {
                "Values": [str(on)],
                "StorageDescriptor": storage
                | {"Location": f"{storage['Location']}snapshot_date={on}"},
            }
            for on in days
        ]
        for start in range(0, len(partitions), _PARTITIONS_PER_CALL):
            glue.batch_create_partition(
                DatabaseName=database,
                TableName=name,
                PartitionInputList=partitions[start : start + _PARTITIONS_PER_CALL],
            )


def _put(running: Cloud, key: str, table: str, rows: Iterable[Row]) -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows), arrow_schema(TABLES[table])), buffer)
    running.client("s3").put_object(Bucket=BUCKET, Key=key, Body=buffer.getvalue())


def _dated(table: str, on: date) -> Iterator[Row]:
    """The rows of a table on a date."""
    first = max(0, CHANGES - (LAST_DATE - on).days)
    for number in range(LISTS):
        if table == "playlists":
            yield _playlist(number)
        if table == "outcomes":
            yield _outcome(number)
        for position in range(1, ITEMS + 1):
            yield from _of_item(table, number, first + position - 1, position)


def _of_item(table: str, number: int, item: int, position: int) -> Iterator[Row]:
    """The rows of a table about an item of a list: a song of its own album and artist."""
    song, album, artist = (_id(kind, number, item) for kind in "SBA")
    match table:
        case "playlist_entries":
            yield {
                "playlist_id": _list(number),
                "position": position,
                "item_type": "song",
                "item_uri": f"spotify:track:{song}",
                "name": f"Song {item} of list {number}",
                "artist_names": [f"Artist {item} of list {number}"],
                "song_id": song,
                "added_at": _AT,
                "is_playable": True,
                # The first list is a chart
                "streams": None if number else 10_000 - position,
            }
        case "songs":
            yield {
                "song_id": song,
                "name": f"Song {item} of list {number}",
                "album_id": album,
                "duration_ms": 180_000 + item,
                "is_explicit": False,
                "disc_number": 1,
                "track_number": item,
                "isrc": f"QZAAA{number:02}{item:05}",
            }
        case "albums":
            yield {
                "album_id": album,
                "name": f"Album {item} of list {number}",
                "album_type": "single",
                "release_date": _AT.date(),
                "release_date_precision": "day",
                "release_date_raw": str(_AT.date()),
                "total_tracks": 1,
                "image_url": f"https://i.scdn.co/image/{album}",
            }
        case "artists":
            yield {"artist_id": artist, "name": f"Artist {item} of list {number}"}
        case "song_artists":
            yield {"song_id": song, "artist_id": artist, "artist_position": 1}


def _playlist(number: int) -> Row:
    return {
        "playlist_id": _list(number),
        "name": f"List {number}",
        "item_count": ITEMS,
        "total": ITEMS,
        "is_complete": True,
        "source": "api.spotify.com",
        "fetched_at": _AT,
    }


def _outcome(number: int) -> Row:
    return {
        "playlist_id": _list(number),
        "outcome": "extracted",
        "reason": f"playlist {_list(number)} was read completely: {ITEMS} items",
        "items": ITEMS,
        "attempted_at": _AT,
    }


def _undated(table: str, days: Sequence[date]) -> Iterator[Row]:
    """The rows of a table without dates."""
    for number in range(LISTS):
        if table == "list_snapshots":
            for before, on in zip([None, *days], days, strict=False):
                yield _snapshot(number, on, before)
        for item in range(ITEMS + CHANGES):
            if table == "playlist_stays":
                yield _stay(number, item, days)
            if table == "items":
                yield _item(number, item, days)
            if table == "artist_genres":
                yield {
                    "artist_id": _id("A", number, item),
                    "genre": f"genre {item % 7}",
                    "genre_mbid": f"{item % 7:036}",
                    "votes": 1,
                    "share": 1.0,
                    "source": "listenbrainz",
                    "fetched_on": LAST_DATE,
                }
    if table == "runs":
        for on in days:
            yield {
                "run_id": f"r-{on}",
                "job": "flatten_playlists",
                "snapshot_date": on,
                "status": "succeeded",
                "started_at": _AT,
                "finished_at": _AT,
                "counts": [("playlist_entries", LISTS * ITEMS)],
                "refused_objects": [],
            }


def _snapshot(number: int, on: date, before: date | None) -> Row:
    return {
        "playlist_id": _list(number),
        "snapshot_date": on,
        "item_count": ITEMS,
        "reject_count": 0,
        "total": ITEMS,
        "is_complete": True,
        "is_drop": False,
        "previous_date": before,
        "name": f"List {number}",
    }


def _item(number: int, item: int, days: Sequence[date]) -> Row:
    """The row of `items`: the first three left on one of the last dates."""
    song = _id("S", number, item)
    return {
        "item_uri": f"spotify:track:{song}",
        "item_type": "song",
        "name": f"Song {item} of list {number}",
        "artists": f"Artist {item} of list {number}",
        "song_id": song,
        "last_seen_on": days[min(len(days) - 1 - CHANGES + item, len(days) - 1)],
    }


def _stay(number: int, item: int, days: Sequence[date]) -> Row:
    """The stay of an item: `item - first + 1` is its position, see `_dated`."""
    entered = 0 if item < ITEMS else len(days) - 1 - CHANGES + item - ITEMS + 1
    exited = len(days) - CHANGES + item if item < CHANGES else None
    last = len(days) - 1 if exited is None else exited - 1
    # The list moves up by one position on each of the last dates
    first_shift = len(days) - 1 - CHANGES
    positions = [item - max(0, index - first_shift) + 1 for index in range(entered, last + 1)]
    best = min(positions)
    uri = f"spotify:track:{_id('S', number, item)}"
    return {
        "playlist_id": _list(number),
        "item_uri": uri,
        "stay_number": 1,
        "entered_on": days[entered],
        "last_seen_on": days[last],
        "exited_on": None if exited is None else days[exited],
        "days_spanned": last - entered + 1,
        "snapshots_seen": len(positions),
        "entry_position": positions[0],
        "best_position": best,
        "best_position_on": days[entered + positions.index(best)],
        "last_position": positions[-1],
        "is_current": exited is None,
        "starts_before_history": entered == 0,
        "listed_since": days[entered],
        "first_uri": uri,
    }


def _list(number: int) -> str:
    return f"L{number:021}"


def _id(kind: str, number: int, item: int) -> str:
    return f"{kind}{number:09}{item:012}"
