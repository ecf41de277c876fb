"""The view recent_snapshots."""

from pathlib import Path

from playlist_lake import connect
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import day, snapshots, together


def test_the_30_newest_dates_of_the_lake_count_for_every_list(tmp_path: Path) -> None:
    # Every second day, 32 dates: the 30 newest begin with day 5
    dates = range(1, 64, 2)
    tables = together(
        snapshots("daily", dict.fromkeys(dates, "A"), "Daily", incomplete=(5, 63)),
        snapshots("rare", {3: "B", 61: ""}, None),
    )
    rows = connect(write_lake(tmp_path, **tables)).sql(
        "SELECT snapshot_date, playlist_id, name, is_complete FROM recent_snapshots ORDER BY ALL"
    )

    assert rows.fetchall() == [
        (day(5), "daily", "Daily", False),
        *[(day(number), "daily", "Daily", True) for number in range(7, 61, 2)],
        (day(61), "daily", "Daily", True),
        (day(61), "rare", None, True),
        (day(63), "daily", "Daily", False),
    ]


def test_the_last_snapshot_is_complete_and_not_a_drop(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", dict.fromkeys(range(1, 6), "A"), incomplete=(2, 5), drops=(4,)),
        snapshots("never", {3: "A ."}, "Never complete", incomplete=(3,)),
    )
    rows = connect(write_lake(tmp_path, **tables)).sql(
        "SELECT playlist_id, snapshot_date, is_drop, previous_date, is_last "
        "FROM recent_snapshots ORDER BY ALL"
    )
    assert rows.fetchall() == [
        ("chart", day(1), False, None, False),
        ("chart", day(2), False, day(1), False),
        ("chart", day(3), False, day(1), True),
        ("chart", day(4), True, day(3), False),
        ("chart", day(5), False, day(3), False),
        ("never", day(3), False, None, False),
    ]
