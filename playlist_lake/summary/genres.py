"""The first genres of each list, and how much of it has no genre."""

from collections.abc import Sequence
from typing import NamedTuple

import duckdb

from playlist_lake.answers.sql_files import named_query
from playlist_lake.summary.states import ListState

ATTRIBUTION = "Genres: MusicBrainz and ListenBrainz contributors, CC BY-NC-SA 3.0."
"""The sentence that the licence asks for wherever genres are shown."""

_FIRST = 3


class GenreShare(NamedTuple):
    """A genre's share of a list over the last 30 dates of the lake, as genre_share has it."""

    genre: str
    share: float


def has_genres(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether any artist of the lake was asked for."""
    return bool(con.execute("SELECT 1 FROM artist_matches LIMIT 1").fetchall())


def list_genres(
    con: duckdb.DuckDBPyConnection, states: Sequence[ListState]
) -> dict[str, list[GenreShare]]:
    """The first genres of each of these lists, then `unknown`, by playlist id.

    A list without songs in a complete snapshot is left out; {} if the lake has no genres.
    """
    if not has_genres(con):
        return {}
    found = con.execute(
        f"""
        SELECT playlist_id, genre, share FROM ({named_query("genre_share")})
        WHERE (rank_number <= $first OR genre_mbid IS NULL) AND list_contains($ids, playlist_id)
        ORDER BY playlist_id, rank_number
        """,  # noqa: S608
        {"first": _FIRST, "ids": [state.playlist_id for state in states]},
    )
    genres: dict[str, list[GenreShare]] = {}
    for playlist_id, *values in found.fetchall():
        genres.setdefault(playlist_id, []).append(GenreShare(*values))
    return genres
