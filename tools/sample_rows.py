"""One row of every table from the demo's lake, as the data dictionary shows them.

Run as a module it writes `tools/sample_rows.json` from a lake that `playlist-lake demo` built:
`python -m tools.sample_rows demo-lake`.
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from jobs.tables import RUNS, TABLES
from playlist_lake.answers.database import connect

FILE = Path(__file__).with_name("sample_rows.json")

Row = dict[str, Any]

_SONG_AT_THE_TOP = """
    SELECT * FROM playlist_entries
    INNER JOIN playlists USING (snapshot_date, playlist_id)
    INNER JOIN songs USING (snapshot_date, song_id)
    INNER JOIN song_artists USING (snapshot_date, song_id)
    WHERE snapshot_date = (SELECT max(snapshot_date) FROM playlists)
        AND playlists.name = 'Top 50 - Lakeside' AND position = 1 AND artist_position = 1
"""
# The columns by which a table's row is found, for the song at the top on the demo's last date
_KEYS = {
    "playlists": "snapshot_date, playlist_id",
    "playlist_entries": "snapshot_date, playlist_id, position",
    "outcomes": "snapshot_date, playlist_id",
    "list_snapshots": "snapshot_date, playlist_id",
    "songs": "snapshot_date, song_id",
    "albums": "snapshot_date, album_id",
    "artists": "snapshot_date, artist_id",
    "song_artists": "snapshot_date, song_id, artist_position",
    "album_artists": "snapshot_date, album_id, artist_position",
    "artist_matches": "artist_id",
}
_OTHERS = {
    "rejects": "SELECT * FROM rejects ORDER BY snapshot_date, playlist_id, position LIMIT 1",
    "playlist_stays": """
        SELECT stays.* FROM playlist_stays AS stays
        INNER JOIN song ON stays.playlist_id = song.playlist_id AND stays.item_uri = song.item_uri
        ORDER BY stay_number LIMIT 1
    """,
    "items": "SELECT items.* FROM items INNER JOIN song USING (item_uri)",
    "artist_genres": """
        SELECT genres.* FROM artist_genres AS genres
        INNER JOIN song USING (artist_id)
        ORDER BY genres.votes DESC, genres.genre LIMIT 1
    """,
    "runs": """
        SELECT * FROM runs WHERE job = 'flatten_playlists' ORDER BY snapshot_date DESC LIMIT 1
    """,
}
# Fixed values for the columns that differ between two runs of the demo
_VARYING = {
    "run_id": "20261031T060500Z-3f9a1c",
    "started_at": "2026-10-31 06:05:00.000000",
    "finished_at": "2026-10-31 06:05:42.000000",
}


def sample_rows(con: duckdb.DuckDBPyConnection) -> dict[str, Row]:
    """A row of every table by column, with values as JSON has them; NULL is left out."""
    con.sql(_SONG_AT_THE_TOP).create_view("song")
    rows = {table: _row(con, table) for table in TABLES}
    rows[RUNS.name].update(_VARYING)
    return rows


def committed_rows() -> dict[str, Row]:
    """The rows in tools/sample_rows.json."""
    rows: dict[str, Row] = json.loads(FILE.read_text(encoding="utf-8"))
    return rows


def _row(con: duckdb.DuckDBPyConnection, table: str) -> Row:
    if table in _KEYS:
        found = con.view(table).join(con.view("song"), _KEYS[table], how="semi")
    else:
        found = con.sql(_OTHERS[table])
    ((text,),) = found.set_alias("found").project("to_json(found)").fetchall()
    return {column: value for column, value in json.loads(text).items() if value is not None}


if __name__ == "__main__":
    content = json.dumps(sample_rows(connect(sys.argv[1])), indent=1, ensure_ascii=False)
    FILE.write_text(f"{content}\n", encoding="utf-8")
