"""Every row and column built from real and simulated responses equals an independent reading."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.run import RunRecord
from jobs.stays import build_stays
from tests.support import captured_lists
from tests.support.built_stays import expected_items
from tests.support.captured_lists import EDGES, LEGACY, OF_2014, OF_2026, TRANSITIONAL
from tests.support.oracle import COLUMNS, Row, Snapshot, canonical, expected_tables
from tests.support.raw_objects import write_raw
from tests.support.readers import UNDATED, by_repr, columns, published, published_files
from tests.support.stays_oracle import expected_rows

LOCAL_FILES = "4dn0iEoAxn69ea0Tyov8V5"
DUPLICATES = "1MmajbspTdQCnCSVveSlG3"
EPISODES = "23Ay9WfURne0LvtlCvYTkj"

pytestmark = pytest.mark.slow

# The column of each table whose field Spotify removed in February 2026
REMOVED = {"songs": "popularity", "playlist_entries": "linked_from_uri", "playlists": "followers"}


class Built(NamedTuple):
    """A built lake, its snapshots, and all rows."""

    lake: Path
    snapshots: list[Snapshot]
    record: RunRecord
    tables: dict[str, list[Row]]
    expected: dict[str, list[Row]]


@pytest.fixture(scope="module")
def built(spark: SparkSession, real: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """All real captures, some in every generation, and simulated days, built once."""
    lake = tmp_path_factory.mktemp("captures")
    snapshots = [
        *captured_lists.import_dated(real, lake),
        *captured_lists.import_edges(real, lake),
    ]
    written = [*captured_lists.in_all_generations(snapshots), *captured_lists.simulated()]
    for snapshot in written:
        write_raw(lake, snapshot)
    record = flatten_playlists(spark, JobOptions(lake=str(lake)))
    build_stays(spark, JobOptions(lake=str(lake)))
    tables = {table: published(lake, table) for table in (*COLUMNS, *UNDATED)}
    snapshots += written
    return Built(lake, snapshots, record, tables, expected_tables(snapshots))


@pytest.mark.parametrize("table", COLUMNS)
def test_every_row_and_column_is_what_the_json_says(built: Built, table: str) -> None:
    rows = built.tables[table]
    if table == "rejects":
        rows = [(*key, canonical(json.loads(item_json))) for *key, item_json in rows]

    assert by_repr(rows) == by_repr(built.expected[table])


def test_the_undated_tables_equal_those_of_an_independent_computation(built: Built) -> None:
    stays, list_snapshots = expected_rows(built.expected)

    assert by_repr(built.tables["playlist_stays"]) == by_repr(stays)
    assert by_repr(built.tables["list_snapshots"]) == by_repr(list_snapshots)
    assert len(stays) > 500
    assert by_repr(built.tables["items"]) == by_repr(expected_items(built.expected))


def test_the_run_counts_what_it_wrote(built: Built) -> None:
    assert (built.record.status, built.record.refused) == ("succeeded", [])
    for on in {snapshot.on for snapshot in built.snapshots}:
        rows = {table: sum(row[0] == on for row in built.expected[table]) for table in COLUMNS}
        reasons = Counter(row[3] for row in built.expected["rejects"] if row[0] == on)
        raw_items = rows["playlist_entries"] + rows["rejects"]
        assert built.record.dates[on].counts == {"raw_items": raw_items, **rows}
        assert built.record.dates[on].rejects == reasons


def test_the_files_have_the_declared_types(built: Built) -> None:
    def types(table: str, on: date) -> dict[str, str]:
        schema = pq.read_schema(published_files(built.lake, table)[str(on)][0])
        return {field.name: str(field.type) for field in schema}

    entry, album = types("playlist_entries", EDGES), types("albums", EDGES)
    assert entry["added_at"] == "timestamp[us, tz=UTC]"
    assert entry["artist_names"] == "list<element: string>"
    assert (entry["position"], entry["streams"]) == ("int32", "int64")
    assert (album["release_date"], album["total_tracks"]) == ("date32[day]", "int32")


def test_real_lists_have_all_their_positions(built: Built) -> None:
    entries = built.tables["playlist_entries"]
    top50 = Counter(row[0] for row in entries if row[1] == "37i9dQZEVXbMDoHDwVN2tF")

    assert {on: top50[on] for on in top50 if on.year == 2024} == {
        date(2024, 4, 22): 50,
        date(2024, 5, 2): 50,
        date(2024, 5, 11): 50,
        date(2024, 5, 15): 50,
    }


def test_pages_from_the_middle_of_a_list_keep_their_positions(built: Built) -> None:
    lists = {row[1]: row for row in built.tables["playlists"] if row[0] == EDGES}
    positions: dict[str, set[int]] = {}
    for row in built.tables["playlist_entries"]:
        if row[0] == EDGES:
            positions.setdefault(row[1], set()).add(row[2])

    assert lists[LOCAL_FILES][7:10] == (200, 244, False)
    assert positions[LOCAL_FILES] == set(range(1, 201))
    assert lists[OF_2014][7:10] == (85, 185, False)
    assert positions[OF_2014] == set(range(101, 186))


def test_local_files_episodes_and_duplicates_are_entries(built: Built) -> None:
    entries = [row for row in built.tables["playlist_entries"] if row[0] == EDGES]
    types = {
        playlist_id: Counter(row[3] for row in entries if row[1] == playlist_id)
        for playlist_id in (LOCAL_FILES, EPISODES, DUPLICATES)
    }

    assert types[LOCAL_FILES]["local"] >= 8
    assert types[EPISODES] == {"song": 2, "episode": 2}
    assert types[DUPLICATES] == {"song": 8}
    assert len({row[7] for row in entries if row[1] == DUPLICATES}) == 2
    assert {row[7] for row in entries if row[3] != "song"} == {None}


def test_release_dates_of_every_precision_and_none_are_read(built: Built) -> None:
    albums = [row for row in built.tables["albums"] if row[0] == EDGES]
    dates = {(row[5], row[6]): row[4] for row in albums}

    assert dates["month", "1995-05"] == date(1995, 5, 1)
    assert dates["year", "2003"] == date(2003, 1, 1)
    assert dates["day", "1994-11-08"] == date(1994, 11, 8)
    assert dates[None, None] is None


@pytest.mark.parametrize("later", [TRANSITIONAL, OF_2026])
@pytest.mark.parametrize("table", COLUMNS)
def test_generations_differ_only_in_fields_that_spotify_removed(
    built: Built, table: str, later: date
) -> None:
    gone = REMOVED.get(table, "") if later == OF_2026 else ""
    found = built.tables[table]

    def rows(on: date, *without: str) -> list[Row]:
        kept = [index for index, name in enumerate(columns(table)) if name not in without]
        return by_repr([tuple(row[index] for index in kept) for row in found if row[0] == on])

    assert rows(later, "snapshot_date", gone) == rows(LEGACY, "snapshot_date", gone)
    if gone:
        assert {row[columns(table).index(gone)] for row in rows(later)} == {None}
