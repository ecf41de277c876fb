"""Spotify's ids and URIs. Placeholders such as `spotify:track:null` are not ids."""

import re

from jobs.json_values import Json, text

SONG_PREFIX, LOCAL_PREFIX = "spotify:track:", "spotify:local:"

_ID_LENGTH = 22
_PLACEHOLDER_ID = "0" * _ID_LENGTH
_NO_NAMES = ("", "null", "undefined", "None")
_URI = re.compile(r"spotify:([a-z_-]+):([0-9A-Za-z]{22})")


def uri_of(thing: Json, mistyped: list[str]) -> str | None:
    """The URI that identifies a song, episode or local file, or the one that its id gives."""
    uri = text(thing, "uri", mistyped)
    if uri is not None:
        if uri.startswith(SONG_PREFIX) and is_id(uri[len(SONG_PREFIX) :]):
            return uri
        if _is_uri(uri):
            return uri
    own_id = text(thing, "id", mistyped)
    if own_id is None or not is_id(own_id):
        return None
    kind = text(thing, "type", mistyped) or "track"
    uri = f"spotify:{kind.lower()}:{own_id}"
    return uri if _is_uri(uri) else None


def id_of(thing: Json, kind: str, mistyped: list[str]) -> str | None:
    """The id of an album or an artist; without one, that in its URI."""
    own_id = text(thing, "id", mistyped)
    if own_id is not None and is_id(own_id):
        return own_id
    match = _URI.fullmatch(text(thing, "uri", mistyped) or "")
    return match[2] if match and match[1] == kind and is_id(match[2]) else None


def is_id(value: str) -> bool:
    """Whether a text has the form of Spotify's ids: 22 letters and digits, not all zeros."""
    return (
        len(value) == _ID_LENGTH
        and value.isascii()
        and value.isalnum()
        and value != _PLACEHOLDER_ID
    )


def _is_uri(uri: str) -> bool:
    if uri.startswith(LOCAL_PREFIX):
        # spotify:local:ARTIST:ALBUM:TITLE:SECONDS; without any name it identifies nothing
        names = uri.removeprefix(LOCAL_PREFIX).split(":")[:3]
        return any(name not in _NO_NAMES for name in names)
    match = _URI.fullmatch(uri)
    return match is not None and match[2] != _PLACEHOLDER_ID
