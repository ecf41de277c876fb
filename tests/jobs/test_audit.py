"""The audit finds each fault in the date that has it, and none in a sound date."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from pyspark.sql import SparkSession

from jobs.audit import Audit, audit
from jobs.tables import PARTITION_COLUMN, SNAPSHOT_TABLES, spark_schema

DAY = date(2026, 11, 22)
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


class Fault(NamedTuple):
    """A row of a table that is "gone", there "twice" or changed, and the ends of what is said."""

    table: str
    row: int
    change: Any
    sentences: set[str]

    def rows(self) -> Rows:
        rows = deepcopy(SOUND)
        if self.change == "gone":
            del rows[self.table][self.row]
        elif self.change == "twice":
            rows[self.table].append(rows[self.table][self.row])
        else:
            rows[self.table][self.row] |= self.change
        return rows


_TWICE = "1 keys have more than one row"
_ORPHAN = "1 keys are referred to but have no row"
FAULTS = [
    Fault("songs", 0, "twice", {f"songs: {_TWICE}"}),
    Fault("song_artists", 0, "twice", {f"song_artists: {_TWICE}"}),
    Fault("albums", 0, "gone", {f"albums: {_ORPHAN}"}),
    Fault("artists", 0, "gone", {f"artists: {_ORPHAN}"}),
    Fault("songs", 1, "gone", {f"songs: {_ORPHAN}"}),
    Fault("playlist_entries", 0, {"item_uri": None}, {"1 rows lack a required value"}),
    Fault("playlists", 0, {"source": None}, {"playlists: 1 rows lack a required value"}),
    Fault(
        "playlist_entries",
        1,
        "gone",
        {
            "1 lists have more or fewer entries and rejects than items",
            "3 raw items became 2 entries and rejects",
        },
    ),
    Fault(
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
    Fault(
        "playlist_entries",
        1,
        {"playlist_id": "M"},
        {
            f"playlists: {_ORPHAN}",
            "2 lists have more or fewer entries and rejects than items",
        },
    ),
]
# Each on a date of its own, after the sound one
DATES = [DAY + timedelta(days=number) for number in range(1, len(FAULTS) + 1)]


@pytest.fixture(scope="module")
def audited(spark: SparkSession) -> Audit:
    """The audit of a sound date and of all with a fault."""
    dates = {DAY: SOUND} | {on: fault.rows() for on, fault in zip(DATES, FAULTS, strict=True)}
    frames = {
        table.name: spark.createDataFrame(
            [{PARTITION_COLUMN: on, **row} for on in dates for row in dates[on][table.name]],
            spark_schema(table).add(PARTITION_COLUMN, "date"),
        )
        for table in SNAPSHOT_TABLES
    }
    return audit(frames, dict.fromkeys(dates, 3))


def test_the_rows_of_a_sound_date_are_counted(audited: Audit) -> None:
    assert audited.counts[DAY] == {
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
    assert audited.rejects[DAY] == {"null_item": 1}


def test_no_fault_is_found_in_a_sound_date(audited: Audit) -> None:
    assert audited.violations.keys() == set(DATES)


@pytest.mark.parametrize(
    ("on", "fault"),
    list(zip(DATES, FAULTS, strict=True)),
    ids=[f"{fault.table}-{fault.change}" for fault in FAULTS],
)
def test_a_fault_is_found_in_its_date(audited: Audit, on: date, fault: Fault) -> None:
    found = audited.violations[on]
    assert len(found) == len(fault.sentences)
    assert all(any(sentence.endswith(end) for sentence in found) for end in fault.sentences)
