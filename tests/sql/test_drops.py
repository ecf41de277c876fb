"""A drop settles nothing: what the view chart and the queries say about it and the next date."""

from pathlib import Path

import pytest

from playlist_lake import connect
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import answered, day, snapshots, stay, together

TURNOVER = "snapshot_date previous_date previous_items items kept entered exited"


def dropped(*, is_settled: bool) -> dict[str, list[Row]]:
    """The 2nd is a drop, in which N enters. On the 3rd, if there is one, A is back and B is not."""
    if not is_settled:
        return together(
            snapshots("chart", {1: "A B C", 2: "C N"}, drops=(2,)),
            playlist_stays=[
                stay("chart", "A", 1, (1, 1, None), (1, 1, 1), is_old=True),
                stay("chart", "B", 1, (1, 1, None), (2, 2, 2), is_old=True),
                stay("chart", "C", 1, (1, 2, None), (3, 1, 1), is_old=True, best_on=2, seen=2),
                stay("chart", "N", 1, (2, 2, None), (2, 2, 2)),
            ],
        )
    return together(
        snapshots("chart", {1: "A B C", 2: "C N", 3: "N A C"}, drops=(2,)),
        playlist_stays=[
            stay("chart", "A", 1, (1, 3, None), (1, 1, 2), is_old=True, seen=2),
            stay("chart", "B", 1, (1, 1, 2), (2, 2, 2), is_old=True),
            stay("chart", "C", 1, (1, 3, None), (3, 1, 3), is_old=True, best_on=2, seen=3),
            stay("chart", "N", 1, (2, 3, None), (2, 1, 1), best_on=3, seen=2),
        ],
    )


def test_the_chart_compares_a_drop_and_the_next_date_with_the_snapshot_before(
    tmp_path: Path,
) -> None:
    rows = connect(write_lake(tmp_path, **dropped(is_settled=True))).sql(
        """
        SELECT snapshot_date, position, song_name, label, change, previous_position, best_position,
            days_on_list, times_seen
        FROM chart WHERE snapshot_date > '2026-01-01' ORDER BY snapshot_date, position
        """
    )
    # N is new on both dates, because both are compared with the 1st
    assert rows.fetchall() == [
        (day(2), 1, "Song C", "up", 2, 3, 1, 2, 2),
        (day(2), 2, "Song N", "new", None, None, 2, 1, 1),
        (day(3), 1, "Song N", "new", None, None, 1, 2, 2),
        (day(3), 2, "Song A", "down", -1, 1, 1, 3, 2),
        (day(3), 3, "Song C", "same", 0, 3, 1, 3, 3),
    ]


def test_an_exit_on_a_drop_is_an_event_once_it_is_settled(tmp_path: Path) -> None:
    columns = "snapshot_date event song_name"
    entry = (day(2), "new", "Song N")
    assert answered(
        tmp_path / "unsettled", dropped(is_settled=False), "entries_and_exits", columns
    ) == [entry]
    assert answered(
        tmp_path / "settled", dropped(is_settled=True), "entries_and_exits", columns
    ) == [
        (day(2), "exit", "Song B"),
        entry,
    ]


def test_turnover_has_no_row_for_a_drop(tmp_path: Path) -> None:
    first = (day(1), None, None, 3, None, None, None)
    assert answered(tmp_path / "unsettled", dropped(is_settled=False), "turnover", TURNOVER) == [
        first
    ]
    assert answered(tmp_path / "settled", dropped(is_settled=True), "turnover", TURNOVER) == [
        (day(3), day(1), 3, 3, 2, 1, 1),
        first,
    ]


def test_turnover_does_not_count_what_came_with_a_drop_and_left(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B", 2: "X", 3: "A C"}, drops=(2,)),
        playlist_stays=[
            stay("chart", "A", 1, (1, 3, None), is_old=True),
            stay("chart", "B", 1, (1, 1, 2), is_old=True),
            stay("chart", "X", 1, (2, 2, 3)),
            stay("chart", "C", 1, (3, 3, None)),
        ],
    )
    rows = answered(tmp_path, tables, "turnover", TURNOVER)
    assert rows[0] == (day(3), day(1), 2, 2, 1, 1, 1)


@pytest.mark.parametrize(("drop", "observed"), [(2, 1), (3, 0)])
def test_survival_does_not_observe_on_a_drop(tmp_path: Path, drop: int, observed: int) -> None:
    tables = together(
        snapshots("chart", dict.fromkeys((1, 2, 3), "A N"), drops=(drop,)),
        playlist_stays=[
            stay("chart", "A", 1, (1, 3, None), is_old=True),
            stay("chart", "N", 1, (2, 3, None)),
        ],
    )
    rows = answered(tmp_path, tables, "survival", "days entrants observed still_there")
    assert rows[0] == (1, 1, observed, observed)


def test_an_item_that_the_last_drop_lacks_is_current(tmp_path: Path) -> None:
    columns = "song_name days_spanned is_current exited_on"
    assert answered(tmp_path, dropped(is_settled=False), "longest_stays", columns) == [
        ("Song C", 2, True, None),
        ("Song A", 1, True, None),
        ("Song B", 1, True, None),
        ("Song N", 1, True, None),
    ]


def test_trending_ends_before_a_drop(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B C", 2: "B A C", 3: "C"}, drops=(3,)),
        playlist_stays=[stay("chart", item, 1, (1, 2, None), is_old=True) for item in "ABC"],
    )
    columns = "snapshot_date direction song_name position from_position"
    assert answered(tmp_path, tables, "trending", columns) == [
        (day(2), "up", "Song B", 1, 2),
        (day(2), "down", "Song A", 2, 1),
    ]


def test_a_drop_does_not_end_a_reign(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B", 2: "B", 3: "A B", 4: "B"}, drops=(2, 4)),
        playlist_stays=[
            stay("chart", "A", 1, (1, 3, None), is_old=True),
            stay("chart", "B", 1, (1, 4, None), is_old=True),
        ],
    )
    columns = "song_name first_on last_on days snapshots is_current"
    assert answered(tmp_path, tables, "number_ones", columns) == [
        ("Song A", day(1), day(3), 3, 2, True)
    ]


def test_shares_and_make_up_leave_a_drop_out(tmp_path: Path) -> None:
    tables = snapshots("chart", {1: "loc1 ep", 2: "loc1"}, drops=(2,))
    shares = answered(tmp_path / "shares", tables, "artist_share", "artist entries")
    assert shares == [("Artist loc1", 1), ("Guest", 1)]
    make_up = answered(tmp_path / "make_up", tables, "make_up", "bucket appearances")
    assert make_up == [("episode", 1), ("local", 1)]
