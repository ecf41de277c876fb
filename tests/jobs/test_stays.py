"""Stays, item by item, compared with values worked out by hand."""

from datetime import date
from typing import Any, NamedTuple

import pytest
from pyspark.sql import SparkSession

from jobs.stays import stays
from tests.support.stays_oracle import STAY_COLUMNS

MAY = [date(2026, 5, day) for day in range(1, 32)]

# Each list by name: its items from the top, by day of May. A dot is a null row, x another reject,
# `b<a` the song b that Spotify plays instead of the added song a. A question mark at the end marks
# an incomplete snapshot
LISTS: dict[str, dict[int, str]] = {
    "gap": {1: "a b", 2: "b a", 6: "a b"},
    "re-entry": {1: "a b", 2: "b", 3: "b", 4: "b a", 5: "b"},
    "moving": {1: "a b c", 2: "b c a", 3: "b a c", 4: "b a c"},
    "incomplete-between": {1: "a b", 2: "c ?", 3: "a b"},
    "incomplete-at-the-edges": {1: "a z ?", 2: "a b", 3: "b", 4: "a ?"},
    "never-complete": {1: "a ?", 2: "a b ?"},
    "one-date": {9: "a b"},
    "empty-then-filled": {1: "", 2: "a", 3: ""},
    "twice": {1: "a b a", 2: "b a a", 3: "c b a"},
    "relinked": {1: "b<a", 2: "a", 3: "c<a b"},
    "hidden": {1: "a b", 2: "a .", 3: "a b"},
    "hidden-to-the-end": {1: "a b", 2: "a .", 3: "a ."},
    "hidden-then-gone": {1: "a b", 2: "a .", 3: "a c", 4: "a b"},
    "gone-then-hidden": {1: "a b", 2: "a c", 3: "a .", 4: "a b"},
    "hidden-elsewhere": {1: "a b", 2: ". a"},
    "hidden-at-its-last-position": {1: "a b c", 2: "b a c", 3: "b . c", 4: "b a c"},
    "rejected-otherwise": {1: "a b", 2: "a x", 3: "a b"},
    "shorter": {1: "a b", 2: "a"},
    "other-list": {2: "a", 3: "a b"},
}


class Stay(NamedTuple):
    """A row of playlist_stays without the list; dates are days of May."""

    item: str
    number: int
    entered: int
    last_seen: int
    exited: int | None
    days_spanned: int
    seen: int
    entry_position: int
    best_position: int
    best_on: int
    last_position: int
    is_current: bool
    before_history: bool


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, list[Stay]]:
    """The stays of every list, computed in one run."""
    frame = stays(*_frames(spark))
    assert frame.columns == STAY_COLUMNS.split()
    by_list: dict[str, list[Stay]] = {name: [] for name in LISTS}
    for row in frame.collect():
        values: list[Any] = [value.day if isinstance(value, date) else value for value in row]
        by_list[row["playlist_id"]].append(Stay(*values[1:]))
    return {name: sorted(rows) for name, rows in by_list.items()}


def test_days_without_a_snapshot_do_not_end_a_stay(found: dict[str, list[Stay]]) -> None:
    assert found["gap"] == [
        Stay("a", 1, 1, 6, None, 6, 3, 1, 1, 1, 1, True, True),
        Stay("b", 1, 1, 6, None, 6, 3, 2, 1, 2, 2, True, True),
    ]


def test_a_return_after_an_exit_is_a_new_stay(found: dict[str, list[Stay]]) -> None:
    assert found["re-entry"] == [
        Stay("a", 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, False, True),
        Stay("a", 2, 4, 4, 5, 1, 1, 2, 2, 4, 2, False, False),
        Stay("b", 1, 1, 5, None, 5, 5, 2, 1, 2, 1, True, True),
    ]


def test_entry_best_and_last_position_of_a_stay(found: dict[str, list[Stay]]) -> None:
    assert found["moving"] == [
        Stay("a", 1, 1, 4, None, 4, 4, 1, 1, 1, 2, True, True),
        Stay("b", 1, 1, 4, None, 4, 4, 2, 1, 2, 1, True, True),
        Stay("c", 1, 1, 4, None, 4, 4, 3, 2, 2, 3, True, True),
    ]


def test_an_incomplete_snapshot_neither_begins_nor_ends_a_stay(
    found: dict[str, list[Stay]],
) -> None:
    assert found["incomplete-between"] == [
        Stay("a", 1, 1, 3, None, 3, 2, 1, 1, 1, 1, True, True),
        Stay("b", 1, 1, 3, None, 3, 2, 2, 2, 1, 2, True, True),
    ]
    assert found["incomplete-at-the-edges"] == [
        Stay("a", 1, 2, 2, 3, 1, 1, 1, 1, 2, 1, False, True),
        Stay("b", 1, 2, 3, None, 2, 2, 2, 1, 3, 1, True, True),
    ]


def test_a_list_without_a_complete_snapshot_has_no_stays(found: dict[str, list[Stay]]) -> None:
    assert found["never-complete"] == []


def test_on_the_only_date_every_item_is_current(found: dict[str, list[Stay]]) -> None:
    assert found["one-date"] == [
        Stay("a", 1, 9, 9, None, 1, 1, 1, 1, 9, 1, True, True),
        Stay("b", 1, 9, 9, None, 1, 1, 2, 2, 9, 2, True, True),
    ]


