"""Odd items and values: each becomes an entry, a reject or a NULL, and none fails the list."""

import json
from typing import Any, NamedTuple

import pytest

from jobs.dates import list_inputs
from jobs.findings import mistyped_values
from jobs.inspection import refusals
from jobs.parsed_items import ITEM_TYPES, parse_objects
from jobs.playlist_rows import PLAYLIST_TYPES, playlist_row
from jobs.raw_items import read_item
from jobs.raw_objects import ObjectSummary
from lake.storage import open_storage
from tests.jobs.odd_lists import ADDED_AT, LISTS, RELEASE_DATES, SHAPES, VALUES, put_odd_lists
from tests.support.raw_objects import DAY

Row = dict[str, Any]


class Read(NamedTuple):
    """The items and the summary of every odd list, by list id."""

    items: dict[str, list[Row]]
    summaries: dict[str, ObjectSummary]

    def item(self, playlist_id: str, position: int) -> Row:
        (row,) = [row for row in self.items[playlist_id] if row["position"] == position]
        return row

    def playlist(self, playlist_id: str) -> Row:
        return dict(zip(PLAYLIST_TYPES, playlist_row(self.summaries[playlist_id]), strict=True))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """All odd lists, read once and without Spark."""
    lake = tmp_path_factory.mktemp("odd")
    put_odd_lists(lake)
    storage = open_storage(lake)
    listed = list_inputs(storage, DAY).objects
    summaries = [ObjectSummary(raw.snapshot_date, raw.playlist_id) for raw in listed]
    items: dict[str, list[Row]] = {raw.playlist_id: [] for raw in listed}
    for values in parse_objects(storage, summaries):
        row = dict(zip(ITEM_TYPES, values, strict=True))
        items[row["playlist_id"]].append(row)
    assert refusals(listed, summaries) == []
    return Read(items, {summary.playlist_id: summary for summary in summaries})


@pytest.mark.parametrize("playlist_id", LISTS)
def test_every_item_keeps_its_position(read: Read, playlist_id: str) -> None:
    positions = [row["position"] for row in read.items[playlist_id]]

    assert positions == list(range(1, len(LISTS[playlist_id]) + 1))


@pytest.mark.parametrize("index", range(len(SHAPES)), ids=lambda n: repr(SHAPES[n][0])[:60])
def test_an_item_of_any_shape_is_an_entry_or_a_reject(read: Read, index: int) -> None:
    item, reason = SHAPES[index]
    row = read.item("shapes", index + 1)

    assert row["reason"] == reason
    assert (row["item_uri"] is None) == (reason is not None)
    # The item as received, as JSON
    assert (row["item_json"] and json.loads(row["item_json"])) == (item if reason else None)


def test_a_missing_uri_follows_from_the_id(read: Read) -> None:
    (row,) = [row for row in read.items["shapes"] if row["song_id"] == "S" * 22]

    assert (row["item_uri"], row["item_type"]) == (f"spotify:track:{'S' * 22}", "song")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"uri": f"spotify:track:{'S' * 22}"}, "song"),
        ({"uri": f"spotify:track:{'S' * 22}", "type": "TRACK"}, "song"),
        ({"uri": f"spotify:episode:{'S' * 22}"}, "episode"),
        ({"id": "S" * 22, "type": "episode"}, "episode"),
        ({"uri": f"spotify:chapter:{'S' * 22}", "type": "chapter"}, "other"),
        ({"id": "S" * 22, "type": "chapter"}, "other"),
        ({"id": "S" * 22, "type": "audiobook"}, "other"),
        ({"id": "S" * 22, "type": "video_2"}, None),
        ({"uri": f"spotify:track:{'S' * 22}", "type": "ad"}, "other"),
        ({"uri": "spotify:local:A:B:C:10", "type": "track"}, "local"),
    ],
)
def test_only_a_track_is_a_song(content: dict[str, Any], expected: str | None) -> None:
    entry = read_item({"item": content}).entry

    assert (entry and entry.item_type) == expected
    assert (entry is not None and entry.song_id is not None) == (expected == "song")


@pytest.mark.parametrize("index", range(len(VALUES)), ids=lambda n: repr(VALUES[n][:2])[:60])
def test_only_the_value_of_the_wrong_type_is_null(read: Read, index: int) -> None:
    field, _, target, expected = VALUES[index]
    row = read.item("values", index + 1)

    assert row[target.partition(".")[2]] == expected
    assert (row["item_uri"], row["song_id"]) == (
        f"spotify:track:S{100 + index:021}",
        f"S{100 + index:021}",
    )
    if field != "name":
        assert row["name"] == f"song {100 + index}"


