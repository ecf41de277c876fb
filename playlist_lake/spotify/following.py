"""The lists that a lake follows: asked for at Spotify, and added to config/playlists.txt."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from extract_lambda.answers import Forbidden, NotFound
from extract_lambda.credentials import Credentials
from extract_lambda.errors import ExtractError
from extract_lambda.lake_files import LakeFiles
from extract_lambda.playlists_file import (
    PLAYLISTS_KEY,
    NotAPlaylist,
    NothingFollowed,
    Playlists,
    parse_playlists,
    playlist_id,
)
from extract_lambda.spotify_api import SpotifyApi
from playlist_lake.console import counted, out, printable, remark, shown
from playlist_lake.errors import Misuse
from playlist_lake.spotify.client import LOGIN_LIFETIME

_WARNING_DAYS = 30


@dataclass(frozen=True)
class Checked:
    """A list that Spotify was asked for: its name and size, or why it cannot be read."""

    playlist_id: str
    name: str = ""
    items: int = 0
    problem: ExtractError | None = None

    @property
    def is_answered(self) -> bool:
        """Whether Spotify has answered: asking again would give the same."""
        return self.problem is None or isinstance(self.problem, Forbidden | NotFound)


def linked_ids(links: Iterable[str]) -> tuple[str, ...]:
    """The ids in links, each once; raises Misuse for the first that leads to no list."""
    try:
        return tuple(dict.fromkeys(playlist_id(link) for link in links))
    except NotAPlaylist as error:
        raise Misuse(str(error)) from error


def check(api: SpotifyApi, playlist_id: str) -> Checked:
    """Ask for a list as an extraction does, but for its first page alone."""
    try:
        playlist = api.playlist(playlist_id)
        page = next(api.pages(playlist_id))
    except ExtractError as error:
        return Checked(playlist_id, problem=error)
    name = playlist.get("name")
    return Checked(playlist_id, _line(name) if isinstance(name, str) else "", page.body["total"])


def add(files: LakeFiles, checked: Iterable[Checked]) -> list[Checked]:
    """Add lists to the end of playlists.txt, but those that it names already; returns the added.

    The rest of the file stays as it is. Raises PlaylistsUnreadable, RawZoneUnavailable.
    """
    content = files.read(PLAYLISTS_KEY) or b""
    known = _parsed(files, content).ids
    added = [one for one in checked if one.problem is None and one.playlist_id not in known]
    if not added:
        return []
    end = b"\r\n" if b"\r\n" in content else b"\n"
    if content and not content.endswith((b"\n", b"\r")):
        content += end
    for one in added:
        line = f"{one.playlist_id}  # {one.name}" if one.name else one.playlist_id
        content += line.encode("utf-8", "replace") + end
    files.write(PLAYLISTS_KEY, content)
    return added


def print_checked(checked: Iterable[Checked], done: Callable[[Checked], str]) -> None:
    """Print a line for each list: `done` says what became of one that can be read."""
    for one in checked:
        if one.problem is None:
            name = one.name or one.playlist_id
            out.print(shown(f"{done(one)}: {name}, {counted(one.items, 'item')}"), soft_wrap=True)
    alike: dict[str, list[Checked]] = {}
    for one in checked:
        if one.problem is not None:
            alike.setdefault(str(one.problem), []).append(one)
    for sentence, group in alike.items():
        ids = ", ".join(one.playlist_id for one in group)
        named = "" if ids in sentence else f"{ids}: "
        if group[0].is_answered:
            remark(f"not readable: {named}{sentence}", "yellow")
        else:
            remark(f"not checked: {named}{sentence}", "red")


def print_login(credentials: Credentials, now: datetime) -> None:
    """Print how long the login is still good for."""
    if credentials.authorized_at is None:
        out.print(
            "Login: from a place that does not say since when; it ends "
            f"{LOGIN_LIFETIME.days} days after the consent",
            soft_wrap=True,
        )
        return
    left = (credentials.authorized_at.date() + LOGIN_LIFETIME - now.date()).days
    text = (
        f"Login: given {credentials.authorized_at:%Y-%m-%d}, "
        f"{max(left, 0)} of {LOGIN_LIFETIME.days} days left"
    )
    is_ending = left < _WARNING_DAYS
    advice = "; run playlist-lake login to renew it" if is_ending else ""
    out.print(text + advice, style="yellow" if is_ending else "", soft_wrap=True)


def print_quota(until: datetime | None) -> None:
    """Print whether Spotify takes calls."""
    if until is None:
        out.print("Quota: no limit is known")
    else:
        out.print(f"Quota: throttled until {until:%Y-%m-%d %H:%M:%S} UTC", style="yellow")


def _line(name: str) -> str:
    """A name as a comment, on one line whatever is in it."""
    return " ".join(printable(name).split())


def _parsed(files: LakeFiles, content: bytes) -> Playlists:
    try:
        return parse_playlists(content, files.place(PLAYLISTS_KEY))
    except NothingFollowed:
        return Playlists((), (), ())