def test_an_empty_snapshot_is_a_snapshot(found: dict[str, list[Stay]]) -> None:
    assert found["empty-then-filled"] == [Stay("a", 1, 2, 2, 3, 1, 1, 1, 1, 2, 1, False, False)]


def test_an_item_that_is_on_a_list_twice_counts_at_its_best_position(
    found: dict[str, list[Stay]],
) -> None:
    assert found["twice"] == [
        Stay("a", 1, 1, 3, None, 3, 3, 1, 1, 1, 3, True, True),
        Stay("b", 1, 1, 3, None, 3, 3, 2, 1, 2, 2, True, True),
        Stay("c", 1, 3, 3, None, 1, 1, 1, 1, 3, 1, True, False),
    ]


def test_a_relinked_song_is_the_song_that_was_added(found: dict[str, list[Stay]]) -> None:
    assert found["relinked"] == [
        Stay("a", 1, 1, 3, None, 3, 3, 1, 1, 1, 1, True, True),
        Stay("b", 1, 3, 3, None, 1, 1, 2, 2, 3, 2, True, False),
    ]


def test_a_null_row_at_the_items_last_position_is_not_an_exit(found: dict[str, list[Stay]]) -> None:
    a = Stay("a", 1, 1, 3, None, 3, 3, 1, 1, 1, 1, True, True)

    assert found["hidden"] == [a, Stay("b", 1, 1, 3, None, 3, 2, 2, 2, 1, 2, True, True)]
    assert found["hidden-to-the-end"] == [
        a,
        Stay("b", 1, 1, 1, None, 1, 1, 2, 2, 1, 2, True, True),
    ]


def test_after_a_null_row_the_first_snapshot_without_either_is_the_exit(
    found: dict[str, list[Stay]],
) -> None:
    assert found["hidden-then-gone"][1:] == [
        Stay("b", 1, 1, 1, 3, 1, 1, 2, 2, 1, 2, False, True),
        Stay("b", 2, 4, 4, None, 1, 1, 2, 2, 4, 2, True, False),
        Stay("c", 1, 3, 3, 4, 1, 1, 2, 2, 3, 2, False, False),
    ]


def test_a_null_row_after_the_exit_does_not_undo_it(found: dict[str, list[Stay]]) -> None:
    assert found["gone-then-hidden"][1:] == [
        Stay("b", 1, 1, 1, 2, 1, 1, 2, 2, 1, 2, False, True),
        Stay("b", 2, 4, 4, None, 1, 1, 2, 2, 4, 2, True, False),
        # c was last at the position of the null row
        Stay("c", 1, 2, 2, 4, 1, 1, 2, 2, 2, 2, False, False),
    ]


def test_a_null_row_hides_only_the_item_that_was_last_at_its_position(
    found: dict[str, list[Stay]],
) -> None:
    assert found["hidden-elsewhere"] == [
        Stay("a", 1, 1, 2, None, 2, 2, 1, 1, 1, 2, True, True),
        Stay("b", 1, 1, 1, 2, 1, 1, 2, 2, 1, 2, False, True),
    ]
    assert found["hidden-at-its-last-position"][0] == Stay(
        "a", 1, 1, 4, None, 4, 3, 1, 1, 1, 2, True, True
    )


def test_another_reject_hides_nothing(found: dict[str, list[Stay]]) -> None:
    assert found["rejected-otherwise"][1:] == [
        Stay("b", 1, 1, 1, 2, 1, 1, 2, 2, 1, 2, False, True),
        Stay("b", 2, 3, 3, None, 1, 1, 2, 2, 3, 2, True, False),
    ]


def test_a_list_that_ends_before_the_item_is_an_exit(found: dict[str, list[Stay]]) -> None:
    assert found["shorter"][1] == Stay("b", 1, 1, 1, 2, 1, 1, 2, 2, 1, 2, False, True)


def test_history_begins_with_the_first_snapshot_of_each_list(found: dict[str, list[Stay]]) -> None:
    assert found["other-list"] == [
        Stay("a", 1, 2, 3, None, 2, 2, 1, 1, 2, 1, True, True),
        Stay("b", 1, 3, 3, None, 1, 1, 2, 2, 3, 2, True, False),
    ]


def _frames(spark: SparkSession) -> tuple[Any, Any, Any]:
    """The columns of playlists, playlist_entries and rejects that stays come from."""
    playlists, entries, rejects = [], [], []
    for name, snapshots in LISTS.items():
        for day, text in snapshots.items():
            key = (MAY[day - 1], name)
            items = text.removesuffix("?").split()
            playlists.append((*key, not text.endswith("?")))
            for position, item in enumerate(items, start=1):
                uri, _, linked_from = item.partition("<")
                if item in (".", "x"):
                    reason = "null_item" if item == "." else "no_uri"
                    rejects.append((*key, position, reason))
                else:
                    entries.append((*key, position, uri, linked_from or None))
    key_type = "snapshot_date date, playlist_id string"
    position_type = f"{key_type}, position int"
    return (
        spark.createDataFrame(playlists, f"{key_type}, is_complete boolean"),
        spark.createDataFrame(entries, f"{position_type}, item_uri string, linked_from_uri string"),
        spark.createDataFrame(rejects, f"{position_type}, reason string"),
    )
