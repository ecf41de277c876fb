"""The view `chart`, against values worked out by hand on a tiny lake."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from playlist_lake import connect
from playlist_lake.answers.sql_files import VIEWS
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import day, snapshots, together, uri, week


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The lists of `week`, with their songs and albums; A is relinked on "Other" on the 2nd.

    1st: A B C loc      2nd: B A D loc      4th, incomplete: (not seen) (not seen) A E
    5th: C B A A ep     6th: C - A ep A     7th: A B C ep
    """
    dates = (1, 2, 4, 5, 6, 7)
    tables = together(
        week(),
        songs=[
            {
                "snapshot_date": day(number),
                "song_id": song,
                "name": f"Title {song}",
                "album_id": "first" if number == 1 else "second",
            }
            for number in dates
            for song in "ABCD"
        ],
        albums=[
            {
                "snapshot_date": day(number),
                "album_id": "first" if number == 1 else "second",
                "name": "First album" if number == 1 else "Second album",
                "release_date": date(1999, 5, number),
            }
            for number in dates
        ],
    )
    relinked = {"item_uri": "spotify:track:played", "linked_from_uri": uri("A")}
    for row in tables["playlist_entries"]:
        if (row["playlist_id"], row["snapshot_date"], row["song_id"]) == ("other", day(2), "A"):
            row.update(relinked, name=None, artist_names=[])
    return connect(write_lake(tmp_path_factory.mktemp("chart"), **tables))


def movement(con: duckdb.DuckDBPyConnection, number: int) -> list[tuple[Any, ...]]:
    """Rows of a date: position, song, label and the columns that compare dates."""
    return con.execute(
        """
        SELECT position, song_name, label, change, previous_position, best_position,
            days_on_list, times_seen, streak_days
        FROM chart WHERE playlist_name = 'Chart' AND snapshot_date = ? ORDER BY position
        """,
        [day(number)],
    ).fetchall()


def test_nothing_is_new_at_the_first_snapshot(con: duckdb.DuckDBPyConnection) -> None:
    assert movement(con, 1) == [
        (1, "Song A", None, None, None, 1, 1, 1, 1),
        (2, "Song B", None, None, None, 2, 1, 1, 1),
        (3, "Song C", None, None, None, 3, 1, 1, 1),
        (4, "Song loc", None, None, None, 4, 1, 1, 1),
    ]


