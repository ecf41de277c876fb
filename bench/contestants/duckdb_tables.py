"""DuckDB: reads the needed columns of the pages and writes four Parquet tables."""

import sys
from pathlib import Path

import duckdb

_ARTISTS = "STRUCT(id VARCHAR, name VARCHAR)[]"
_SONG = f"""STRUCT(
    id VARCHAR, uri VARCHAR, name VARCHAR, "type" VARCHAR, duration_ms BIGINT, explicit BOOLEAN,
    popularity INTEGER, external_ids STRUCT(isrc VARCHAR), artists {_ARTISTS},
    album STRUCT(
        id VARCHAR, name VARCHAR, album_type VARCHAR, release_date VARCHAR, total_tracks INTEGER,
        artists {_ARTISTS}
    )
)"""
_COLUMNS = {
    "record": "VARCHAR",
    "playlist_id": "VARCHAR",
    "snapshot_date": "DATE",
    "fetched_at": "TIMESTAMP",
    '"offset"': "INTEGER",
    "page": f"STRUCT(items STRUCT(added_at TIMESTAMP, item {_SONG}, track {_SONG})[])",
}
# A line has a page of up to 100 items, about 400 kB
_LINE_BYTES = 64 * 1024 * 1024

_TABLES = {
    "songs": """
        SELECT DISTINCT ON (snapshot_date, song.id)
            snapshot_date, song.id AS song_id, song.name, song.album.id AS album_id,
            song.duration_ms, song.explicit AS is_explicit, song.external_ids.isrc, song.popularity
        FROM entries WHERE song.type = 'track' AND song.id IS NOT NULL
        ORDER BY fetched_at DESC, playlist_id, position
    """,
    "albums": """
        SELECT DISTINCT ON (snapshot_date, song.album.id)
            snapshot_date, song.album.id AS album_id, song.album.name, song.album.album_type,
            song.album.release_date, song.album.total_tracks
        FROM entries WHERE song.type = 'track' AND song.id IS NOT NULL
        ORDER BY fetched_at DESC, playlist_id, position
    """,
    "artists": """
        SELECT DISTINCT ON (snapshot_date, artist.id)
            snapshot_date, artist.id AS artist_id, artist.name
        FROM (
            SELECT
                snapshot_date, fetched_at, playlist_id, position,
                unnest(song.artists || song.album.artists) AS artist
            FROM entries WHERE song.type = 'track' AND song.id IS NOT NULL
        )
        ORDER BY fetched_at DESC, playlist_id, position
    """,
    "playlist_entries": """
        SELECT
            snapshot_date, playlist_id, position, song.uri AS item_uri, song.name,
            CASE song.type WHEN 'track' THEN song.id END AS song_id, added_at
        FROM entries
    """,
}


def main(raw: str, output: str) -> None:
    con = duckdb.connect()
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in _COLUMNS.items())
    con.execute(f"""
        CREATE TEMP TABLE entries AS
        SELECT
            snapshot_date, playlist_id, fetched_at, "offset" + index AS position, one.added_at,
            coalesce(one.item, one.track) AS song
        FROM (
            SELECT
                snapshot_date, playlist_id, fetched_at, "offset",
                generate_subscripts(page.items, 1) AS index, unnest(page.items) AS one
            FROM read_json(
                '{raw}/*/*.jsonl.gz', format = 'newline_delimited', columns = {{{columns}}},
                maximum_object_size = {_LINE_BYTES}
            )
            WHERE record = 'items_page'
        )
        WHERE song IS NOT NULL
    """)
    for name, query in _TABLES.items():
        Path(output, name).mkdir(parents=True)
        con.execute(f"COPY ({query}) TO '{output}/{name}/part.parquet'")


if __name__ == "__main__":
    main(*sys.argv[1:])
