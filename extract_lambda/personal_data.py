"""Removes personal data from bodies: who added an item, who owns a list, links to a user.

A playlist object, a page and the wrapper around an item keep the keys that Spotify documents. Any
other key may hold a person's name, so it is dropped and counted.
"""

import re
from collections import Counter
from typing import Any

# Spotify's own account is not a person; its id distinguishes editorial lists from users' lists
SPOTIFY_ACCOUNT = "spotify"

# PlaylistObject; Spotify does not document `primary_color`
_PLAYLIST = (
    "collaborative description external_urls followers href id images name owner primary_color "
    "public snapshot_id type uri"
)
_PLAYLIST_KEYS = frozenset(_PLAYLIST.split())
# PagingObject
_PAGE = "href items limit next offset previous total"
_PAGE_KEYS = frozenset(_PAGE.split())
# PlaylistTrackObject, with `track` until 2026; the colour and the thumbnail are not documented
_WRAPPER = "added_at is_local item primary_color track video_thumbnail"
_WRAPPER_KEYS = frozenset(_WRAPPER.split())

_MAX_NAMED = 10

_END_OF_NAME = r"/:?#&\s\"'<>"
_NAME = rf"(?!{SPOTIFY_ACCOUNT}(?:[{_END_OF_NAME}]|$))[^{_END_OF_NAME}]*"
_USER_URI = re.compile(rf"(spotify:)user:{_NAME}:?")
_USER_LINK = re.compile(rf"(https?://[a-z-]+\.spotify\.com/(?:[a-z0-9-]+/)*?)users?/{_NAME}/?")
_CLEANED_LATER = frozenset({"item", "items", "owner", "track"})
# Keys that name a person, in values of an unknown shape
_PERSON_KEY = re.compile(
    r"(?:added|created|invited|made|posted|saved|shared)[\W_]*by|(?:^|[\W_])by(?:$|[\W_])|author|"
    r"owner|user|collaborat|contribut|creator|curator|friend|member|display[\W_]*name|e[\W_]?mail",
    re.IGNORECASE,
)


def clean_playlist(body: dict[str, Any], dropped: Counter[str]) -> dict[str, Any]:
    """A copy of a playlist object without personal data; counts the unknown keys in `dropped`.

    Objects in it, such as `followers`, keep all keys except those that name a person.
    """
    return without_personal_data(_known(body, _PLAYLIST_KEYS, dropped))


def clean_page(body: dict[str, Any], dropped: Counter[str]) -> dict[str, Any]:
    """A copy of a page without personal data; counts the unknown keys in `dropped`.

    A row of an unknown shape, whose content is neither under `item` nor under `track`, keeps all
    keys except those that name a person.
    """
    known = _known(body, _PAGE_KEYS, dropped)
    items = [_clean_row(row, dropped) for row in body["items"]]
    return without_personal_data({**known, "items": None}) | {"items": items}


def dropped_keys_text(dropped: Counter[str]) -> str:
    """The dropped keys and how often each was dropped, most frequent first."""
    most = sorted(dropped.items(), key=lambda one: (-one[1], one[0]))
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


def _known(
    body: dict[str, Any], known_keys: frozenset[str], dropped: Counter[str]
) -> dict[str, Any]:
    """The known keys of an object, without persons in values of an unknown shape."""
    # Spotify's own key for a person is known
    dropped.update(body.keys() - known_keys - {"added_by"})
    return {
        key: value if key in _CLEANED_LATER else _without_persons(value, dropped)
        for key, value in body.items()
        if key in known_keys
    }


def _clean_row(row: Any, dropped: Counter[str]) -> Any:
    if isinstance(row, dict) and _is_wrapper(row):
        return without_personal_data(_known(row, _WRAPPER_KEYS, dropped))
    return _clean(_without_persons(row, dropped))


def _is_wrapper(row: dict[str, Any]) -> bool:
    """Whether a row is a wrapper around an item, or around nothing: a null row."""
    contents = [row[key] for key in ("item", "track") if key in row]
    if any(isinstance(content, dict) for content in contents):
        return True
    others = [value for key, value in row.items() if key not in _WRAPPER_KEYS | {"added_by"}]
    if not contents:
        return not others
    is_null = all(content is None for content in contents)
    return is_null and not any(isinstance(value, dict | list) for value in others)


def _without_persons(value: Any, dropped: Counter[str]) -> Any:
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if not _PERSON_KEY.search(key)}
        dropped.update(value.keys() - kept.keys() - {"added_by"})
        return {key: _without_persons(inner, dropped) for key, inner in kept.items()}
    if isinstance(value, list):
        return [_without_persons(element, dropped) for element in value]
    return value


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
