"""Converters of rows: what other tools save for a song, in the shape of Spotify's rows.

A converter names the fields that it copies, so the raw zone has one shape. Each shape has a
function for its rows, which `_ROW_CONVERTERS` lists with the shape's source. The functions for
playlist objects are beside those of their rows, in the modules of the formats.
"""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from extract_lambda.personal_data import count_dropped
from lake.raw_format import ACCOUNT_DATA, IMPORT, PLAYLIST_ARCHIVE
from playlist_lake.importing.account_data import account_row, library_row
from playlist_lake.importing.playlist_archive import archived_row

_Row = dict[str, Any]

# TrackObject and EpisodeObject
_CONTENT = (
    "album artists audio_preview_url available_markets description disc_number duration_ms episode "
    "explicit external_ids external_urls href html_description id images is_externally_hosted "
    "is_local is_playable language languages linked_from name popularity preview_url release_date "
    "release_date_precision restrictions resume_point show track track_number type uri"
)
_CONTENT_KEYS = frozenset(_CONTENT.split())
_WRAPPER_KEYS = frozenset({"added_at", "added_by", "is_local", "primary_color", "video_thumbnail"})
_PLAYABLE_URI = re.compile(r"spotify:(track|episode|chapter|local):.+")


class ConvertedRows(NamedTuple):
    """Rows in Spotify's shape; those of an unknown shape are as received."""

    rows: list[Any]
    source: str
    known: int
    unknown: int
    dropped_keys: Counter[str]


def convert_rows(rows: list[Any]) -> ConvertedRows:
    """Convert a list's rows. A null row counts neither as known nor as unknown."""
    found, source, dropped = list(rows), IMPORT, Counter[str]()
    known = unknown = 0
    for index, row in enumerate(rows):
        if _is_spotify_row(row):
            known += 1
            continue
        for row_source, convert in _ROW_CONVERTERS if isinstance(row, dict) else ():
            if (converted := convert(row, dropped)) is not None:
                found[index], source = converted, row_source
                known += 1
                break
        else:
            unknown += not _is_null(row)
    return ConvertedRows(found, source, known, unknown, dropped)


def is_row(value: Any) -> bool:
    """Whether an object is a row of a list, not a list or a page."""
    return convert_rows([value]).known == 1


def _flat_row(row: _Row, dropped: Counter[str]) -> _Row | None:
    """A song or episode without a wrapper: {id, uri, name, artists, …}."""
    if not _is_playable(row):
        return None
    count_dropped(dropped, "items[]", row.keys() - _CONTENT_KEYS - _WRAPPER_KEYS - {"artist"})
    track = {key: value for key, value in row.items() if key in _CONTENT_KEYS}
    if isinstance(row.get("album"), str):
        track["album"] = {"name": row["album"]}
    artists = row.get("artists", row.get("artist"))
    if isinstance(artists, str):
        track["artists"] = [{"name": artists}]
    elif isinstance(artists, list) and all(isinstance(artist, str) for artist in artists):
        track["artists"] = [{"name": artist} for artist in artists]
    wrapper = {key: value for key, value in row.items() if key in _WRAPPER_KEYS}
    return wrapper | {"track": track}


_ROW_CONVERTERS: tuple[tuple[str, Callable[[_Row, Counter[str]], _Row | None]], ...] = (
    (ACCOUNT_DATA, account_row),
    (ACCOUNT_DATA, library_row),
    (PLAYLIST_ARCHIVE, archived_row),
    (IMPORT, _flat_row),
)


def _is_null(row: Any) -> bool:
    """Whether a row is null, or a wrapper around nothing."""
    if not isinstance(row, dict):
        return row is None
    others = row.keys() - _WRAPPER_KEYS - {"item", "track"}
    has_content = any(isinstance(row[key], dict | list) for key in others)
    is_wrapper = "item" in row or "track" in row or not others
    return is_wrapper and row.get("item") is None and row.get("track") is None and not has_content


def _is_spotify_row(row: Any) -> bool:
    if not isinstance(row, dict):
        return False
    contents = [row[key] for key in ("item", "track") if isinstance(row.get(key), dict)]
    return any(content.keys() & {"id", "uri"} for content in contents)


def _is_playable(row: _Row) -> bool:
    uri, kind, spotify_id = (row.get(key) for key in ("uri", "type", "id"))
    if isinstance(uri, str):
        return bool(_PLAYABLE_URI.fullmatch(uri)) and "name" in row
    has_id = isinstance(spotify_id, str) and bool(re.fullmatch(r"[0-9A-Za-z]{22}", spotify_id))
    is_song = (
        kind in ("track", "episode") if kind is not None else {"name", "artists"} <= row.keys()
    )
    return has_id and is_song and "album_type" not in row
