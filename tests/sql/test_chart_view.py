"""The view `chart`, against values worked out by hand on a tiny lake."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from playlist_lake import connect
from playlist_lake.answers.sql_files import VIEWS
from tests.support.tiny_lakes import Row, write_lake

# The list "Chart", from the first position on; `-` is a null row. The 3rd has no snapshot.
#   1st: A B C loc      2nd: B A D loc      4th, incomplete: (not seen) (not seen) A E
#   5th: C B A A ep     6th: C - A ep A     7th: A B C ep
CHART = {
    1: {1: "A", 2: "B", 3: "C", 4: "loc"},
    2: {1: "B", 2: "A", 3: "D", 4: "loc"},
    4: {3: "A", 4: "E"},
    5: {1: "C", 2: "B", 3: "A", 4: "A", 5: "ep"},
    6: {1: "C", 3: "A", 4: "ep", 5: "A"},
    7: {1: "A", 2: "B", 3: "C", 4: "ep"},
}
# Item, stay number, entered, last seen, exited, days, starts before history
STAYS: list[tuple[str, int, int, int, int | None, int, bool]] = [
    ("A", 1, 1, 7, None, 7, True),
    ("B", 1, 1, 7, None, 7, True),
    ("C", 1, 1, 1, 2, 1, True),
    ("C", 2, 5, 7, None, 3, False),
    ("D", 1, 2, 2, 5, 1, False),
    ("loc", 1, 1, 2, 5, 2, True),
    ("ep", 1, 5, 7, None, 3, False),
]
URIS = {
    **{name: f"spotify:track:{name}" for name in "ABCDE"},
    "loc": "spotify:local:::voice+memo:41",
    "ep": "spotify:episode:ep",
}


def day(number: int) -> date:
    return date(2026, 1, number)


def snapshot(number: int, playlist_id: str, name: str, *, is_complete: bool = True) -> Row:
    return {
        "snapshot_date": day(number),
        "playlist_id": playlist_id,
        "name": name,
        "is_complete": is_complete,
    }


def entry(number: int, playlist_id: str, position: int, item: str) -> Row:
    item_type = {"loc": "local", "ep": "episode"}.get(item, "song")
    return {
        "snapshot_date": day(number),
        "playlist_id": playlist_id,
        "position": position,
        "item_type": item_type,
        "item_uri": URIS[item],
        "linked_from_uri": None,
        "name": f"Song {item}",
        "artist_names": [f"Artist {item}", "Guest"],
        "song_id": item if item_type == "song" else None,
    }


def stay(
    playlist_id: str,
    item: str,
    number: int,
    entered: int,
    last_seen: int,
    exited: int | None,
    days: int,
    starts_before_history: bool,
) -> Row:
    return {
        "playlist_id": playlist_id,
        "item_uri": URIS[item],
        "stay_number": number,
        "entered_on": day(entered),
        "last_seen_on": day(last_seen),
        "exited_on": day(exited) if exited else None,
        "days_spanned": days,
        "starts_before_history": starts_before_history,
    }


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The list above, and "Other", which has A on one date, relinked."""
    dates = sorted(CHART)
    relinked = entry(2, "other", 1, "A") | {
        "item_uri": "spotify:track:played",
        "linked_from_uri": URIS["A"],
        "name": None,
        "artist_names": [],
    }
    lake = write_lake(
        tmp_path_factory.mktemp("chart"),
        playlists=[
            *[snapshot(number, "list", "Chart", is_complete=number != 4) for number in dates],
            snapshot(2, "other", "Other"),
        ],
        playlist_entries=[
            *[
                entry(number, "list", position, item)
                for number, items in CHART.items()
                for position, item in items.items()
            ],
            relinked,
        ],
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
        playlist_stays=[
            *[stay("list", *values) for values in STAYS],
            stay("other", "A", 1, 2, 2, None, 1, True),
        ],
    )
    return connect(lake)


def movement(con: duckdb.DuckDBPyConnection, number: int) -> list[tuple[Any, ...]]:
    """Rows of a date: position, song, label and the columns that compare dates."""
    return con.execute(
        """
        SELECT position, song_name, label, change, previous_position, best_position,
            days_on_list, streak_days
        FROM chart WHERE playlist_name = 'Chart' AND snapshot_date = ? ORDER BY position
        """,
        [day(number)],
    ).fetchall()


def test_nothing_is_new_at_the_first_snapshot(con: duckdb.DuckDBPyConnection) -> None:
    assert movement(con, 1) == [
        (1, "Song A", None, None, None, 1, 1, 1),
        (2, "Song B", None, None, None, 2, 1, 1),
        (3, "Song C", None, None, None, 3, 1, 1),
        (4, "Song loc", None, None, None, 4, 1, 1),
    ]


