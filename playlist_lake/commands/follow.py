"""`playlist-lake follow`: add lists to config/playlists.txt, or check those in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from playlist_lake.console import counted, out, remark, steps
from playlist_lake.errors import ListsUnavailable, Misuse, Partial
from playlist_lake.parameters import DEFAULT_LAKE, LakeOrPrefixOption

if TYPE_CHECKING:
    from extract_lambda.spotify_api import SpotifyApi
    from lake.storage import Storage
    from playlist_lake.spotify.following import CheckedList


def follow(
    links: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LINK...",
            help="Links, URIs, ids, or liked-songs; without any, check the lists that you follow.",
        ),
    ] = None,
    lake: LakeOrPrefixOption = DEFAULT_LAKE,
    all_lists: Annotated[
        bool, typer.Option("--all", help="Follow every list that you own or collaborate on.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="With --all: follow without asking.")] = False,
) -> None:
    """Raises Misuse, ExtractError, Partial, ListsUnavailable."""
    from extract_lambda.credentials import find_store
    from extract_lambda.settings import settings_from
    from playlist_lake.lakes import lake_storage
    from playlist_lake.spotify import following, status
    from playlist_lake.spotify.client import open_api, utc_now

    if all_lists and links:
        raise Misuse("--all follows all of your lists; leave the links out, or leave --all out")
    ids = following.linked_ids(links or ())
    storage = lake_storage(lake)
    store = find_store()
    credentials = store.load()
    api = open_api(settings_from(os.environ), store, storage, utc_now)
    if all_lists:
        _follow_all(storage, api, is_confirmed=yes)
    elif ids:
        _follow_links(storage, api, ids)
    else:
        status.print_login(credentials, utc_now())
        _check_followed(storage, api)


def _follow_links(storage: Storage, api: SpotifyApi, ids: Sequence[str]) -> None:
    from playlist_lake.spotify import following
    from playlist_lake.spotify.client import utc_now

    checked = _checked(api, ids)
    added = following.add(storage, checked)
    following.print_checked(checked, lambda one: "followed" if one in added else "already followed")
    followed = following.followed_ids(storage)
    following.print_daily_calls(storage, followed, checked, utc_now().date())
    if any(one.problem for one in checked):
        raise Partial("some lists cannot be followed; see above")


def _follow_all(storage: Storage, api: SpotifyApi, *, is_confirmed: bool) -> None:
    from playlist_lake.spotify import following
    from playlist_lake.spotify.client import utc_now, warnings_printed
    from playlist_lake.spotify.own_lists import own_lists

    followed = following.followed_ids(storage)
    with warnings_printed():
        new, known = own_lists(api, followed)
    following.print_checked(new, lambda _: "new")
    if known:
        has = "is" if known == 1 else "are"
        out.print(f"{counted(known, 'list')} of yours {has} already followed")
    readable = [one for one in new if one.problem is None]
    ids = [*followed, *(one.playlist_id for one in readable)]
    following.print_daily_calls(storage, ids, new, utc_now().date(), is_planned=bool(readable))
    if readable:
        _confirm(len(readable), is_confirmed=is_confirmed)
        following.add(storage, readable)
        out.print(f"Followed {counted(len(readable), 'list')}.")
    if not all(one.is_answered for one in new):
        raise Partial("some lists could not be checked; see above")


def _confirm(number: int, *, is_confirmed: bool) -> None:
    """Ask on a terminal."""
    if not is_confirmed and not sys.stdin.isatty():
        raise Misuse("there is no terminal to ask on; pass --yes to follow them")
    if not is_confirmed:
        typer.confirm(f"Follow {counted(number, 'new list')}?", abort=True)


def _check_followed(storage: Storage, api: SpotifyApi) -> None:
    from extract_lambda.playlists_file import read_playlists
    from extract_lambda.throttle import Throttle
    from playlist_lake.spotify import following, status
    from playlist_lake.spotify.client import utc_now

    status.print_quota(Throttle(storage, utc_now).until())
    playlists = read_playlists(storage)
    for sentence in playlists.duplicates:
        remark(f"warning: {sentence}", "yellow")
    for line in playlists.invalid:
        remark(f"not readable: {line.sentence}", "red")
    checked = _checked(api, playlists.ids)
    following.print_checked(checked, lambda _: "readable")
    following.print_daily_calls(storage, playlists.ids, checked, utc_now().date())
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
