"""The queries about stays: entries_and_exits, longest_stays, turnover and survival."""

from pathlib import Path

import pytest

from tests.support.tiny_lists import answered, day, snapshots, stay, together, week

EVENTS = (
    "snapshot_date playlist_name event seen_position song_name days_on_list times_seen"
    " best_position"
)


def test_events_are_the_beginnings_and_ends_of_stays(tmp_path: Path) -> None:
    # No exit on the 4th, which is incomplete; none on the 6th and 7th: a null row hid B on the 6th
    assert answered(tmp_path, week(), "entries_and_exits", f"{EVENTS} seen_on") == [
        (day(5), "Chart", "exit", 3, "Song D", 1, 1, 3, day(2)),
        (day(5), "Chart", "exit", 4, "Song loc", 2, 2, 4, day(2)),
        (day(5), "Chart", "exit", 4, "Song E", 1, 1, 4, day(4)),
        (day(5), "Chart", "new", 5, "Song ep", None, None, None, day(5)),
        (day(5), "Chart", "re-entry", 1, "Song C", None, None, None, day(5)),
        (day(5), "Other", "exit", 1, "Song A", 1, 1, 1, day(2)),
        (day(5), "Other", "new", 2, "Song D", None, None, None, day(5)),
        (day(4), "Chart", "new", 4, "Song E", None, None, None, day(4)),
        (day(2), "Chart", "exit", 3, "Song C", 1, 1, 3, day(1)),
        (day(2), "Chart", "new", 3, "Song D", None, None, None, day(2)),
    ]


def test_an_exit_has_a_name_even_from_before_the_last_30_dates(tmp_path: Path) -> None:
    tables = together(
        snapshots("daily", dict.fromkeys(range(10, 40), "A"), "Daily"),
        snapshots("rare", {1: "B C", 3: "C D", 20: "D", 41: "E"}, "Rare", incomplete=(41,)),
        playlist_stays=[
            stay("daily", "A", 1, (10, 39, None), is_old=True),
            stay("rare", "B", 1, (1, 1, 3), (1, 1, 1), is_old=True),
            stay("rare", "C", 1, (1, 3, 20), (2, 1, 1), is_old=True, best_on=3, seen=2),
            stay("rare", "D", 1, (3, 20, None), (2, 1, 1), best_on=20),
            stay("rare", "E", 1, (41, 41, None)),
        ],
    )
    # The 30 dates are days 11 to 39 and 41
    assert answered(tmp_path, tables, "entries_and_exits", EVENTS) == [
        (day(41), "Rare", "new", 1, "Song E", None, None, None),
        (day(20), "Rare", "exit", 1, "Song C", 3, 2, 1),
    ]


def test_the_longest_stays_come_first_and_ties_have_an_order(tmp_path: Path) -> None:
    columns = (
        "playlist_name rank_number song_name stay_number days_spanned snapshots_seen is_current"
        " exited_on"
    )
    assert answered(tmp_path, week(), "longest_stays", columns) == [
        ("Chart", 1, "Song A", 1, 7, 6, True, None),
        ("Chart", 2, "Song B", 1, 7, 4, True, None),
        ("Chart", 3, "Song C", 2, 3, 3, True, None),
        ("Chart", 4, "Song ep", 1, 3, 3, True, None),
        ("Chart", 5, "Song loc", 1, 2, 2, False, day(5)),
        ("Chart", 6, "Song C", 1, 1, 1, False, day(2)),
        ("Chart", 7, "Song D", 1, 1, 1, False, day(5)),
        ("Chart", 8, "Song E", 1, 1, 1, False, day(5)),
        ("Other", 1, "Song F", 1, 6, 3, True, None),
        ("Other", 2, "Song D", 1, 3, 2, True, None),
        ("Other", 3, "Song A", 1, 1, 1, False, day(5)),
        ("Voice", 1, "Song loc2", 1, 1, 1, True, None),
    ]


