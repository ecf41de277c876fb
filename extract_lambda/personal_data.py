"""What no body keeps: who added a song, who owns a list, and links that name a user."""

import re
from typing import Any

# Spotify's own account is no person; its id tells an editorial list from somebody's list.
NO_PERSON = "spotify"

_END_OF_NAME = r"/:?#&\s\"'<>"
_NAME = rf"(?!{NO_PERSON}(?:[{_END_OF_NAME}]|$))[^{_END_OF_NAME}]*"
_USER_URI = re.compile(rf"(spotify:)user:{_NAME}:?")
_USER_LINK = re.compile(rf"(https?://[a-z]+\.spotify\.com/(?:[a-z0-9-]+/)*?)users?/{_NAME}/?")


def without_personal_data(body: dict[str, Any]) -> dict[str, Any]:
    """A copy of a response body without personal data; the body itself stays as it is.

    At any depth: `added_by` is dropped, `owner` keeps nothing but the `id` of Spotify itself,
    and links lose the user's name. Old lists have it in their address:
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
        return value if _is_harmless(value) else [_clean(element) for element in value]
    if isinstance(value, str) and "user" in value:
        return _USER_LINK.sub(r"\1", _USER_URI.sub(r"\1", value))
    return value


def _is_harmless(elements: list[Any]) -> bool:
    """Whether there are but texts without a name in a list; a song has hundreds of markets."""
    try:
        return "user" not in "\n".join(elements)
    except TypeError:
        return False


def _owner(value: Any) -> dict[str, str]:
    is_spotify = isinstance(value, dict) and value.get("id") == NO_PERSON
    return {"id": NO_PERSON} if is_spotify else {}
