"""A song that is issued again under another URI stays on the list, in all views and queries."""

from pathlib import Path

import pytest

from playlist_lake import connect
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import answered, day, snapshots, stay, together, uri


def reissued(days: int = 6) -> dict[str, list[Row]]:
    """B continues A on the 3rd, leaves on the 5th and comes back on the 6th."""
    drawn = {1: "X A", 2: "A X", 3: "B X", 4: "X B", 5: "X", 6: "X B"}
    return together(
        snapshots("chart", {number: drawn[number] for number in range(1, days + 1)}),
        playlist_stays=[
            stay("chart", "X", 1, (1, 6, None), is_old=True, seen=6),
            stay("chart", "A", 1, (1, 2, 3), (2, 1, 1), is_old=True, best_on=2, seen=2),
            stay("chart", "B", 1, (3, 4, 5), (1, 1, 2), seen=2, chain=("A", 1)),
            stay("chart", "B", 2, (6, 6, None), (2, 2, 2)),
        ],
    )


def test_a_chain_has_one_row_and_a_return_has_the_same_origin(tmp_path: Path) -> None:
    chains = connect(write_lake(tmp_path, **reissued())).sql(
        """
        SELECT first_uri, listed_since, item_uri, origin_uri, stay_number, stays, last_seen_on,
            exited_on, days_spanned, snapshots_seen, entry_position, best_position,
            best_position_on, last_position, is_current, starts_before_history
        FROM stay_chains WHERE item_uri <> 'spotify:track:X' ORDER BY listed_since
        """
    )
    a, b = uri("A"), uri("B")
    assert chains.fetchall() == [
        (a, day(1), b, a, 1, 2, day(4), day(5), 4, 4, 2, 1, day(2), 2, False, True),
        (b, day(6), b, a, 2, 1, day(6), None, 1, 1, 2, 2, day(6), 2, True, False),
    ]


def test_a_chain_is_missing_since_its_last_stay_is(tmp_path: Path) -> None:
    tables = reissued()
    tables["playlist_stays"][-1]["missing_since"] = day(7)
    found = connect(write_lake(tmp_path, **tables)).sql(
        "SELECT listed_since FROM stay_chains WHERE missing_since = '2026-01-07'"
    )
    assert found.fetchall() == [(day(6),)]


def charted(folder: Path, tables: dict[str, list[Row]]) -> list[tuple[object, ...]]:
    """The rows of the chart without X, by date and position."""
    return (
        connect(write_lake(folder, **tables))
        .sql(
            """
            SELECT snapshot_date, song_name, label, change, previous_position, best_position,
                days_on_list, times_seen, streak_days
            FROM chart WHERE song_id <> 'X' ORDER BY snapshot_date, position
            """
        )
        .fetchall()
    )


def test_the_chart_compares_a_song_with_the_one_that_it_continues(tmp_path: Path) -> None:
    assert charted(tmp_path, reissued()) == [
        (day(1), "Song A", None, None, None, 2, 1, 1, 1),
        (day(2), "Song A", "up", 1, 2, 1, 2, 2, 2),
        (day(3), "Song B", "same", 0, 1, 1, 3, 3, 3),
        (day(4), "Song B", "down", -1, 1, 1, 4, 4, 4),
        # The days and positions of the first chain count, not its streak
        (day(6), "Song B", "re-entry", None, None, 1, 5, 5, 1),
    ]


def test_each_copy_is_compared_with_a_copy_of_the_song_before(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A X A", 2: "X B B"}),
        playlist_stays=[
            stay("chart", "X", 1, (1, 2, None), (2, 1, 1), is_old=True),
            stay("chart", "A", 1, (1, 1, 2), is_old=True),
            stay("chart", "B", 1, (2, 2, None), (2, 2, 2), chain=("A", 1)),
        ],
    )
    assert charted(tmp_path, tables)[2:] == [
        (day(2), "Song B", "down", -1, 1, 1, 2, 2, 2),
        (day(2), "Song B", "same", 0, 3, 1, 2, 2, 2),
    ]


