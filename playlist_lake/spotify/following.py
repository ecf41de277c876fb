"""Following lists: check that Spotify serves them, add them to config/playlists.txt."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from extract_lambda.errors import ExtractError
from extract_lambda.history import ListHistory
from extract_lambda.list_heads import read_head
from extract_lambda.pages import PAGE_LIMIT, items_of
from extract_lambda.playlists_file import (
    PLAYLISTS_KEY,
    NotAPlaylist,
    NothingFollowed,
    Playlists,
    parse_playlists,
    playlist_id,
    read_file,
)
from extract_lambda.raw_zone import RawZone
from extract_lambda.responses import Forbidden, NotFound
from extract_lambda.spotify_api import SpotifyApi
from lake.errors import LakeError
from lake.storage import Storage
from playlist_lake.console import counted, on_one_line, out, printable, shown
from playlist_lake.errors import Misuse
from playlist_lake.spotify.problems import ListProblem, remark_problems

# The playlist object, and its snapshot id once more at the end
CALLS_BESIDE_PAGES = 2


@dataclass(frozen=True)
class CheckedList:
    """The answer of Spotify for a list: its name and size, or why it cannot be read."""

    playlist_id: str
    name: str = ""
    items: int = 0
    problem: ExtractError | LakeError | None = None

    @property
    def is_answered(self) -> bool:
        """Whether this is Spotify's answer, so that asking again would change nothing."""
        return self.problem is None or isinstance(self.problem, Forbidden | NotFound)


def linked_ids(links: Iterable[str]) -> tuple[str, ...]:
    """The ids in links, each once; raises Misuse for the first link that is not to a list."""
    try:
        return tuple(dict.fromkeys(playlist_id(link) for link in links))
    except NotAPlaylist as error:
        raise Misuse(str(error)) from error


def check(api: SpotifyApi, playlist_id: str) -> CheckedList:
    """Make the same calls as an extraction, but only for the first page."""
    try:
        playlist = read_head(api, playlist_id).playlist
        page = next(api.pages(items_of(playlist_id)))
    except (ExtractError, LakeError) as error:
        return CheckedList(playlist_id, problem=error)
    return CheckedList(playlist_id, name_of(playlist), page.total)


def name_of(playlist: dict[str, Any]) -> str:
    """The name in a playlist object on one line, without control characters; empty if none."""
    name = playlist.get("name")
    return on_one_line(printable(name)) if isinstance(name, str) else ""


def add(storage: Storage, checked: Iterable[CheckedList]) -> list[CheckedList]:
    """Append the readable lists to playlists.txt unless it has them; returns those appended.

    The rest of the file is not changed. Raises PlaylistsUnreadable, StorageError.
    """
    content = read_file(storage) or b""
    known = _parsed(storage, content).ids
    added = [one for one in checked if one.problem is None and one.playlist_id not in known]
    if not added:
        return []
    end = b"\r\n" if b"\r\n" in content else b"\n"
    if content and not content.endswith((b"\n", b"\r")):
        content += end
    for one in added:
        line = f"{one.playlist_id}  # {one.name}" if one.name else one.playlist_id
        content += line.encode("utf-8", "replace") + end
    storage.write(PLAYLISTS_KEY, content)
    return added


def followed_ids(storage: Storage) -> tuple[str, ...]:
    """The lists in playlists.txt, if there are any; raises PlaylistsUnreadable, StorageError."""
    return _parsed(storage, read_file(storage) or b"").ids


def print_daily_calls(
    storage: Storage,
    ids: Sequence[str],
    checked: Iterable[CheckedList],
    today: date,
    *,
    is_planned: bool = False,
) -> None:
    """Print how many calls a day it takes, or will take, to follow these lists, if there are any.

    A list that was not checked just now counts with the size of its last snapshot; without one it
    counts as empty, so the number is the least possible one.
    """
    if not ids:
        return
    history = ListHistory(RawZone(storage), ids, today + timedelta(days=1))
    read_now = {one.playlist_id: one.items for one in checked if one.problem is None}
    sizes = [read_now[one] if one in read_now else history.last_item_count(one) for one in ids]
    calls = sum(CALLS_BESIDE_PAGES + math.ceil((size or 0) / PAGE_LIMIT) for size in sizes)
    takes = "will take" if is_planned else "takes" if len(ids) == 1 else "take"
    out.print(
        f"{counted(len(ids), 'followed list')} {takes} "
        f"{'at least ' if None in sizes else ''}{counted(calls, 'call')} a day; Spotify does not "
        "say how many its quota allows",
        soft_wrap=True,
    )


def print_checked(checked: Iterable[CheckedList], label: Callable[[CheckedList], str]) -> None:
    """Print a line for each readable list, which starts with its label; problems to stderr."""
    for one in checked:
        if one.problem is None:
            name = one.name or one.playlist_id
            out.print(shown(f"{label(one)}: {name}, {counted(one.items, 'item')}"), soft_wrap=True)
    remark_problems(
        ListProblem(one.playlist_id, "not readable", str(one.problem), "yellow")
        if one.is_answered
        else ListProblem(one.playlist_id, "not checked", str(one.problem), "red")
        for one in checked
        if one.problem is not None
    )


def _parsed(storage: Storage, content: bytes) -> Playlists:
    try:
        return parse_playlists(content, f"{storage.root}/{PLAYLISTS_KEY}")
    except NothingFollowed:
        return Playlists((), (), ())
