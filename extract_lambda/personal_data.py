"""Removes personal data from bodies: who added an item, who owns a list, links to a user."""

import re
from typing import Any

# Spotify's own account is not a person; its id distinguishes editorial lists from users' lists
SPOTIFY_ACCOUNT = "spotify"

_END_OF_NAME = r"/:?#&\s\"'<>"
_NAME = rf"(?!{SPOTIFY_ACCOUNT}(?:[{_END_OF_NAME}]|$))[^{_END_OF_NAME}]*"
_USER_URI = re.compile(rf"(spotify:)user:{_NAME}:?")
_USER_LINK = re.compile(rf"(https?://[a-z]+\.spotify\.com/(?:[a-z0-9-]+/)*?)users?/{_NAME}/?")


def without_personal_data(body: dict[str, Any]) -> dict[str, Any]:
    """A copy of a response body without personal data.

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
