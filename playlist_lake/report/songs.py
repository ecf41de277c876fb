"""The songs, artists and genres of the report: what charts and stays refer to by number."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from playlist_lake.summary.genres import has_genres

Json = dict[str, Any]

_SONG_COLUMNS = (
    "uri",
    "type",
    "name",
    "artists",
    "isrc",
    "explicit",
    "seconds",
    "released",
    "album_type",
)
# The last known ones. The stays have the same rule for an ISRC. Until the stays are built, a new
# item is not in items_latest
_SONGS = """
WITH sighted AS (
    SELECT
        item_uri,
        count(*) AS sightings,
        max_by(item_type, snapshot_date) AS item_type,
        max_by(song_id, snapshot_date) FILTER (WHERE song_id IS NOT NULL) AS song_id,
        max_by(name, CAST(snapshot_date AS varchar) || name) AS name,
        max_by(
            artist_names, CAST(snapshot_date AS varchar) || array_to_string(artist_names, ', ')
        ) FILTER (WHERE len(artist_names) > 0) AS artist_names
    FROM sightings GROUP BY item_uri
),
known AS (
    SELECT
        sighted.item_uri,
        sighted.sightings,
        sighted.artist_names,
        coalesce(items.item_type, sighted.item_type) AS item_type,
        coalesce(items.song_id, sighted.song_id) AS song_id,
        coalesce(items.name, sighted.name) AS name
    FROM sighted LEFT JOIN items_latest AS items USING (item_uri)
),
credited AS (
    SELECT song_id, map_from_entries(list((artist_position, artist_id))) AS artist_ids
    FROM song_artists
    SEMI JOIN (
        SELECT song_id, max(snapshot_date) AS snapshot_date FROM song_artists GROUP BY song_id
    ) AS newest USING (song_id, snapshot_date)
    GROUP BY song_id
)
SELECT
    known.item_uri, known.item_type, known.name, known.artist_names, credited.artist_ids,
    CASE
        WHEN
            length(replace(songs.isrc, '-', '')) = 12
            AND replace(songs.isrc, '-', '') NOT LIKE '00%'
            THEN upper(replace(songs.isrc, '-', ''))
    END,
    songs.is_explicit, CAST(round(songs.duration_ms / 1000) AS integer),
    CAST(albums.release_date AS varchar), lower(albums.album_type)
FROM known
LEFT JOIN songs_latest AS songs USING (song_id)
LEFT JOIN albums_latest AS albums USING (album_id)
LEFT JOIN credited USING (song_id)
ORDER BY known.sightings DESC, known.item_uri
"""


def songs_and_artists(con: duckdb.DuckDBPyConnection) -> tuple[Json, Json, list[str] | None]:
    """All items that were ever on a list, their artists, and the names of genres.

    Songs and artists are objects of columns. The artists of a song are numbers of artists. The
    song seen most often has the number 0, so that charts take little space. The genres of an
    artist are pairs of the number of a genre and its votes. The names of genres are
    None if the lake was never asked for any. Reads the temporary table `sightings`.
    """
    known_names = dict(con.execute("SELECT artist_id, name FROM artists_latest").fetchall())
    # An artist is known by id, else by name
    numbers: dict[tuple[str | None, str | None], int] = {}
    artists: Json = {"name": [], "id": []}
    songs: Json = {name: [] for name in _SONG_COLUMNS}
    for uri, type_, song, names, ids, *attributes in con.execute(_SONGS).fetchall():
        credited = []
        for id_, name in _credits(names or (), ids or {}):
            key = (id_, None if id_ else name)
            if key not in numbers:
                numbers[key] = len(numbers)
                artists["id"].append(id_)
                artists["name"].append((known_names.get(id_) if id_ else None) or name)
            credited.append(numbers[key])
        for column, value in zip(
            _SONG_COLUMNS, (uri, type_, song, credited, *attributes), strict=True
        ):
            songs[column].append(value)
    genres = _genres(con, artists) if has_genres(con) else None
    return songs, artists, genres


def _credits(
    names: Sequence[str | None], ids: Mapping[int, str]
) -> list[tuple[str | None, str | None]]:
    """The id and the name of each artist of a song, in their order; without either, none."""
    last = max(len(names), *ids, 0)
    padded = [*names, *[None] * (last - len(names))]
    pairs = [(ids.get(position), name) for position, name in enumerate(padded, 1)]
    return [pair for pair in pairs if any(pair)]


def _genres(con: duckdb.DuckDBPyConnection, artists: Json) -> list[str]:
    """Add to each artist its genres; returns the names of the genres."""
    names: dict[str, int] = {}
    of_artists: dict[str, list[tuple[int, int]]] = {}
    found = con.execute(
        "SELECT artist_id, genre, votes FROM artist_genres ORDER BY artist_id, votes DESC, genre"
    )
    for artist_id, genre, votes in found.fetchall():
        number = names.setdefault(genre, len(names))
        of_artists.setdefault(artist_id, []).append((number, votes))
    artists["genres"] = [of_artists.get(artist_id, []) for artist_id in artists["id"]]
    return list(names)
