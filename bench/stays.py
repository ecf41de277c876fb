"""How the time of build_stays grows with the number of dates: `python -m bench.stays`.

Builds lakes of 90, 180 and 365 dates with 20 lists of 200 items. A tenth of the items changes every
day, and one of the new items is a re-issue of one that leaves. Prints the seconds and the number of
stays of each lake, all in one warm session.
"""

import shutil
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql.pandas.types import to_arrow_schema

from jobs.catalog import Switch
from jobs.file_catalog import FileCatalog
from jobs.options import JobOptions
from jobs.run_folders import run_folder
from jobs.stays import build_stays
from jobs.tables import (
    PLAYLIST_ENTRIES,
    PLAYLISTS,
    REJECTS,
    SONG_ARTISTS,
    SONGS,
    Table,
    spark_schema,
)
from lake.folder import FolderStorage
from playlist_lake.building.local_session import local_session

LISTS, ITEMS, DATES = 20, 200, (90, 180, 365)
_FIRST = date(2025, 11, 1)
_TABLES = (PLAYLISTS, PLAYLIST_ENTRIES, REJECTS, SONGS, SONG_ARTISTS)
_CHANGED = ITEMS // 10


def fill(lake: Path, dates: int) -> None:
    """Publish the dates of a lake, as flatten_playlists does."""
    days = [_FIRST + timedelta(days=number) for number in range(dates)]
    for number, on in enumerate(days):
        rejects: list[dict[str, Any]] = []
        rows = (lists(on), entries(number), rejects, songs(number), song_artists(number))
        for table, rows_of_table in zip(_TABLES, rows, strict=True):
            write(lake, table, on, rows_of_table)
    FileCatalog(FolderStorage(lake)).point(
        [
            Switch(table.name, on, None, run_folder(table.name, "r0", on))
            for table in _TABLES
            for on in days
        ]
    )


def write(lake: Path, table: Table, on: date, rows: list[dict[str, Any]]) -> None:
    """Write the rows of a date; missing columns are NULL."""
    path = lake / run_folder(table.name, "r0", on) / "part.parquet"
    path.parent.mkdir(parents=True)
    columns = {name: [row.get(name) for row in rows] for name in table.column_names}
    pq.write_table(pa.table(columns, schema=to_arrow_schema(spark_schema(table))), path)


def lists(on: date) -> list[dict[str, Any]]:
    """One row for every list of a date; all are complete."""
    known = {
        "item_count": ITEMS,
        "total": ITEMS,
        "is_complete": True,
        "source": "api.spotify.com",
        "fetched_at": datetime(on.year, on.month, on.day, 6, tzinfo=UTC),
    }
    return [known | {"playlist_id": f"list{number:018}"} for number in range(LISTS)]


def entries(day: int) -> list[dict[str, Any]]:
    """Every entry of a date; the lists move by a tenth of their length every day."""
    return [
        {
            "playlist_id": f"list{number:018}",
            "position": position + 1,
            "item_type": "song",
            "item_uri": f"spotify:track:{song:022}",
            "song_id": f"{song:022}",
            "artist_names": ["somebody"],
        }
        for number in range(LISTS)
        for position, song in enumerate(_songs_of(day))
    ]


def songs(day: int) -> list[dict[str, Any]]:
    """Every song of a date; the first song that enters has the ISRC of the first that leaves."""
    return [
        {"song_id": f"{song:022}", "isrc": f"XXABC{_recording(song):07}"} for song in _songs_of(day)
    ]


def song_artists(day: int) -> list[dict[str, Any]]:
    """The artist of every song of a date."""
    return [
        {"song_id": f"{song:022}", "artist_id": f"{7:022}", "artist_position": 1}
        for song in _songs_of(day)
    ]


def _songs_of(day: int) -> range:
    return range(day * _CHANGED, day * _CHANGED + ITEMS)


def _recording(song: int) -> int:
    return song % ITEMS if song % _CHANGED == 0 else song


def main() -> None:
    """Measure, and print one line per lake."""
    spark = local_session()
    folder = Path(tempfile.mkdtemp())
    try:
        for dates in (DATES[0], *DATES):
            lake = folder / f"{dates}-{time.monotonic_ns()}"
            fill(lake, dates)
            started = time.monotonic()
            record = build_stays(spark, JobOptions(str(lake)))
            seconds = time.monotonic() - started
            rows = record.dates[None].counts["playlist_stays"]
            print(f"{dates:>4} dates {seconds:6.1f} s {rows:>8,} stays")  # noqa: T201
    finally:
        spark.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
