"""Files of spotify-playlist-archive: `playlists/pretty/ID.json`, one list, its id in the name.

The ids of songs, albums and artists are in their links. There are no ISRCs, release dates and
album artists, and the archive leaves out items without a name or link, so later items move up.

Source: github.com/mackorone/spotify-playlist-archive.
"""

import re
from collections import Counter
from typing import Any

from extract_lambda.personal_data import SPOTIFY_ACCOUNT, count_dropped

_Object = dict[str, Any]

_LIST_KEYS = {
    *("description", "num_followers", "original_name", "owner", "snapshot_id", "tracks", "url"),
    *("name", "unique_name"),
}
_ROW_KEYS = {"added_at", "album", "artists", "duration_ms", "name", "url"}
_LINK = re.compile(r"https?://open\.spotify\.com/(track|episode|album|artist)/([0-9A-Za-z]{22})")
_ID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{22}(?![0-9A-Za-z])")
_LIST_LINK = re.compile(r"https?://open\.spotify\.com/playlist/([0-9A-Za-z]{22})")
_SPOTIFY_LINK = f"https://open.spotify.com/user/{SPOTIFY_ACCOUNT}"


def is_archived_list(part: _Object) -> bool:
    """Whether an object is a list of the archive."""
    return isinstance(part.get("tracks"), list) and "original_name" in part


def is_cumulative(part: _Object) -> bool:
    """Whether an object has every song that was ever on a list of the archive."""
    return "date_first_scraped" in part


def archived_playlist(part: _Object, file_name: str, dropped: Counter[str]) -> _Object:
    """The playlist object of a list; its id is that in its link, or in the file's name."""
    count_dropped(dropped, "playlist", part.keys() - _LIST_KEYS)
    url = part.get("url")
    in_link = _LIST_LINK.fullmatch(url) if isinstance(url, str) else None
    in_name = _ID.search(file_name)
    return {
        "id": in_link[1] if in_link else in_name and in_name[0],
        "name": part["original_name"],
        "description": part.get("description"),
        "snapshot_id": part.get("snapshot_id"),
        "followers": {"total": part.get("num_followers")},
    } | _owner(part.get("owner"))


def archived_row(row: _Object, dropped: Counter[str]) -> _Object | None:
    """A row: {added_at, album: {name, url}, artists: [{name, url}], duration_ms, name, url}."""
    link = _LINK.fullmatch(row["url"]) if isinstance(row.get("url"), str) else None
    if not link or link[1] not in ("track", "episode") or not row.keys() >= {"name", "artists"}:
        return None
    count_dropped(dropped, "items[]", row.keys() - _ROW_KEYS)
    track = _described(row) | {
        "artists": _each_described(row["artists"]),
        "duration_ms": row.get("duration_ms"),
    }
    if isinstance(row.get("album"), dict):
        track["album"] = _described(row["album"])
    # In UTC, without saying so
    return {"added_at": row.get("added_at"), "track": track}


def _owner(owner: Any) -> _Object:
    """Spotify itself as the owner; a person is not copied."""
    url = owner.get("url") if isinstance(owner, dict) else None
    return {"owner": {"id": SPOTIFY_ACCOUNT}} if url == _SPOTIFY_LINK else {}


def _each_described(values: Any) -> Any:
    """The artists of a row; any other value as it is."""
    if not isinstance(values, list):
        return values
    return [_described(value) if isinstance(value, dict) else value for value in values]


def _described(value: _Object) -> _Object:
    """The name of an object, and its identity from its link."""
    link = _LINK.fullmatch(value["url"]) if isinstance(value.get("url"), str) else None
    named = {"name": value.get("name")}
    if not link:
        return named
    return named | {"id": link[2], "type": link[1], "uri": f"spotify:{link[1]}:{link[2]}"}
