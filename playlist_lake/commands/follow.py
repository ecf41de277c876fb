"""`playlist-lake follow`: add lists to config/playlists.txt, or check those in it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from playlist_lake.console import remark, steps
from playlist_lake.errors import ListsUnavailable, Partial
from playlist_lake.parameters import DEFAULT_LAKE, LakeOrPrefixOption

if TYPE_CHECKING:
    from extract_lambda.spotify_api import SpotifyApi
    from playlist_lake.spotify.following import CheckedList


def follow(
    links: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LINK...",
            help="Links, URIs or ids; without any, check the lists that you follow.",
        ),
    ] = None,
    lake: LakeOrPrefixOption = DEFAULT_LAKE,
) -> None:
    """Raises Misuse, ExtractError, Partial, ListsUnavailable."""
    from extract_lambda.credentials import find_store
    from extract_lambda.playlists_file import read_playlists
    from extract_lambda.settings import settings_from
    from extract_lambda.throttle import Throttle
    from playlist_lake.lakes import lake_storage
    from playlist_lake.spotify import following, status
    from playlist_lake.spotify.client import open_api, utc_now

    ids = following.linked_ids(links or ())
    storage = lake_storage(lake)
    store = find_store()
    credentials = store.load()
    api = open_api(settings_from(os.environ), store, storage, utc_now)
    if ids:
        checked = _checked(api, ids)
        added = following.add(storage, checked)
        following.print_checked(
            checked, lambda one: "followed" if one in added else "already followed"
        )
        following.print_daily_calls(storage, checked, utc_now().date())
        if any(one.problem for one in checked):
            raise Partial("some lists cannot be followed; see above")
        return
    status.print_login(credentials, utc_now())
    status.print_quota(Throttle(storage, utc_now).until())
    playlists = read_playlists(storage)
    for sentence in playlists.duplicates:
        remark(f"warning: {sentence}", "yellow")
    for line in playlists.invalid:
        remark(f"not readable: {line.sentence}", "red")
    checked = _checked(api, playlists.ids)
    following.print_checked(checked, lambda _: "readable")
    following.print_daily_calls(storage, checked, utc_now().date())
    if playlists.invalid or not all(one.is_answered for one in checked):
        raise Partial("some lists could not be checked; see above")
    if any(one.problem for one in checked):
        raise ListsUnavailable


def _checked(api: SpotifyApi, ids: Sequence[str]) -> list[CheckedList]:
    from playlist_lake.spotify import following
    from playlist_lake.spotify.client import warnings_printed

    with warnings_printed(), steps(len(ids)) as progress:
        checked = []
        for one in ids:
            progress.advance(f"ask for {one}")
            checked.append(following.check(api, one))
    return checked
