"""Lists in the account data that Spotify sends its users: Playlist1.json and YourLibrary.json.

A playlist has a name and no id, and its rows have a day and no time. A library has the songs that
a user likes in an order that Spotify does not document, without the day on which they were added.
The people of a playlist are not copied, nor what a library has besides songs.

Source: Spotify's page "Understanding my data".
"""

import re
from collections import Counter
from typing import Any

from extract_lambda.personal_data import count_dropped
from playlist_lake.importing.list_ids import LIKED_NAME

_Row = dict[str, Any]

# The key of a row's content, and the type in Spotify's URI
_CONTENTS = ("track", "episode", "audiobook", "localTrack")
_ROW_KEYS = frozenset({*_CONTENTS, "addedDate"})
_LIST_KEYS = frozenset({"name", "description", "numberOfFollowers", "items", "lastModifiedDate"})
_LIBRARY_ROW_KEYS = frozenset({"artist", "album", "track", "uri"})
_ID_URI = re.compile(r"spotify:([a-z]+):([0-9A-Za-z]{22})")


def is_account_list(part: dict[str, Any]) -> bool:
    """Whether an object is a playlist of Playlist1.json."""
    return isinstance(part.get("items"), list) and "lastModifiedDate" in part


def is_library(document: Any) -> bool:
    """Whether a document is YourLibrary.json."""
    is_object = isinstance(document, dict) and isinstance(document.get("tracks"), list)
    return is_object and {"albums", "shows"} <= document.keys()


def account_playlist(part: _Row, dropped: Counter[str]) -> _Row:
    """The playlist object of a playlist; it has no id."""
    count_dropped(dropped, "playlist", part.keys() - _LIST_KEYS)
    return {
        "name": part.get("name"),
        "description": part.get("description"),
        "followers": {"total": part.get("numberOfFollowers")},
    }


def liked_songs(library: _Row) -> _Row:
    """The Liked Songs of YourLibrary.json as a playlist object with its rows."""
    return {"name": LIKED_NAME, "tracks": library["tracks"]}


def account_row(row: _Row, dropped: Counter[str]) -> _Row | None:
    """A playlist's row: {track: {trackName, …}, episode, localTrack, addedDate}."""
    contents = [key for key in _CONTENTS if isinstance(row.get(key), dict)]
    if len(contents) != 1:
        is_empty = all(row.get(key) is None for key in _CONTENTS)
        is_null = is_empty and row.keys() >= {"track", "addedDate"}
        is_null &= not any(isinstance(value, dict | list) for value in row.values())
        return {"added_at": _instant(row["addedDate"]), "track": None} if is_null else None
    (key,) = contents
    content = row[key]
    uri = content.get("uri" if key == "localTrack" else f"{key}Uri")
    if not isinstance(uri, str):
        return None
    count_dropped(dropped, "items[]", row.keys() - _ROW_KEYS)
    track = _track(uri, content.get(f"{key}Name"), content, "artistName", "albumName")
    if "showName" in content:
        track["show"] = {"name": content["showName"]}
    is_local = track["is_local"] = key == "localTrack"
    return {"added_at": _instant(row.get("addedDate")), "is_local": is_local, "track": track}


def library_row(row: _Row, dropped: Counter[str]) -> _Row | None:
    """A row of a library's songs: {artist, album, track, uri}."""
    uri = row.get("uri")
    if not isinstance(uri, str) or not row.keys() >= _LIBRARY_ROW_KEYS:
        return None
    count_dropped(dropped, "items[]", row.keys() - _LIBRARY_ROW_KEYS)
    return {"track": _track(uri, row["track"], row, "artist", "album")}


def _track(uri: str, name: Any, content: _Row, artist_key: str, album_key: str) -> _Row:
    track = {"uri": uri, "name": name}
    if match := _ID_URI.fullmatch(uri):
        track |= {"type": match[1], "id": match[2]}
    if artist_key in content:
        track["artists"] = [{"name": content[artist_key]}]
    if album_key in content:
        track["album"] = {"name": content[album_key]}
    return track


def _instant(day: Any) -> Any:
    """A day as the instant at which it begins; any other value as it is."""
    is_day = isinstance(day, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", day)
    return f"{day}T00:00:00Z" if is_day else day
