"""Odd items and values: each becomes an entry, a reject or a NULL, and none fails the list."""

import json
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.run import RunRecord
from tests.jobs.odd_lists import ADDED_AT, LISTS, RELEASE_DATES, SHAPES, VALUES, put_odd_lists
from tests.support.readers import columns, published

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def built(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> tuple[RunRecord, Tables]:
    """The record and the tables of one run over all odd lists."""
    lake = tmp_path_factory.mktemp("odd")
    put_odd_lists(lake)
    run = flatten_playlists(spark, JobOptions(lake=str(lake)))
    tables = ("playlists", "playlist_entries", "rejects", "songs", "albums", "song_artists")
    return run, {
        table: [dict(zip(columns(table), row, strict=True)) for row in published(lake, table)]
        for table in tables
    }


@pytest.fixture(scope="module")
def tables(built: tuple[RunRecord, Tables]) -> Tables:
    return built[1]


def test_no_list_is_refused_for_its_items(built: tuple[RunRecord, Tables]) -> None:
    run, tables = built

    assert [refused.key for refused in run.refused] == []
    assert run.status == "succeeded"
    assert {row["playlist_id"] for row in tables["playlists"]} >= LISTS.keys()


@pytest.mark.parametrize("playlist_id", LISTS)
def test_every_item_is_one_entry_or_one_reject(tables: Tables, playlist_id: str) -> None:
    rows = [*tables["playlist_entries"], *tables["rejects"]]
    positions = sorted(row["position"] for row in rows if row["playlist_id"] == playlist_id)

    assert positions == list(range(1, len(LISTS[playlist_id]) + 1))


@pytest.mark.parametrize("index", range(len(SHAPES)), ids=lambda n: repr(SHAPES[n][0])[:60])
def test_an_item_of_any_shape_is_an_entry_or_a_reject(tables: Tables, index: int) -> None:
    item, reason = SHAPES[index]
    rejects = _found(tables, "rejects", playlist_id="shapes", position=index + 1)

    assert [row["reason"] for row in rejects] == ([reason] if reason else [])
    # The item as received, as JSON
    assert [row["item_json"] and json.loads(row["item_json"]) for row in rejects] == (
        [item] if reason else []
    )


def test_a_missing_uri_follows_from_the_id(tables: Tables) -> None:
    (entry,) = _found(tables, "playlist_entries", song_id="S" * 22)

    assert (entry["item_uri"], entry["item_type"]) == (f"spotify:track:{'S' * 22}", "song")


@pytest.mark.parametrize("index", range(len(VALUES)), ids=lambda n: repr(VALUES[n][:2])[:60])
def test_only_the_value_of_the_wrong_type_is_null(tables: Tables, index: int) -> None:
    field, _, target, expected = VALUES[index]
    table, column = target.split(".")
    (entry,) = _found(tables, "playlist_entries", playlist_id="values", position=index + 1)
    row = entry if table == "playlist_entries" else _song(tables, 100 + index)

    assert row[column] == expected
    assert entry["item_uri"] == f"spotify:track:S{100 + index:021}"
    if field != "id":
        assert entry["song_id"] == f"S{100 + index:021}"
    if field != "name":
        assert entry["name"] == f"song {100 + index}"


@pytest.mark.parametrize("index", range(len(RELEASE_DATES)), ids=lambda n: str(RELEASE_DATES[n]))
def test_a_release_date_is_read_by_its_precision(tables: Tables, index: int) -> None:
    raw, precision, expected = RELEASE_DATES[index]
    (album,) = _found(tables, "albums", album_id=f"B{200 + index:021}")

    assert album["release_date"] == expected
    assert album["release_date_raw"] == (raw or None)
    assert album["release_date_precision"] == precision


@pytest.mark.parametrize("index", range(len(ADDED_AT)), ids=lambda n: str(ADDED_AT[n][0]))
def test_added_at_is_a_time_or_null(tables: Tables, index: int) -> None:
    (entry,) = _found(tables, "playlist_entries", playlist_id="added-at", position=index + 1)

    assert entry["added_at"] == ADDED_AT[index][1]


@pytest.mark.parametrize("playlist_id", ["surrogate", "surrogate-and-null"])
def test_half_a_surrogate_pair_becomes_a_question_mark(tables: Tables, playlist_id: str) -> None:
    (entry,) = _found(tables, "playlist_entries", playlist_id=playlist_id, position=1)

    assert entry["name"] == "half ? pair"


def test_an_odd_artist_makes_all_artists_of_the_song_null_but_not_the_song(tables: Tables) -> None:
    (entry,) = _found(tables, "playlist_entries", playlist_id="artists")

    assert (entry["name"], entry["artist_names"]) == ("song 520", None)
    assert _song(tables, 520)["album_id"] == f"B{520:021}"
    assert _found(tables, "song_artists", song_id=entry["song_id"]) == []


def test_the_last_of_two_equal_json_keys_is_read(tables: Tables) -> None:
    entries = _found(tables, "playlist_entries", playlist_id="equal-keys")
    (reject,) = _found(tables, "rejects", playlist_id="equal-keys")

    assert [(row["position"], row["name"]) for row in entries] == [(1, "last")]
    assert reject["position"] == 2


def test_a_number_of_1000_digits_is_null(tables: Tables) -> None:
    entries = _found(tables, "playlist_entries", playlist_id="huge-number")

    assert [row["position"] for row in entries] == [1, 2, 3]
    assert _song(tables, 500)["duration_ms"] is None


def test_deep_nesting_in_an_unread_field_is_ignored(tables: Tables) -> None:
    entries = _found(tables, "playlist_entries", playlist_id="nested")

    assert [(row["position"], row["name"]) for row in entries] == [(1, "song 510"), (2, "song 511")]


@pytest.mark.parametrize(
    ("playlist_id", "expected"),
    [
        ("empty", (0, 0, True)),
        ("no-page", (0, 0, True)),
        ("empty-page-of-many", (0, 7, False)),
        ("empty-page-past-the-end", (1, 1, True)),
        ("empty-page-before-a-full-one", (1, 1, True)),
        ("end-is-missing", (2, 3, False)),
        ("more-than-total", (2, 1, False)),
    ],
)
def test_a_list_is_complete_if_all_its_positions_are_there(
    tables: Tables, playlist_id: str, expected: tuple[int, int, bool]
) -> None:
    (row,) = _found(tables, "playlists", playlist_id=playlist_id)

    assert (row["item_count"], row["total"], row["is_complete"]) == expected


def test_odd_values_in_the_playlist_object_are_null(tables: Tables) -> None:
    (row,) = _found(tables, "playlists", playlist_id="odd-playlist")
    (other,) = _found(tables, "playlists", playlist_id="playlist-no-object")

    assert (row["name"], row["is_public"], row["followers"]) == ("kept", None, None)
    assert (row["description"], row["image_url"], row["is_collaborative"]) == (None, None, True)
    assert (other["name"], other["item_count"]) == (None, 1)
    # The id that was read after the last page, not the one before the first
    assert row["spotify_snapshot_id"] == "after"


def test_a_chart_file_has_streams_and_wins_only_songs_of_no_other_source(
    tables: Tables,
) -> None:
    entries = _found(tables, "playlist_entries", playlist_id="chart")
    rejects = _found(tables, "rejects", playlist_id="chart")
    (of_chart,) = _found(tables, "songs", song_id="c" * 22)

    assert [
        (row["position"], row["name"], row["artist_names"], row["streams"]) for row in entries
    ] == [(1, "row 1", ["Ann, Bo"], 10), (2, "row 2", ["Ann, Bo"], 20)]
    assert [(row["position"], row["reason"]) for row in rejects] == [
        (3, "no_uri"),
        (4, "no_uri"),
        (5, "no_uri"),
    ]
    assert (_song(tables, 540)["name"], of_chart["name"]) == ("song 540", "row 2")


def _found(tables: Tables, table: str, **values: Any) -> list[dict[str, Any]]:
    return [row for row in tables[table] if values.items() <= _hashable(row).items()]


def _hashable(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if not isinstance(value, list)}


def _song(tables: Tables, number: int) -> dict[str, Any]:
    (row,) = _found(tables, "songs", song_id=f"S{number:021}")
    return row
