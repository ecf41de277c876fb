"""Removes personal data from bodies: who added an item, who owns a list, links to a user.

A playlist object, a page and the wrapper around an item keep the keys that Spotify documents. Any
other key may hold a person's name, so it is dropped and counted. What stands under `item` or
`track` is kept whole.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

# Spotify's own account is not a person; its id distinguishes editorial lists from users' lists
SPOTIFY_ACCOUNT = "spotify"

_Body = dict[str, Any]
# What is kept of a value: all of it, a text or number or truth, an object's keys, a list's elements
_Kept: TypeAlias = "Literal['whole', 'plain'] | dict[str, _Kept] | list[_Kept]"


def _all(kept: _Kept, keys: str) -> dict[str, _Kept]:
    return dict.fromkeys(keys.split(), kept)


# PlaylistObject; Spotify does not document `primary_color`
_PLAYLIST = _all(
    "plain", "collaborative description href id name primary_color public snapshot_id type uri"
) | {
    "external_urls": _all("plain", "spotify"),
    "followers": _all("plain", "href total"),
    "images": [_all("plain", "height url width")],
    "owner": "whole",
}
# PagingObject
_PAGE = _all("plain", "href limit next offset previous total") | _all("whole", "items")
# PlaylistTrackObject, with `track` until 2026; the colour and the thumbnail are not documented
_WRAPPER = (
    _all("plain", "added_at is_local primary_color")
    | _all("whole", "item track")
    | {"video_thumbnail": _all("plain", "url")}
)
# TrackObject and EpisodeObject
_CONTENT = _all(
    "whole",
    "album artists available_markets description disc_number duration_ms episode explicit "
    "external_ids external_urls href id is_local is_playable linked_from name popularity "
    "preview_url release_date release_date_precision restrictions show track_number type uri",
)

# The path of the rows of a page
_ROW = "items[]"

_MAX_NAMED = 10
# Longer names are cut
_MAX_NAME = 100

_END_OF_NAME = r"/:?#&\s\"'<>"
_NAME = rf"(?!{SPOTIFY_ACCOUNT}(?:[{_END_OF_NAME}]|$))[^{_END_OF_NAME}]*"
_USER_URI = re.compile(rf"(spotify:)user:{_NAME}:?")
_USER_LINK = re.compile(rf"(https?://[a-z-]+\.spotify\.com/(?:[a-z0-9-]+/)*?)users?/{_NAME}/?")


def clean_playlist(body: dict[str, Any], dropped: Counter[str]) -> dict[str, Any]:
    """A copy of a playlist object without personal data; counts the unknown keys in `dropped`.

    They are counted by their paths, such as `playlist.followers.users`.
    """
    return without_personal_data(_keys(body, _PLAYLIST, dropped, "playlist"))


def clean_page(body: dict[str, Any], dropped: Counter[str]) -> dict[str, Any]:
    """A copy of a page without personal data; counts the unknown keys in `dropped`.

    They are counted by their paths, such as `page.cursors` and `items[].addedByName`.
    A row of an unknown shape keeps the known keys, what is a song or episode by its URI, and the
    empty form of other objects and lists, which shows that there was something.
    """
    known = _keys(body, _PAGE, dropped, "page")
    items = [_clean(_row(row, dropped)) for row in body["items"]]
    return without_personal_data({**known, "items": None}) | {"items": items}


def count_dropped(dropped: Counter[str], at: str, keys: Iterable[str]) -> None:
    """Count unknown keys of the objects at a path in `dropped`."""
    dropped.update(f"{at}.{key[:_MAX_NAME]}" for key in keys)


def most_frequent(dropped: Counter[str]) -> list[tuple[str, int]]:
    """The dropped keys and how often each was dropped, most frequent first, then by name."""
    return sorted(dropped.items(), key=lambda one: (-one[1], one[0]))


def dropped_keys_text(dropped: Counter[str]) -> str:
    """The dropped keys and how often each was dropped, most frequent first."""
    most = most_frequent(dropped)
    named = [f"{key[:40]} ({number})" for key, number in most[:_MAX_NAMED]]
    more = [f"{len(most) - _MAX_NAMED} more keys"] if len(most) > _MAX_NAMED else []
    return f"dropped unknown keys: {', '.join(named + more)}"


def without_personal_data(body: dict[str, Any]) -> dict[str, Any]:
    """A copy of an object without personal data under the names that Spotify uses.

    At any depth: `added_by` is dropped, `owner` keeps only the `id` of Spotify itself, and the
    user's name is removed from links. Old lists have it in their address:
    `spotify:user:NAME:playlist:ID` becomes `spotify:playlist:ID`,
    `https://api.spotify.com/v1/users/NAME/playlists/ID` becomes `…/v1/playlists/ID`.
    """
    return {
        key: _owner(value) if key == "owner" else _clean(value)
        for key, value in body.items()
        if key != "added_by"
    }


def _kept(value: Any, kept: _Kept, dropped: Counter[str], at: str) -> Any:
    """What is kept of a value; an object or list in the place of another value is emptied."""
    if kept == "whole" or not isinstance(value, dict | list):
        return value
    if isinstance(value, dict) and isinstance(kept, dict):
        return _keys(value, kept, dropped, at)
    if isinstance(value, list) and isinstance(kept, list):
        return [_kept(element, kept[0], dropped, f"{at}[]") for element in value]
    return type(value)()


def _keys(body: _Body, kept: dict[str, _Kept], dropped: Counter[str], at: str) -> _Body:
    """The known keys of the object at a path."""
    # Spotify's own key for a person is known
    count_dropped(dropped, at, body.keys() - kept.keys() - {"added_by"})
    return {
        key: _kept(value, kept[key], dropped, f"{at}.{key}")
        for key, value in body.items()
        if key in kept
    }


def _row(row: Any, dropped: Counter[str]) -> Any:
    if not isinstance(row, dict):
        return _kept(row, "plain", dropped, _ROW)
    if any(isinstance(row.get(key), dict) for key in ("item", "track")):
        return _keys(row, _WRAPPER, dropped, _ROW)
    known = _WRAPPER | _CONTENT if _is_content(row) else _WRAPPER
    contents = {key: value for key, value in row.items() if _is_content(value)}
    others = {key: value for key, value in row.items() if key not in contents}
    empty = {
        key: type(value)()
        for key, value in others.items()
        if key not in known and key != "added_by" and isinstance(value, dict | list)
    }
    return _keys(others, known, dropped, _ROW) | empty | contents


def _is_content(value: Any) -> bool:
    """Whether a value is a song or episode, by its URI."""
    uri = value.get("uri") if isinstance(value, dict) else None
    return isinstance(uri, str) and uri.startswith("spotify:") and ":user:" not in uri


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return without_personal_data(value)
    if isinstance(value, list):
        return value if _has_no_user(value) else [_clean(element) for element in value]
    if isinstance(value, str) and "user" in value:
        return _USER_LINK.sub(r"\1", _USER_URI.sub(r"\1", value))
    return value


def _has_no_user(elements: list[Any]) -> bool:
    """Whether a list holds only texts without a user; a song has hundreds of markets."""
    try:
        return "user" not in "\n".join(elements)
    except TypeError:
        return False


def _owner(value: Any) -> dict[str, str]:
    is_spotify = isinstance(value, dict) and value.get("id") == SPOTIFY_ACCOUNT
    return {"id": SPOTIFY_ACCOUNT} if is_spotify else {}
