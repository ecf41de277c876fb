"""The followed lists: config/playlists.txt, one id, URI or link per line, # comments.

`liked-songs`, or the link to Liked Songs, stands for these.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from extract_lambda.errors import ExtractError
from lake.raw_format import LIKED_SONGS
from lake.storage import Storage

PLAYLISTS_KEY = "config/playlists.txt"

# A followed list takes about 100 bytes
_MAX_FILE_BYTES = 4 * 2**20

_KIND = r"(?P<kind>[A-Za-z]+)"
_URI = re.compile(rf"(?i:spotify):(?:user:[^:]*:)?{_KIND}(?::(?P<id>[^:?]*))?(?:\?.*)?")
_LINK = re.compile(
    r"(?i:(?:https?://)?(?:open|play)\.spotify\.com/(?:intl-[a-z-]+/)?(?:embed/)?)"
    rf"(?:user/[^/]+/)?{_KIND}(?:/(?P<id>[^/?]*))?/?(?:\?.*)?"
)
_EMBEDDED_URI = re.compile(
    r"(?i:(?:https?://)?(?:open|embed)\.spotify\.com/(?:embed)?/?)\?uri=(?P<uri>[^&]*).*"
)
_SHORT_LINK = re.compile(r"(?i:(?:https?://)?(?:[a-z]+\.)*(?:spotify\.link|spotify\.app\.link)/.*)")
# A byte order mark, and invisible characters around a link copied from a message
_INVISIBLE = " \t\ufeff\u200b\u200e\u200f\u00a0"
# It begins a word: within a word it is a part of a link
_COMMENT = re.compile(rf"(?:^|[\s{_INVISIBLE}])#")
# Quotes, brackets and punctuation around a link in a text
_AROUND = _INVISIBLE + "<>()[]{}\"'`“”„‘’‚«»‹›.,;:!?…"  # noqa: RUF001
MAX_QUOTE_LENGTH = 100
_FOLLOW = "or run playlist-lake follow LINK"


class NotAPlaylist(ExtractError):
    """The text is not a playlist's id, URI or link, nor Liked Songs."""


class PlaylistsUnreadable(ExtractError):
    """config/playlists.txt cannot be read as text."""


class NothingFollowed(PlaylistsUnreadable):
    """config/playlists.txt does not exist, or has no playlist."""


class InvalidLine(NamedTuple):
    """A line that is not a playlist, and why."""

    text: str
    sentence: str


class Playlists(NamedTuple):
    """The ids of the followed lists, each once and in the file's order, and what is wrong there."""

    ids: tuple[str, ...]
    invalid: tuple[InvalidLine, ...]
    duplicates: tuple[str, ...]
    """A sentence for each line that repeats a list."""
    comments: Mapping[str, str] = MappingProxyType({})
    """The comment on the first line of each list that has one, by id."""


def playlist_id(text: str) -> str:
    """The id in an id, a URI or a link, as people paste them; raises NotAPlaylist.

    Quotes and punctuation around it are ignored, and what follows a `#`: the end of a link from a
    browser (`…#_=_`), or a comment.
    """
    quoted = repr(text.strip(_INVISIBLE)[:MAX_QUOTE_LENGTH])
    text = text.partition("#")[0].strip(_AROUND)
    if embedded := _EMBEDDED_URI.fullmatch(text):
        text = unquote(embedded["uri"])
    if re.fullmatch(r"[0-9A-Za-z]{22}", text):
        return text
    if text.lower() == LIKED_SONGS:
        return LIKED_SONGS
    if _SHORT_LINK.fullmatch(text):
        raise NotAPlaylist(
            f"{quoted} is a short link; open it and copy the address that it leads to"
        )
    found = _URI.fullmatch(text) or _LINK.fullmatch(text)
    if not found:
        raise NotAPlaylist(
            f"{quoted} is not a playlist; give a link such as "
            "https://open.spotify.com/playlist/…, a URI, an id of 22 letters and digits, or "
            f"{LIKED_SONGS}"
        )
    kind = found["kind"].lower()
    if kind == "collection" and found["id"] in (None, "", "tracks"):
        return LIKED_SONGS
    if kind != "playlist":
        raise NotAPlaylist(f"{quoted} leads to {_a(kind)}, not to a playlist")
    if not re.fullmatch(r"[0-9A-Za-z]{22}", found["id"] or ""):
        raise NotAPlaylist(
            f"{quoted} has no id of 22 letters and digits; copy the whole link again"
        )
    return found["id"]


def parse_playlists(content: bytes, location: str) -> Playlists:
    """The lists in the content of the file; raises PlaylistsUnreadable.

    An invalid line does not stop the extraction of the others. The extraction counts it as failed.
    """
    if len(content) > _MAX_FILE_BYTES:
        raise PlaylistsUnreadable(
            f"{location} is larger than {_MAX_FILE_BYTES >> 20} MiB, so it is not a list of "
            "playlists; replace it"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlaylistsUnreadable(
            f"{location} is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from error
    first_lines: dict[str, int] = {}
    comments: dict[str, str] = {}
    invalid, duplicates = [], []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        entry, *comment = (part.strip(_INVISIBLE) for part in _COMMENT.split(line, maxsplit=1))
        if not entry:
            continue
        try:
            found = playlist_id(entry)
        except NotAPlaylist as error:
            text = entry[:MAX_QUOTE_LENGTH]
            invalid.append(InvalidLine(text, f"{location}, line {number}: {error}"))
            continue
        if found in first_lines:
            duplicates.append(
                f"{location}, line {number}: {found} is in line {first_lines[found]} already"
            )
        elif comment and comment[0]:
            comments[found] = comment[0]
        first_lines.setdefault(found, number)
    if not first_lines:
        first = f" ({invalid[0].sentence})" if invalid else ""
        raise NothingFollowed(
            f"{location} has no playlist{first}; add one link per line, {_FOLLOW}"
        )
    return Playlists(tuple(first_lines), tuple(invalid), tuple(duplicates), comments)


def read_file(storage: Storage) -> bytes | None:
    """The file's content, or enough to see that it is too large; None if there is no file."""
    return storage.read(PLAYLISTS_KEY, _MAX_FILE_BYTES + 1)


def read_playlists(storage: Storage) -> Playlists:
    """The lists that are followed in a lake; raises PlaylistsUnreadable, StorageError."""
    location = f"{storage.root}/{PLAYLISTS_KEY}"
    content = read_file(storage)
    if content is None:
        raise NothingFollowed(
            f"{location} does not exist; create it with one playlist link per line, {_FOLLOW}"
        )
    return parse_playlists(content, location)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"