def test_change_counts_positions_gained_since_the_previous_snapshot(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert movement(con, 2) == [
        (1, "Song B", "up", 1, 2, 1, 2, 2, 2),
        (2, "Song A", "down", -1, 1, 1, 2, 2, 2),
        (3, "Song D", "new", None, None, 3, 1, 1, 1),
        (4, "Song loc", "same", 0, 4, 4, 2, 2, 2),
    ]


def test_an_incomplete_snapshot_has_movement_and_new_items(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # The 3rd has no snapshot
    assert movement(con, 4) == [
        (3, "Song A", "down", -1, 2, 1, 4, 3, 4),
        (4, "Song E", "new", None, None, 4, 1, 1, 1),
    ]


def test_a_re_entry_after_a_gap_has_its_label_and_a_second_copy_has_none(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # Compared with the 2nd: the 3rd has no snapshot, that of the 4th is incomplete
    assert movement(con, 5) == [
        (1, "Song C", "re-entry", None, None, 1, 2, 2, 1),
        (2, "Song B", "down", -1, 1, 1, 5, 3, 5),
        (3, "Song A", "down", -1, 2, 1, 5, 4, 5),
        (4, "Song A", None, None, None, 1, 5, 4, 5),
        (5, "Song ep", "new", None, None, 5, 1, 1, 1),
    ]


def test_each_copy_is_compared_with_the_same_copy_and_a_null_row_has_no_row(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert movement(con, 6) == [
        (1, "Song C", "same", 0, 1, 1, 3, 3, 2),
        (3, "Song A", "same", 0, 3, 1, 6, 5, 6),
        (4, "Song ep", "up", 1, 5, 4, 2, 2, 2),
        (5, "Song A", "down", -1, 4, 1, 6, 5, 6),
    ]


def test_an_item_that_a_null_row_hid_is_neither_new_nor_a_re_entry(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert movement(con, 7) == [
        (1, "Song A", "up", 2, 3, 1, 7, 6, 7),
        (2, "Song B", None, None, None, 1, 7, 4, 7),
        (3, "Song C", "down", -2, 1, 1, 4, 4, 3),
        (4, "Song ep", "same", 0, 4, 4, 3, 3, 3),
    ]


def test_a_row_describes_its_item_as_of_its_date(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.sql(
        """
        SELECT song_name, artists, album_name, release_date, item_type, song_id, playlist_id
        FROM chart WHERE playlist_id = 'chart' AND position = 4
            AND snapshot_date IN ('2026-01-01', '2026-01-05', '2026-01-07')
        ORDER BY snapshot_date
        """
    )
    album = ("Second album", date(1999, 5, 5))
    assert rows.fetchall() == [
        ("Song loc", "Artist loc, Guest", None, None, "local", None, "chart"),
        ("Song A", "Artist A, Guest", *album, "song", "A", "chart"),
        ("Song ep", None, None, None, "episode", None, "chart"),
    ]


def test_a_relinked_song_has_the_uri_and_name_from_before(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.sql(
        "SELECT item_uri, song_name, artists, label, best_position, days_on_list, streak_days "
        "FROM chart WHERE playlist_name = 'Other' AND snapshot_date = DATE '2026-01-02' "
        "AND position = 1"
    )
    # The row names no artists, so they are those of the other list
    assert rows.fetchall() == [("spotify:track:A", "Title A", "Artist A, Guest", None, 1, 1, 1)]


def test_what_a_date_does_not_say_is_what_was_known_last(tmp_path: Path) -> None:
    # On the 2nd the list, A and its album have no names; the song of B has no album
    days = {number: {"snapshot_date": day(number)} for number in (1, 2)}
    tables = together(
        snapshots("list", {1: "A B"}),
        snapshots("list", {2: "A B"}, None),
        songs=[
            *[days[n] | {"song_id": "A", "name": None, "album_id": "one"} for n in (1, 2)],
            days[1] | {"song_id": "B", "name": None, "album_id": "two"},
            days[2] | {"song_id": "B", "name": None, "album_id": None},
        ],
        albums=[
            days[1] | {"album_id": "one", "name": "One", "release_date": date(1999, 5, 1)},
            days[2] | {"album_id": "one", "name": None, "release_date": None},
            days[1] | {"album_id": "two", "name": "Two", "release_date": date(2001, 1, 1)},
        ],
    )
    tables["playlist_entries"][2] |= {"name": None, "artist_names": None}
    rows = connect(write_lake(tmp_path, **tables)).sql(
        "SELECT playlist_name, song_name, artists, album_name, release_date FROM chart "
        "WHERE snapshot_date = '2026-01-02' ORDER BY position"
    )
    assert rows.fetchall() == [
        ("Chart", "Song A", "Artist A, Guest", "One", date(1999, 5, 1)),
        ("Chart", "Song B", "Artist B, Guest", "Two", date(2001, 1, 1)),
    ]


def test_a_list_has_one_name_on_all_dates(tmp_path: Path) -> None:
    tables = together(
        snapshots("list", {1: "A"}, "Old name"), snapshots("list", {2: "A"}, "New name")
    )
    con = connect(write_lake(tmp_path, **tables))
    rows = con.sql("SELECT snapshot_date FROM chart WHERE playlist_name = 'New name'")
    assert sorted(rows.fetchall()) == [(day(1),), (day(2),)]


def test_without_stays_entries_have_rows_but_no_movement(tmp_path: Path) -> None:
    tables = snapshots("chart", {1: "A B", 2: "B"})
    del tables["list_snapshots"]
    assert movement(connect(write_lake(tmp_path, **tables)), 2) == [(1, "Song B", *[None] * 7)]


def test_chart_has_one_row_per_entry_and_the_documented_columns(
    con: duckdb.DuckDBPyConnection,
) -> None:
    sql = (VIEWS / "chart.sql").read_text(encoding="utf-8")
    documented = [
        line.split()[1] for line in sql.splitlines() if line.startswith("--   ") and line[5] != " "
    ]
    assert con.sql("FROM chart").columns == documented
    assert con.sql("SELECT count(*) FROM chart").fetchall() == [(30,)]
