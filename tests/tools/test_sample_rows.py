"""The data dictionary's sample rows: one of every table, complete, from the demo's lake."""

from pathlib import Path

import pytest

from jobs.tables import PARTITION_COLUMN, TABLES
from playlist_lake import connect
from tools.sample_rows import committed_rows, sample_rows

REFRESH = "run: playlist-lake demo, python -m tools.sample_rows demo-lake, and the data dictionary"


def test_every_table_has_a_row_with_declared_columns_and_all_required_ones() -> None:
    rows = committed_rows()
    assert list(rows) == list(TABLES), REFRESH
    for name, table in TABLES.items():
        partition = {PARTITION_COLUMN} if table.is_partitioned else set()
        assert {*table.required, *partition} <= rows[name].keys(), REFRESH
        assert rows[name].keys() <= {*table.column_names, *partition}, REFRESH


def test_the_rows_are_about_one_song() -> None:
    rows = committed_rows()
    song_id, album_id = rows["songs"]["song_id"], rows["albums"]["album_id"]
    assert rows["playlist_entries"]["song_id"] == song_id
    assert rows["song_artists"]["song_id"] == song_id
    assert rows["playlist_stays"]["item_uri"] == f"spotify:track:{song_id}"
    assert rows["songs"]["album_id"] == rows["album_artists"]["album_id"] == album_id
    assert rows["song_artists"]["artist_id"] == rows["artists"]["artist_id"]
    assert rows["playlist_entries"]["playlist_id"] == rows["playlists"]["playlist_id"]


@pytest.mark.slow
def test_the_rows_are_those_of_the_demo(demo_lake: Path) -> None:
    assert sample_rows(connect(demo_lake)) == committed_rows(), REFRESH