def test_the_song_before_can_come_back_beside_the_one_that_continues_it(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A X", 2: "X B", 3: "A B"}),
        playlist_stays=[
            stay("chart", "X", 1, (1, 2, 3), (2, 1, 1), is_old=True),
            stay("chart", "A", 1, (1, 1, 2), is_old=True),
            stay("chart", "B", 1, (2, 3, None), (2, 2, 2), seen=2, chain=("A", 1)),
            stay("chart", "A", 2, (3, 3, None)),
        ],
    )
    # The chain of the first stay still goes on, so its days are those of B
    assert charted(tmp_path, tables)[2:] == [
        (day(3), "Song A", "re-entry", None, None, 1, 1, 1, 1),
        (day(3), "Song B", "same", 0, 2, 1, 3, 3, 3),
    ]


def test_a_continuation_is_not_an_event_and_an_exit_has_all_days(tmp_path: Path) -> None:
    columns = (
        "snapshot_date event song_name seen_position days_on_list times_seen best_position seen_on"
        " stay_number"
    )
    assert answered(tmp_path, reissued(), "entries_and_exits", columns) == [
        (day(6), "re-entry", "Song B", 2, None, None, None, day(6), 2),
        (day(5), "exit", "Song B", 2, 4, 4, 1, day(4), 1),
    ]


def test_turnover_keeps_a_continued_song(tmp_path: Path) -> None:
    columns = "snapshot_date previous_items items kept entered exited"
    assert answered(tmp_path, reissued(), "turnover", columns)[:4] == [
        (day(6), 1, 2, 1, 1, 0),
        (day(5), 2, 1, 1, 0, 1),
        (day(4), 2, 2, 2, 0, 0),
        (day(3), 2, 2, 2, 0, 0),
    ]


def test_a_continued_song_is_one_entrant_and_still_there(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "X", 2: "X A", 3: "X B"}),
        playlist_stays=[
            stay("chart", "X", 1, (1, 3, None), is_old=True),
            stay("chart", "A", 1, (2, 2, 3)),
            stay("chart", "B", 1, (3, 3, None), chain=("A", 2)),
        ],
    )
    rows = answered(tmp_path, tables, "survival", "days entrants observed still_there")
    assert rows[0] == (1, 1, 1, 1)


def test_the_longest_stays_are_chains(tmp_path: Path) -> None:
    columns = (
        "rank_number song_name days_spanned snapshots_seen entered_on exited_on best_position"
        " stay_number"
    )
    assert answered(tmp_path, reissued(), "longest_stays", columns) == [
        (1, "Song X", 6, 6, day(1), None, 1, 1),
        (2, "Song B", 4, 4, day(1), day(5), 1, 1),
        (3, "Song B", 1, 1, day(6), None, 2, 2),
    ]


def test_trending_begins_with_the_song_before(tmp_path: Path) -> None:
    columns = "direction song_name position from_position from_date"
    assert answered(tmp_path, reissued(3), "trending", columns) == [
        ("up", "Song B", 1, 2, day(1)),
        ("down", "Song X", 2, 1, day(1)),
    ]


def test_a_reign_goes_on_with_the_song_that_continues_it(tmp_path: Path) -> None:
    columns = "song_name first_on last_on days snapshots"
    assert answered(tmp_path, reissued(4), "number_ones", columns) == [
        ("Song X", day(4), day(4), 1, 1),
        ("Song B", day(2), day(3), 2, 2),
        ("Song X", day(1), day(1), 1, 1),
    ]


@pytest.mark.parametrize(
    ("is_old", "later"), [(False, (1, 1.0, 1, 1)), (True, (0, None, None, None))]
)
def test_a_song_reached_a_list_when_its_chain_began(
    tmp_path: Path, is_old: bool, later: tuple[object, ...]
) -> None:
    tables = together(
        snapshots("here", {1: "X", 2: "A", 4: "B"}),
        snapshots("there", {1: "X", 3: "B"}),
        playlist_stays=[
            stay("here", "A", 1, (2, 2, 4), is_old=is_old),
            stay("here", "B", 1, (4, 4, None), chain=("A", 2)),
            stay("there", "B", 1, (3, 3, None)),
        ],
    )
    columns = (
        "items shared reached_later median_days_later min_days_later max_days_later playlist_id"
    )
    assert answered(tmp_path, tables, "overlap", columns) == [
        (2, 1, *later, "here"),
        (1, 1, 0, None, None, None, "there"),
    ]
