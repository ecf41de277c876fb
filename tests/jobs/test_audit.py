"""The audit finds each fault in the date that has it, and none in a sound date."""

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.audit import audit
from jobs.tables import PARTITION_COLUMN, SNAPSHOT_TABLES, spark_schema

DAY, OTHER_DAY = date(2026, 11, 22), date(2026, 11, 21)
Rows = dict[str, list[dict[str, Any]]]

# A list of two songs of one album, with a null row at position 2
SOUND: Rows = {
    "playlists": [
        {
            "playlist_id": "L",
            "item_count": 3,
            "total": 3,
            "is_complete": True,
            "source": "import",
            "fetched_at": datetime(2026, 11, 22, tzinfo=UTC),
        }
    ],
    "playlist_entries": [
        {"playlist_id": "L", "position": 1, "item_type": "song", "item_uri": "u", "song_id": "s"},
        {"playlist_id": "L", "position": 3, "item_type": "song", "item_uri": "v", "song_id": "t"},
    ],
    "rejects": [{"playlist_id": "L", "position": 2, "reason": "null_item"}],
    "songs": [{"song_id": "s", "album_id": "b"}, {"song_id": "t", "album_id": None}],
    "albums": [{"album_id": "b"}],
    "artists": [{"artist_id": "a"}],
    "song_artists": [{"song_id": "s", "artist_id": "a", "artist_position": 1}],
    "album_artists": [{"album_id": "b", "artist_id": "a", "artist_position": 1}],
}


def frames(spark: SparkSession, rows: Rows) -> dict[str, DataFrame]:
    """The tables of two dates: the earlier one is sound, the later one has these rows."""
    return {
        table.name: spark.createDataFrame(
            [
                {PARTITION_COLUMN: on, **row}
                for on, of_date in ((OTHER_DAY, SOUND), (DAY, rows))
                for row in of_date[table.name]
            ],
            spark_schema(table).add(PARTITION_COLUMN, "date"),
        )
        for table in SNAPSHOT_TABLES
    }


def test_the_rows_of_a_sound_date_are_counted(spark: SparkSession) -> None:
    result = audit(frames(spark, SOUND), {DAY: 3, OTHER_DAY: 3})

    assert result.violations == {}
    assert result.counts[DAY] == {
        "raw_items": 3,
        "playlists": 1,
        "playlist_entries": 2,
        "rejects": 1,
        "songs": 2,
        "albums": 1,
        "artists": 1,
        "song_artists": 1,
        "album_artists": 1,
    }
    assert result.rejects == {DAY: {"null_item": 1}, OTHER_DAY: {"null_item": 1}}


_TWICE = "1 keys have more than one row"
_ORPHAN = "1 keys are referred to but have no row"


@pytest.mark.parametrize(
    ("table", "row", "change", "expected"),
    [
        ("songs", 0, "twice", {f"songs: {_TWICE}"}),
        ("song_artists", 0, "twice", {f"song_artists: {_TWICE}"}),
        ("albums", 0, "gone", {f"albums: {_ORPHAN}"}),
        ("artists", 0, "gone", {f"artists: {_ORPHAN}"}),
        ("songs", 1, "gone", {f"songs: {_ORPHAN}"}),
        ("playlist_entries", 0, {"item_uri": None}, {"1 rows lack a required value"}),
        ("playlists", 0, {"source": None}, {"playlists: 1 rows lack a required value"}),
        (
            "playlist_entries",
            1,
            "gone",
            {
                "1 lists have more or fewer entries and rejects than items",
                "3 raw items became 2 entries and rejects",
            },
        ),
        (
            "playlist_entries",
            1,
            "twice",
            {
                f"playlist_entries: {_TWICE}",
                "1 lists have more or fewer entries and rejects than items",
                "3 raw items became 4 entries and rejects",
            },
        ),
        # The sum is right, but one entry belongs to a list that was not captured
        (
            "playlist_entries",
            1,
            {"playlist_id": "M"},
            {
                f"playlists: {_ORPHAN}",
                "2 lists have more or fewer entries and rejects than items",
            },
        ),
    ],
)
def test_a_fault_is_found_in_its_date(
    spark: SparkSession, table: str, row: int, change: Any, expected: set[str]
) -> None:
    rows = deepcopy(SOUND)
    if change == "gone":
        del rows[table][row]
    elif change == "twice":
        rows[table].append(rows[table][row])
    else:
        rows[table][row] |= change

    result = audit(frames(spark, rows), {DAY: 3, OTHER_DAY: 3})

    assert result.violations.keys() == {DAY}
    found = result.violations[DAY]
    assert len(found) == len(expected)
    assert all(any(sentence.endswith(end) for sentence in found) for end in expected)
