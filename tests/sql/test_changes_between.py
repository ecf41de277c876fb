"""The changes between two chosen dates, by the same query as the view changes."""

from pathlib import Path
from typing import Any

from playlist_lake import connect
from playlist_lake.answers.sql_files import changes_between_chosen
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, snapshots, stay, together, uri


def between(
    folder: Path, tables: dict[str, list[Row]], previous: int, number: int
) -> list[tuple[Any, ...]]:
    """The changes of the list `chart` between two days, by kind and item."""
    with connect(write_lake(folder, **tables)) as con:
        return con.execute(
            f"""
            WITH chosen AS (
                SELECT 'chart' AS playlist_id, $now AS snapshot_date, $before AS previous_date
            )
            SELECT change, split_part(item_uri, ':', -1), position, previous_position
            FROM ({changes_between_chosen()}) ORDER BY change, item_uri
            """,  # noqa: S608
            {"now": day(number), "before": day(previous)},
        ).fetchall()


def month() -> dict[str, list[Row]]:
    """B comes and goes, C leaves and comes back, D is re-issued as E and then as F, G enters."""
    drawn = {1: "A C D", 2: "A B C D", 3: "A B E", 4: "C A F", 5: "C A F G"}
    return together(
        snapshots("chart", drawn),
        playlist_stays=[
            stay("chart", "A", 1, (1, 5, None), is_old=True),
            stay("chart", "B", 1, (2, 3, 4)),
            stay("chart", "C", 1, (1, 2, 3), is_old=True),
            stay("chart", "C", 2, (4, 5, None)),
            stay("chart", "D", 1, (1, 2, 3), is_old=True),
            stay("chart", "E", 1, (3, 3, 4), chain=("D", 1)),
            stay("chart", "F", 1, (4, 5, None), chain=("D", 1)),
            stay("chart", "G", 1, (5, 5, None)),
        ],
    )


def test_only_the_two_dates_count(tmp_path: Path) -> None:
    assert between(tmp_path / "1to5", month(), 1, 5) == [
        ("entered", "G", 4, None),
        ("reissued", "F", 3, 3),
    ]
    assert between(tmp_path / "2to3", month(), 2, 3) == [
        ("left", "C", None, 3),
        ("reissued", "E", 3, 4),
    ]
    assert between(tmp_path / "3to5", month(), 3, 5) == [
        ("entered", "C", 1, None),
        ("entered", "G", 4, None),
        ("left", "B", None, 2),
        ("reissued", "F", 3, 3),
    ]


def test_a_song_that_came_back_is_compared_with_its_earlier_stay(tmp_path: Path) -> None:
    tables = month()
    for row in tables["playlist_entries"]:
        if row["item_uri"] == uri("C"):
            row["name"] = f"Title of {row['snapshot_date']}"
    assert ("song_renamed", "C", 1, 2) in between(tmp_path, tables, 1, 5)


def test_a_drop_can_be_compared_later(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B C", 2: "C", 3: "A C"}, drops=(2,)),
        playlist_stays=[
            stay("chart", "A", 1, (1, 3, None), is_old=True),
            stay("chart", "B", 1, (1, 1, 2), is_old=True),
            stay("chart", "C", 1, (1, 3, None), is_old=True),
        ],
    )
    # A was not seen in the drop, but never left
    assert between(tmp_path, tables, 1, 2) == [("left", "B", None, 2)]


def test_what_was_missing_on_both_dates_did_not_change(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B", 2: "B", 3: "B"}, drops=(2, 3)),
        playlist_stays=[
            stay("chart", "A", 1, (1, 1, None), is_old=True) | {"missing_since": day(2)},
            stay("chart", "B", 1, (1, 3, None), is_old=True),
        ],
    )
    assert between(tmp_path / "1to3", tables, 1, 3) == [("missing", "A", None, 1)]
    assert between(tmp_path / "2to3", tables, 2, 3) == []


def test_what_an_incomplete_first_snapshot_lacks_did_not_enter(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A .", 2: "A B", 3: "A B C"}, incomplete=(1,)),
        playlist_stays=[
            stay("chart", "A", 1, (1, 3, None), is_old=True),
            stay("chart", "B", 1, (2, 3, None), is_old=True),
            stay("chart", "C", 1, (3, 3, None)),
        ],
    )
    assert between(tmp_path, tables, 1, 3) == [("entered", "C", 3, None)]