def test_change_counts_positions_gained_since_the_previous_snapshot(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert movement(con, 2) == [
        (1, "Song B", "up", 1, 2, 1, 2, 2),
        (2, "Song A", "down", -1, 1, 1, 2, 2),
        (3, "Song D", "new", None, None, 3, 1, 1),
        (4, "Song loc", "same", 0, 4, 4, 2, 2),
    ]


def test_an_incomplete_snapshot_has_movement_but_nothing_new(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert movement(con, 4) == [
        (3, "Song A", "down", -1, 2, 1, 4, 4),
        (4, "Song E", None, None, None, 4, None, None),
    ]


def test_a_re_entry_after_a_gap_has_its_label_and_a_second_copy_has_none(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # Compared with the 2nd: the 3rd has no snapshot, that of the 4th is incomplete
    assert movement(con, 5) == [
        (1, "Song C", "re-entry", None, None, 1, 2, 1),
        (2, "Song B", "down", -1, 1, 1, 5, 5),
        (3, "Song A", "down", -1, 2, 1, 5, 5),
        (4, "Song A", None, None, None, 1, 5, 5),
        (5, "Song ep", "new", None, None, 5, 1, 1),
    ]


def test_each_copy_is_compared_with_the_same_copy_and_a_null_row_has_no_row(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert movement(con, 6) == [
        (1, "Song C", "same", 0, 1, 1, 3, 2),
        (3, "Song A", "same", 0, 3, 1, 6, 6),
        (4, "Song ep", "up", 1, 5, 4, 2, 2),
        (5, "Song A", "down", -1, 4, 1, 6, 6),
    ]


def test_an_item_that_a_null_row_hid_is_neither_new_nor_a_re_entry(
    con: duckdb.DuckDBPyConnection,
) -> None:
    assert movement(con, 7) == [
        (1, "Song A", "up", 2, 3, 1, 7, 7),
        (2, "Song B", None, None, None, 1, 7, 7),
        (3, "Song C", "down", -2, 1, 1, 4, 3),
        (4, "Song ep", "same", 0, 4, 4, 3, 3),
    ]


def test_a_row_describes_its_item_as_of_its_date(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.sql(
        """
        SELECT song_name, artists, album_name, release_date, item_type, song_id, playlist_id
        FROM chart WHERE playlist_id = 'list' AND position = 4
            AND snapshot_date IN ('2026-01-01', '2026-01-05', '2026-01-07')
        ORDER BY snapshot_date
        """
    )
    album = ("Second album", date(1999, 5, 5))
    assert rows.fetchall() == [
        ("Song loc", "Artist loc, Guest", None, None, "local", None, "list"),
        ("Song A", "Artist A, Guest", *album, "song", "A", "list"),
        ("Song ep", "Artist ep, Guest", None, None, "episode", None, "list"),
    ]


def test_a_relinked_song_has_the_uri_and_name_from_before(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.sql(
        "SELECT item_uri, song_name, artists, label, best_position, days_on_list, streak_days "
        "FROM chart WHERE playlist_name = 'Other'"
    )
    # The row names no artists, so they are those of the other list
    assert rows.fetchall() == [("spotify:track:A", "Title A", "Artist A, Guest", None, 1, 1, 1)]


def test_what_a_date_does_not_say_is_what_was_known_last(tmp_path: Path) -> None:
    # On the 2nd the list, A and its album have no names; the song of B has no album
    days = {number: {"snapshot_date": day(number)} for number in (1, 2)}
    unnamed = {"name": None, "artist_names": None}
    lake = write_lake(
        tmp_path,
        playlists=[snapshot(1, "list", "Chart"), snapshot(2, "list", "Chart") | {"name": None}],
        playlist_entries=[
            *[entry(1, "list", 1, "A"), entry(1, "list", 2, "B")],
            *[entry(2, "list", 1, "A") | unnamed, entry(2, "list", 2, "B")],
        ],
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
    rows = connect(lake).sql(
        "SELECT playlist_name, song_name, artists, album_name, release_date FROM chart "
        "WHERE snapshot_date = '2026-01-02' ORDER BY position"
    )
    assert rows.fetchall() == [
        ("Chart", "Song A", "Artist A, Guest", "One", date(1999, 5, 1)),
        ("Chart", "Song B", "Artist B, Guest", "Two", date(2001, 1, 1)),
    ]


def test_a_list_has_one_name_on_all_dates(tmp_path: Path) -> None:
    lake = write_lake(
        tmp_path,
        playlists=[snapshot(1, "list", "Old name"), snapshot(2, "list", "New name")],
        playlist_entries=[entry(1, "list", 1, "A"), entry(2, "list", 1, "A")],
    )
    rows = connect(lake).sql("SELECT snapshot_date FROM chart WHERE playlist_name = 'New name'")
    assert sorted(rows.fetchall()) == [(day(1),), (day(2),)]


def test_chart_has_one_row_per_entry_and_the_documented_columns(
    con: duckdb.DuckDBPyConnection,
) -> None:
    sql = (VIEWS / "chart.sql").read_text(encoding="utf-8")
    documented = [
        line.split()[1] for line in sql.splitlines() if line.startswith("--   ") and line[5] != " "
    ]
    assert con.sql("FROM chart").columns == documented
    assert con.sql("SELECT count(*) FROM chart").fetchall() == [(24,)]
