"""The lists that are followed: config/playlists.txt, one id, URI or link a line, # comments."""

import re
from typing import NamedTuple

from extract_lambda.errors import ExtractError
from lake.storage import Storage

PLAYLISTS_KEY = "config/playlists.txt"

_ID = r"(?P<id>[0-9A-Za-z]+)"
_KIND = r"(?P<kind>[a-z]+)"
_URI = re.compile(rf"spotify:(?:user:[^:]*:)?{_KIND}(?::(?P<id>[^:]*))?")
_LINK = re.compile(
    r"(?:https?://)?(?:open|play)\.spotify\.com/(?:intl-[a-z-]+/)?(?:embed/)?(?:user/[^/]+/)?"
    rf"{_KIND}(?:/(?P<id>[^/?]*))?/?(?:\?.*)?"
)
_SHORT_LINK = re.compile(r"(?:https?://)?(?:[a-z]+\.)*(?:spotify\.link|spotify\.app\.link)/.*")
# An editor's byte order mark, and what comes along when a link is copied from a message
_INVISIBLE = " \t\ufeff\u200b\u200e\u200f\u00a0"
_LONGEST_QUOTE = 100
_FOLLOW = "or run playlist-lake follow LINK"


class NotAPlaylist(ExtractError):
    """A text names no playlist."""


class PlaylistsUnreadable(ExtractError):
    """The file of followed lists is no text."""


class NothingFollowed(PlaylistsUnreadable):
    """There is no file of followed lists, or it names none."""


class InvalidLine(NamedTuple):
    """A line of the file that names no playlist, and why."""

    text: str
    sentence: str


class Playlists(NamedTuple):
    """The ids of the lists followed, each once and in the file's order, and what is wrong there."""

    ids: tuple[str, ...]
    invalid: tuple[InvalidLine, ...]
    duplicates: tuple[str, ...]
    """A sentence for each line that names a list again."""


def playlist_id(text: str) -> str:
    """The id in an id, a URI or a link; raises NotAPlaylist."""
    text = text.strip(_INVISIBLE)
    quoted = repr(text[:_LONGEST_QUOTE])
    if re.fullmatch(r"[0-9A-Za-z]{22}", text):
        return text
    if _SHORT_LINK.fullmatch(text):
        raise NotAPlaylist(
            f"{quoted} is a short link; open it and copy the address that it leads to"
        )
    found = _URI.fullmatch(text) or _LINK.fullmatch(text)
    if not found:
        raise NotAPlaylist(
            f"{quoted} names no playlist; give a link such as "
            "https://open.spotify.com/playlist/…, a URI or an id of 22 letters and digits"
        )
    if found["kind"] == "collection":
        raise NotAPlaylist(f"{quoted} are liked songs, no playlist; copy them into one")
    if found["kind"] != "playlist":
        raise NotAPlaylist(f"{quoted} leads to {_a(found['kind'])}, not to a playlist")
    if not re.fullmatch(r"[0-9A-Za-z]{22}", found["id"] or ""):
        raise NotAPlaylist(
            f"{quoted} has no id of 22 letters and digits; copy the whole link again"
        )
    return found["id"]


def parse_playlists(content: bytes, place: str) -> Playlists:
    """The lists that a file names; raises PlaylistsUnreadable.

    A line that names none does not keep the other lists from being extracted: it is reported, and
    whoever extracts counts it as failed.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlaylistsUnreadable(
            f"{place} is no UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from error
    first_lines: dict[str, int] = {}
    invalid, duplicates = [], []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        entry = line.partition("#")[0].strip(_INVISIBLE)
        if not entry:
            continue
        try:
            found = playlist_id(entry)
        except NotAPlaylist as error:
            invalid.append(InvalidLine(entry, f"{place}, line {number}: {error}"))
            continue
        if found in first_lines:
            duplicates.append(f"{place}, line {number}: {found} is in line {first_lines[found]}")
        first_lines.setdefault(found, number)
    if not first_lines:
        first = f" ({invalid[0].sentence})" if invalid else ""
        raise NothingFollowed(f"{place} names no playlist{first}; add one link a line, {_FOLLOW}")
    return Playlists(tuple(first_lines), tuple(invalid), tuple(duplicates))


def read_playlists(storage: Storage) -> Playlists:
    """The lists that a lake follows; raises PlaylistsUnreadable, StorageError."""
    place = f"{storage.root}/{PLAYLISTS_KEY}"
    content = storage.read(PLAYLISTS_KEY)
    if content is None:
        raise NothingFollowed(
            f"there is no {place}; make it, with one link to a playlist a line, {_FOLLOW}"
        )
    return parse_playlists(content, place)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"
