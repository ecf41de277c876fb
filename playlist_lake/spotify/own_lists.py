"""The lists that the user owns or collaborates on, from the list of the user's playlists."""

import re
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from extract_lambda.pages import MY_PLAYLISTS, ContradictoryPage, stated_total
from extract_lambda.spotify_api import SpotifyApi
from playlist_lake.errors import CommandError
from playlist_lake.spotify.following import CheckedList, check, name_of


class PlaylistsContradict(CommandError):
    """The pages of the list of the user's playlists contradict each other."""


class OwnLists(NamedTuple):
    """The new ones with their names and sizes, and how many of the others are followed already."""

    new: list[CheckedList]
    known: int


def own_lists(api: SpotifyApi, followed: Collection[str]) -> OwnLists:
    """The lists that the user owns or collaborates on.

    Two calls, and one for each further 50 playlists. A collaborative list of another user is
    checked with two calls more: everybody who has it in their library sees it as collaborative.
    Raises ApiError, PlaylistsContradict.
    """
    user_id = api.user_id()
    new: dict[str, CheckedList] = {}
    known = set()
    for body in _playlists(api):
        playlist_id = body["id"]
        owner = body.get("owner")
        is_owner = isinstance(owner, dict) and owner.get("id") == user_id
        if not is_owner and body.get("collaborative") is not True:
            continue
        if playlist_id in followed:
            known.add(playlist_id)
        elif playlist_id not in new:
            new[playlist_id] = _checked(api, playlist_id, body, is_owner=is_owner)
    return OwnLists(list(new.values()), len(known))


def _checked(
    api: SpotifyApi, playlist_id: str, body: dict[str, Any], *, is_owner: bool
) -> CheckedList:
    total = stated_total(body)
    if is_owner and total is not None:
        return CheckedList(playlist_id, name_of(body), total)
    return check(api, playlist_id)


def _playlists(api: SpotifyApi) -> Iterator[dict[str, Any]]:
    """The playlist objects with an id; Spotify sends null for a list that was deleted."""
    try:
        for page in api.pages(MY_PLAYLISTS):
            for body in page.items:
                found = body.get("id") if isinstance(body, dict) else None
                if isinstance(found, str) and re.fullmatch(r"[0-9A-Za-z]{22}", found):
                    yield body
    except ContradictoryPage as error:
        raise PlaylistsContradict(
            f"Spotify's answers about your playlists do not agree: {error}; nothing was changed, "
            "run again later"
        ) from error
