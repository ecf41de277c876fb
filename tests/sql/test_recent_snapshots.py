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
    rows = connect(write_lake(tmp_path, **tables)).sql("FROM recent_snapshots ORDER BY ALL")

    assert rows.columns == ["snapshot_date", "playlist_id", "name", "is_complete"]
    assert rows.fetchall() == [
        (day(5), "daily", "Daily", False),
        *[(day(number), "daily", "Daily", True) for number in range(7, 61, 2)],
        (day(61), "daily", "Daily", True),
        (day(61), "rare", None, True),
        (day(63), "daily", "Daily", False),
    ]
