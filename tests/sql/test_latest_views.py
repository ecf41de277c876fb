"""The views songs_latest, albums_latest, artists_latest, items_latest and playlists_latest."""

from datetime import date
from pathlib import Path

import pytest

from jobs.tables import ALBUMS, TABLES
from playlist_lake import connect
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import day, entry, snapshots, stay, together


@pytest.mark.parametrize("table", ["songs", "albums", "artists"])
def test_the_name_is_the_last_known_one(tmp_path: Path, table: str) -> None:
    key = f"{table.removesuffix('s')}_id"
    rows = [
        *[(1, "x", "Old"), (3, "x", None), (2, "x", "Middle")],
        *[(2, "y", "Gone since"), (2, "z", None)],
    ]
    lake = write_lake(
        tmp_path,
        **{table: [{"snapshot_date": day(n), key: id_, "name": name} for n, id_, name in rows]},
    )
    con = connect(lake)
    found = con.view(f"{table}_latest").select(key, "name", "snapshot_date").order(key).fetchall()
    assert found == [("x", "Middle", day(3)), ("y", "Gone since", day(2)), ("z", None, day(2))]
    assert con.sql(f"FROM {table}_latest").columns == [
        *TABLES[table].column_names,
        "snapshot_date",
    ]


def test_every_column_has_its_last_known_value(tmp_path: Path) -> None:
    of_type = {"int": 9, "date": date(1999, 1, 1)}
    # A text is the name of its column
    full = {column.name: of_type.get(column.type, column.name) for column in ALBUMS.columns}
    empty = dict.fromkeys(full, None) | {"album_id": full["album_id"]}
    lake = write_lake(
        tmp_path,
        albums=[{"snapshot_date": day(n), **empty} for n in (1, 3)]
        + [{"snapshot_date": day(2), **full}],
    )
    assert connect(lake).sql("FROM albums_latest").fetchall() == [(*full.values(), day(3))]


def test_a_song_that_was_emptied_keeps_what_was_known_of_it(tmp_path: Path) -> None:
    song = {"song_id": "x", "name": "Lantern", "duration_ms": 200_000, "isrc": "QZ1"}
    emptied = {"song_id": "x", "name": None, "duration_ms": 0, "isrc": None}
    lake = write_lake(
        tmp_path,
        songs=[
            {"snapshot_date": day(1), **song, "popularity": 40, "is_explicit": True},
            {"snapshot_date": day(2), **emptied, "popularity": None, "is_explicit": None},
        ],
    )
    found = connect(lake).sql(
        "SELECT name, duration_ms, isrc, is_explicit, popularity, snapshot_date FROM songs_latest"
    )
    # Popularity is that of the newest date
    assert found.fetchall() == [("Lantern", 200_000, "QZ1", True, None, day(2))]


def test_a_release_date_keeps_the_text_that_it_was_read_from(tmp_path: Path) -> None:
    known = (date(2020, 5, 1), "day", "2020-05-01")
    columns = ["release_date", "release_date_precision", "release_date_raw"]
    rows = [(1, "x", known), (2, "x", (None, "year", "0000")), (1, "y", (None, "year", "0000"))]
    lake = write_lake(
        tmp_path,
        albums=[
            {"snapshot_date": day(n), "album_id": id_, **dict(zip(columns, values, strict=True))}
            for n, id_, values in rows
        ],
    )
    con = connect(lake)
    found = con.view("albums_latest").select("album_id", *columns).order("album_id").fetchall()
    assert found == [("x", *known), ("y", None, "year", "0000")]


def test_items_latest_names_every_stay(tmp_path: Path) -> None:
    """A relinked song, a song, a local file, an episode and a chapter."""
    relinked = entry("played") | {"linked_from_uri": "spotify:track:A"}
    chapter = entry("B") | {"item_uri": "spotify:chapter:B", "item_type": "other", "song_id": None}
    at = {"snapshot_date": day(1), "playlist_id": "chart"}
    tables = together(
        snapshots("chart", {1: "C loc ep"}),
        playlist_entries=[{**at, "position": 4, **relinked}, {**at, "position": 5, **chapter}],
        playlist_stays=[
            *[stay("chart", item, 1, (1, 1, None)) for item in ("A", "C", "loc", "ep")],
            stay("chart", "B", 1, (1, 1, None)) | {"item_uri": "spotify:chapter:B"},
        ],
    )
    found = connect(write_lake(tmp_path, **tables)).sql(
        "SELECT name, artists, item_type, song_id "
        "FROM playlist_stays JOIN items_latest USING (item_uri) ORDER BY name"
    )
    assert found.fetchall() == [
        ("Song B", "Artist B, Guest", "other", None),
        ("Song C", "Artist C, Guest", "song", "C"),
        ("Song ep", None, "episode", None),
        ("Song loc", "Artist loc, Guest", "local", None),
        ("Song played", "Artist played, Guest", "song", "played"),
    ]


def test_a_list_is_called_by_its_last_known_name(tmp_path: Path) -> None:
    tables = together(
        snapshots("x", {1: "A"}, "Old"),
        snapshots("x", {2: "A"}, "New"),
        snapshots("x", {3: "A"}, None),
        snapshots("y", {1: "A"}, None),
    )
    found = connect(write_lake(tmp_path, **tables)).sql("FROM list_names ORDER BY playlist_id")
    assert found.fetchall() == [("x", "New"), ("y", None)]


def test_a_list_has_its_last_known_name_and_its_newest_snapshot(tmp_path: Path) -> None:
    tables = together(
        snapshots("x", {1: "A"}, "Old"),
        snapshots("x", {2: "A B"}, "New"),
        snapshots("x", {3: ". C D"}, None, incomplete=(3,)),
        snapshots("y", {1: ""}, None),
    )
    found = connect(write_lake(tmp_path, **tables)).sql(
        "SELECT playlist_id, name, item_count, total, is_complete, snapshot_date "
        "FROM playlists_latest ORDER BY playlist_id"
    )
    assert found.fetchall() == [
        ("x", "New", 2, 3, False, day(3)),
        ("y", None, 0, 0, True, day(1)),
    ]
