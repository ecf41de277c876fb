"""The numbers of chart files in the view `chart` and the query `streams`, worked out by hand."""

from pathlib import Path

import pytest

from playlist_lake import connect
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import answered, day, snapshots, together

COLUMNS = (
    "playlist_name position song_name streams previous_streams change previous_date most_streams "
    "most_streams_on peak_rank days_on_chart weeks_on_chart"
)
Numbers = dict[int, dict[str, tuple[int | None, int]]]
"""Streams and peak of each song on each date."""
DAILY: Numbers = {
    1: {"A": (900, 1), "B": (700, 2)},
    2: {"A": (950, 1), "B": (None, 1)},
    3: {"B": (800, 1), "C": (950, 2), "A": (950, 1)},
}


def with_numbers(list_name: str, numbers: Numbers, **fixed: int) -> dict[str, list[Row]]:
    """A chart file a day; its ranks are in the order of the songs."""
    tables = snapshots(
        list_name, {on: " ".join(of_day) for on, of_day in numbers.items()}, list_name
    )
    for row in tables["playlist_entries"]:
        streams, peak = numbers[row["snapshot_date"].day][row["item_uri"].rpartition(":")[2]]
        row |= {"streams": streams, "peak_rank": peak} | fixed
    return tables


@pytest.fixture(scope="module")
def tables() -> dict[str, list[Row]]:
    return together(
        with_numbers("daily", DAILY, days_on_chart=41),
        with_numbers("weekly", {2: {"A": (9_000_000_000, 1)}}, weeks_on_chart=12),
        # A viral chart has no streams
        with_numbers("viral", {3: {"A": (None, 4)}}),
        snapshots("list", {3: "A B"}, "No chart"),
    )


def test_streams_compares_the_last_chart_with_the_one_before(
    tmp_path: Path, tables: dict[str, list[Row]]
) -> None:
    assert answered(tmp_path, tables, "streams", COLUMNS) == [
        ("daily", 1, "Song B", 800, None, None, day(2), 800, day(3), 1, 41, None),
        ("daily", 2, "Song C", 950, None, None, day(2), 950, day(3), 2, 41, None),
        ("daily", 3, "Song A", 950, 950, 0, day(2), 950, day(2), 1, 41, None),
        ("viral", 1, "Song A", None, None, None, None, None, None, 4, None, None),
        ("weekly", 1, "Song A", 9_000_000_000, *[None] * 3, 9_000_000_000, day(2), 1, None, 12),
    ]


def test_a_song_that_is_on_a_chart_twice_counts_at_its_best_rank(tmp_path: Path) -> None:
    tables = snapshots("daily", {1: "A B A", 2: "B A A"}, "daily")
    for number, row in enumerate(tables["playlist_entries"], start=1):
        row["streams"] = 10 * number
    rows = answered(tmp_path, tables, "streams", "position song_name streams previous_streams")
    assert rows == [(1, "Song B", 40, 20), (2, "Song A", 50, 10)]


def test_chart_shows_the_numbers_of_every_date(
    tmp_path: Path, tables: dict[str, list[Row]]
) -> None:
    with connect(write_lake(tmp_path, **tables)) as con:
        rows = con.sql(
            "SELECT snapshot_date, song_name, streams, peak_rank, days_on_chart, weeks_on_chart "
            "FROM chart WHERE playlist_name IN ('daily', 'weekly', 'No chart') "
            "AND song_name = 'Song B' OR playlist_name = 'weekly' ORDER BY ALL"
        )
        assert rows.fetchall() == [
            (day(1), "Song B", 700, 2, 41, None),
            (day(2), "Song A", 9_000_000_000, 1, None, 12),
            (day(2), "Song B", None, 1, 41, None),
            (day(3), "Song B", 800, 1, 41, None),
            (day(3), "Song B", None, None, None, None),
        ]