def test_a_stay_whose_entries_are_deleted_still_has_a_row(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {9: "A"}),
        playlist_stays=[stay("chart", f"S{n:02}", 1, (1, 2, 3), (n, n, n)) for n in range(1, 23)],
    )
    rows = answered(tmp_path, tables, "longest_stays", "rank_number song_name best_position")
    assert rows == [(number, None, number) for number in range(1, 21)]


def test_turnover_compares_complete_snapshots(tmp_path: Path) -> None:
    # E came and left between the 2nd and the 5th
    columns = (
        "playlist_id snapshot_date previous_date previous_items items kept entered exited"
        " kept_share jaccard"
    )
    nothing = (None,) * 4
    assert answered(tmp_path, week(), "turnover", columns) == [
        ("chart", day(7), day(6), 4, 4, 4, 0, 0, 1.0, 1.0),
        ("chart", day(6), day(5), 4, 4, 4, 0, 0, 1.0, 1.0),
        ("chart", day(5), day(2), 4, 4, 2, 2, 2, 0.5, pytest.approx(2 / 6)),
        ("chart", day(2), day(1), 4, 4, 3, 1, 1, 0.75, 0.6),
        ("chart", day(1), None, None, 4, None, *nothing),
        ("other", day(7), day(5), 2, 2, 2, 0, 0, 1.0, 1.0),
        ("other", day(5), day(2), 2, 2, 1, 1, 1, 0.5, pytest.approx(1 / 3)),
        ("other", day(2), None, None, 2, None, *nothing),
        ("voice", day(7), None, None, 1, None, *nothing),
        ("empty", day(7), day(6), 0, 0, 0, 0, 0, None, None),
        ("empty", day(6), None, None, 0, None, *nothing),
    ]


def test_turnover_compares_the_first_of_30_dates_with_the_one_before(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", dict.fromkeys(range(1, 32), "A") | {1: "B"}),
        playlist_stays=[
            stay("chart", "B", 1, (1, 1, 2), is_old=True),
            stay("chart", "A", 1, (2, 31, None)),
        ],
    )
    rows = answered(tmp_path, tables, "turnover", "snapshot_date previous_date kept jaccard")
    assert len(rows) == 30
    assert rows[-1] == (day(2), day(1), 0, 0.0)


SURVIVAL = "playlist_id days entrants observed still_there share"


def test_survival_needs_a_snapshot_exactly_that_many_days_later(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", dict.fromkeys((1, 2, 3, 9, 10, 32), "Q")),
        playlist_stays=[
            stay("chart", "old", 1, (1, 32, None), is_old=True),
            stay("chart", "P", 1, (2, 2, 3)),
            stay("chart", "Q", 1, (2, 32, None)),
            stay("chart", "R", 1, (2, 3, 9)),
            # Nothing was read a day after the 3rd
            stay("chart", "S", 1, (3, 9, 10)),
            stay("chart", "P", 2, (9, 32, None)),
        ],
    )
    assert answered(tmp_path, tables, "survival", SURVIVAL) == [
        ("chart", 1, 5, 4, 3, 0.75),
        ("chart", 7, 5, 4, 1, 0.25),
        ("chart", 30, 5, 3, 1, pytest.approx(1 / 3)),
    ]


def test_a_list_without_entrants_still_has_its_rows(tmp_path: Path) -> None:
    rows = answered(tmp_path, week(), "survival", SURVIVAL)
    assert [row for row in rows if row[0] in ("chart", "voice", "empty")] == [
        ("chart", 1, 4, 3, 2, pytest.approx(2 / 3)),
        ("chart", 7, 4, 0, 0, None),
        ("chart", 30, 4, 0, 0, None),
        *[("voice", days, 0, 0, 0, None) for days in (1, 7, 30)],
        *[("empty", days, 0, 0, 0, None) for days in (1, 7, 30)],
    ]
