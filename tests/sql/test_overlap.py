"""The query overlap: what lists share, and how many days later items reach the other list."""

from pathlib import Path

import pytest

from tests.support.tiny_lists import answered, snapshots, stay, together, week

SHARED = "playlist_id other_playlist_id items other_items shared share jaccard"
LATER = (
    "playlist_id other_playlist_id reached_later median_days_later min_days_later max_days_later"
)


def test_every_pair_of_lists_with_items_is_compared_both_ways(tmp_path: Path) -> None:
    # Chart: A B C D E loc ep (E only in an incomplete snapshot); Other: A F D
    assert answered(tmp_path, week(), "overlap", SHARED) == [
        ("chart", "other", 7, 3, 2, pytest.approx(2 / 7), pytest.approx(2 / 8)),
        ("chart", "voice", 7, 1, 0, 0.0, 0.0),
        ("other", "chart", 3, 7, 2, pytest.approx(2 / 3), pytest.approx(2 / 8)),
        ("other", "voice", 3, 1, 0, 0.0, 0.0),
        ("voice", "chart", 1, 7, 0, 0.0, 0.0),
        ("voice", "other", 1, 3, 0, 0.0, 0.0),
    ]


def test_a_song_reaches_the_other_list_days_after_its_first_entry(tmp_path: Path) -> None:
    # D entered on the 2nd and on the 5th; when A entered is not known
    rows = answered(tmp_path, week(), "overlap", LATER)
    assert rows[0] == ("chart", "other", 1, 3.0, 3, 3)
    assert rows[2] == ("other", "chart", 0, None, None, None)


@pytest.mark.parametrize(
    ("later", "median"), [((4,), 4.0), ((9, 2), 5.5), ((9, 2, 3), 3.0), ((9, 2, 3, 6), 4.5)]
)
def test_the_median_of_the_days_is_exact(
    tmp_path: Path, later: tuple[int, ...], median: float
) -> None:
    stays = [
        # The first entry counts, not the re-entry; on the same day neither list is later
        stay("here", "again", 1, (2, 2, 3)),
        stay("here", "again", 2, (8, 9, None)),
        stay("there", "again", 1, (2, 9, None)),
    ]
    for number, days in enumerate(later):
        stays.append(stay("here", f"S{number}", 1, (2, 20, None)))
        stays.append(stay("there", f"S{number}", 1, (2 + days, 20, None)))
    tables = together(
        snapshots("here", {1: "X"}), snapshots("there", {1: "X"}), playlist_stays=stays
    )
    count = len(later)
    assert answered(tmp_path, tables, "overlap", LATER) == [
        ("here", "there", count, median, min(later), max(later)),
        ("there", "here", 0, None, None, None),
    ]


def test_an_item_that_left_before_the_last_30_dates_is_not_shared(tmp_path: Path) -> None:
    tables = together(
        snapshots("here", dict.fromkeys(range(1, 32), "B")),
        snapshots("there", {1: "A"}),
        playlist_stays=[
            stay("here", "A", 1, (1, 1, 2), is_old=True),
            stay("here", "B", 1, (1, 31, None), is_old=True),
            stay("there", "A", 1, (1, 2, None), is_old=True),
        ],
    )
    assert answered(tmp_path, tables, "overlap", SHARED) == [
        ("here", "there", 1, 1, 0, 0.0, 0.0),
        ("there", "here", 1, 1, 0, 0.0, 0.0),
    ]


def test_a_lake_with_one_list_has_no_rows(tmp_path: Path) -> None:
    tables = together(
        snapshots("here", {1: "A"}),
        playlist_stays=[stay("here", "A", 1, (1, 1, None), is_old=True)],
    )
    assert answered(tmp_path, tables, "overlap", SHARED) == []
