"""The queries about positions: trending and number_ones."""

from pathlib import Path

from tests.support.tiny_lists import answered, day, snapshots, stay, together, week

TRENDING = "playlist_name direction rank_number song_name position from_position from_date change"
NUMBER_ONES = (
    "playlist_name song_name first_on last_on days snapshots is_current starts_before_window"
)


def test_trending_compares_within_the_current_stay(tmp_path: Path) -> None:
    # A and B did not move; C is compared with its return on the 5th, not with the 1st
    assert answered(tmp_path, week(), "trending", TRENDING) == [
        ("Chart", "up", 1, "Song ep", 4, 5, day(5), 1),
        ("Chart", "down", 1, "Song C", 3, 1, day(5), -2),
        ("Other", "up", 1, "Song D", 1, 2, day(5), 1),
    ]


def test_trending_ranks_ties_by_position(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B C D", 2: "B A D C"}),
        playlist_stays=[stay("chart", item, 1, (1, 2, None), is_old=True) for item in "ABCD"],
    )
    assert [row[1:5] for row in answered(tmp_path, tables, "trending", TRENDING)] == [
        ("up", 1, "Song B", 1),
        ("up", 2, "Song D", 3),
        ("down", 1, "Song A", 2),
        ("down", 2, "Song C", 4),
    ]


def test_trending_has_at_most_ten_items_per_list_and_direction(tmp_path: Path) -> None:
    items = [f"S{number:02}" for number in range(12)]
    last_first = " ".join([items[-1], *items[:-1]])
    tables = together(
        snapshots("chart", {1: " ".join(items), 2: last_first}),
        playlist_stays=[stay("chart", item, 1, (1, 2, None), is_old=True) for item in items],
    )
    rows = answered(tmp_path, tables, "trending", TRENDING)
    assert [row[1:4] for row in rows] == [
        ("up", 1, "Song S11"),
        *[("down", rank, f"Song S{rank - 1:02}") for rank in range(1, 11)],
    ]


def test_trending_compares_complete_snapshots_of_the_last_30_dates(tmp_path: Path) -> None:
    # Every second day, 31 dates: the last 30 begin with day 3
    drawn = dict.fromkeys(range(1, 62, 2), "A B C") | {1: "C B A", 3: "B A C", 61: "C"}
    tables = together(
        snapshots("chart", drawn, incomplete=(61,)),
        snapshots("gone", {1: "A B"}, "Gone"),
        playlist_stays=[
            *[stay("chart", item, 1, (1, 59, None), is_old=True) for item in "ABC"],
            *[stay("gone", item, 1, (1, 1, None), is_old=True) for item in "AB"],
        ],
    )
    columns = f"snapshot_date {TRENDING}"
    assert answered(tmp_path, tables, "trending", columns) == [
        (day(59), "Chart", "up", 1, "Song A", 1, 2, day(3), 1),
        (day(59), "Chart", "down", 1, "Song B", 2, 1, day(3), -1),
    ]


def test_trending_ignores_dates_on_which_a_null_row_hides_the_item(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B C", 2: "A - C", 3: "A C B", 4: "- C B"}),
        playlist_stays=[stay("chart", item, 1, (1, 4, None), is_old=True) for item in "ABC"],
    )
    # On the last date a null row hides A, so A has no position there
    assert answered(tmp_path, tables, "trending", TRENDING) == [
        ("Chart", "up", 1, "Song C", 2, 3, day(1), 1),
        ("Chart", "down", 1, "Song B", 3, 2, day(1), -1),
    ]


def test_a_reign_ends_when_another_item_is_first(tmp_path: Path) -> None:
    assert answered(tmp_path, week(), "number_ones", NUMBER_ONES) == [
        ("Chart", "Song A", day(7), day(7), 1, 1, True, False),
        ("Chart", "Song C", day(5), day(6), 2, 2, False, False),
        ("Chart", "Song B", day(2), day(2), 1, 1, False, False),
        ("Chart", "Song A", day(1), day(1), 1, 1, False, True),
        ("Other", "Song D", day(7), day(7), 1, 1, True, False),
        ("Other", "Song F", day(5), day(5), 1, 1, False, False),
        ("Other", "Song A", day(2), day(2), 1, 1, False, True),
        ("Voice", "Song loc2", day(7), day(7), 1, 1, True, True),
    ]


def test_a_null_row_gap_or_incomplete_snapshot_does_not_end_a_reign(tmp_path: Path) -> None:
    drawn = {1: "A", 2: "- B", 4: "B", 5: "A B", 6: "- A"}
    tables = together(
        snapshots("chart", drawn, incomplete=(4,)),
        playlist_stays=[
            stay("chart", "A", 1, (1, 6, None), is_old=True),
            stay("chart", "B", 1, (2, 5, 6)),
        ],
    )
    # On the last date it is not known which item is first
    assert answered(tmp_path, tables, "number_ones", NUMBER_ONES) == [
        ("Chart", "Song A", day(1), day(5), 5, 2, False, True)
    ]


def test_number_ones_cover_the_last_30_dates(tmp_path: Path) -> None:
    drawn = {number: "B" if number <= 3 else "A" for number in range(1, 33)}
    tables = together(
        snapshots("chart", drawn),
        playlist_stays=[
            stay("chart", "B", 1, (1, 3, 4), is_old=True),
            stay("chart", "A", 1, (4, 32, None)),
        ],
    )
    assert answered(tmp_path, tables, "number_ones", NUMBER_ONES) == [
        ("Chart", "Song A", day(4), day(32), 29, 29, True, False),
        ("Chart", "Song B", day(3), day(3), 1, 1, False, True),
    ]