@pytest.mark.parametrize(
    "own_id", ["S" * 22 + "\n", ["S" * 22], "S" * 23, "ß" * 22, "0" * 22, None]
)
def test_an_odd_id_is_replaced_by_that_of_the_uri(own_id: Any) -> None:
    entry = read_item({"track": {"id": own_id, "uri": f"spotify:track:{'U' * 22}"}}).entry

    assert entry
    assert entry.song_id == "U" * 22


@pytest.mark.parametrize("index", range(len(RELEASE_DATES)), ids=lambda n: str(RELEASE_DATES[n]))
def test_a_release_date_is_read_by_its_precision_and_form(read: Read, index: int) -> None:
    raw, _, expected, precision = RELEASE_DATES[index]
    row = read.item("release-dates", index + 1)

    assert (row["release_date"], row["release_date_precision"]) == (expected, precision)
    assert row["release_date_raw"] == (raw or None)


@pytest.mark.parametrize("index", range(len(ADDED_AT)), ids=lambda n: str(ADDED_AT[n][0]))
def test_added_at_is_a_time_or_null(read: Read, index: int) -> None:
    assert read.item("added-at", index + 1)["added_at"] == ADDED_AT[index][1]


@pytest.mark.parametrize("playlist_id", ["surrogate", "surrogate-and-null"])
def test_half_a_surrogate_pair_becomes_a_question_mark(read: Read, playlist_id: str) -> None:
    assert read.item(playlist_id, 1)["name"] == "half ? pair"


def test_an_odd_artist_does_not_take_the_others_with_it(read: Read) -> None:
    row = read.item("artists", 1)

    assert (row["name"], row["album_id"]) == ("song 520", f"B{520:021}")
    assert row["artists"] == [("b" * 22, "first"), (None, None)]
    assert row["artist_names"] == ["first"]


def test_the_last_of_two_equal_json_keys_is_read(read: Read) -> None:
    rows = [(row["position"], row["name"], row["reason"]) for row in read.items["equal-keys"]]

    assert rows == [(1, "last", None), (2, None, "null_item")]


def test_a_number_of_1000_digits_is_null(read: Read) -> None:
    rows = read.items["huge-number"]

    assert [row["position"] for row in rows] == [1, 2, 3]
    assert [row["duration_ms"] for row in rows] == [None, 501_000, 502_000]


def test_deep_nesting_in_an_unread_field_is_ignored(read: Read) -> None:
    rows = [(row["position"], row["name"]) for row in read.items["nested"]]

    assert rows == [(1, "song 510"), (2, "song 511")]


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
    read: Read, playlist_id: str, expected: tuple[int, int, bool]
) -> None:
    row = read.playlist(playlist_id)

    assert (row["item_count"], row["total"], row["is_complete"]) == expected


def test_odd_values_in_the_playlist_object_are_null(read: Read) -> None:
    row, other = read.playlist("odd-playlist"), read.playlist("playlist-no-object")

    assert (row["name"], row["is_public"], row["followers"]) == ("kept", None, None)
    assert (row["description"], row["image_url"], row["is_collaborative"]) == (None, None, True)
    assert (other["name"], other["item_count"]) == (None, 1)
    # The id that was read after the last page, not the one before the first
    assert row["spotify_snapshot_id"] == "after"


def test_a_chart_file_has_songs_with_the_numbers_of_the_chart(read: Read) -> None:
    columns = ["name", "artist_names", "streams"]
    columns += ["peak_rank", "days_on_chart", "weeks_on_chart", "reason"]
    rows = [tuple(row[column] for column in columns) for row in read.items["chart"]]

    assert rows == [
        ("row 1", ["Ann, Bo"], 10, 3, 1201, None, None),
        # "-" is not a number
        ("row 2", ["Ann, Bo"], 20, 2, None, 7, None),
        (*[None] * 6, "no_uri"),
        (*[None] * 6, "no_uri"),
        (*[None] * 6, "null_item"),
    ]
    assert [row["position"] for row in read.items["chart"]] == [1, 2, 3, 4, 5]
    assert read.summaries["chart"].mistyped == {"days_on_chart"}


def test_values_of_another_type_are_counted_and_named(read: Read) -> None:
    odd = [read.summaries["artists"], read.summaries["odd-playlist"], read.summaries["nested"]]

    assert mistyped_values(odd) == [
        "raw/snapshot_date=2026-11-22/artists.jsonl.gz: 1 item holds values of another type than "
        "Spotify documents (artists); these values are NULL, or the item is a reject",
        "raw/snapshot_date=2026-11-22/odd-playlist.jsonl.gz: the playlist object holds values of "
        "another type than Spotify documents (playlist.followers, playlist.images, "
        "playlist.public); these values are NULL, or the item is a reject",
    ]
