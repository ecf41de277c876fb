"""The ids of lists whose files don't say which lists they are."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from extract_lambda.playlists_file import NotAPlaylist
from extract_lambda.playlists_file import playlist_id as id_in
from lake.raw_format import LIKED_SONGS, InvalidPlaylistId, check_playlist_id
from playlist_lake.errors import Misuse
from playlist_lake.importing.import_report import ImportReport

LIKED_NAME = "Liked Songs"
"""What Spotify and other tools call Liked Songs."""

# A link may have a `=`, and a name, too
_WITH_LINK = re.compile(r"(.*?\S.*?)=\s*((?:https?://|[a-z]+\.spotify\.com/|spotify:).*)")
_WITH_ID = re.compile(r"(.*\S.*)=(.*\S.*)")
_MAX_NAMED = 5
_PREFIX = "account-"
_DIGITS = 16


class UnknownListName(Misuse):
    """--map names a list that no file has."""


class ListIds(NamedTuple):
    """The ids that the user gives to lists without one.

    `playlist_id` is for a file's page or only list. `by_name` has the ids of --map by the names of
    lists, which are written as `same_name` returns them.
    """

    playlist_id: str | None = None
    by_name: Mapping[str, str] = {}


def parse_maps(texts: Iterable[str]) -> dict[str, str]:
    """The ids by name in texts `NAME=ID`; raises Misuse.

    ID is a list's id, URI or link. NAME may have a `=`.
    """
    found: dict[str, str] = {}
    for text in texts:
        match = _WITH_LINK.fullmatch(text) or _WITH_ID.fullmatch(text)
        if not match:
            raise Misuse(f"--map {text} is not NAME=ID; give a list's name and its id or link")
        name, list_id = same_name(match[1]), _parsed_id(text, match[2].strip())
        if found.setdefault(name, list_id) != list_id:
            raise Misuse(f"--map gives {name!r} two ids, {found[name]} and {list_id}; give one")
    return found


def same_name(name: str) -> str:
    """A name in one form: file systems and tools write letters with accents in two ways."""
    return unicodedata.normalize("NFC", name).strip()


def id_of_name(name: str) -> str:
    """The id of a list that has only a name: `account-` and a hash, the same on every date."""
    digest = hashlib.sha256(same_name(name).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{_PREFIX}{digest[:_DIGITS]}"


def check_names(report: ImportReport, ids: ListIds) -> None:
    """Raise UnknownListName for a name of --map that no list has.

    A file that cannot be imported may have it; then the report says it.
    """
    unknown = ids.by_name.keys() - report.unnamed
    if not unknown:
        return
    names = ", ".join(sorted(map(repr, report.unnamed))[:_MAX_NAMED]) or "none"
    sentence = (
        f"--map names {min(unknown)!r}, but no file has a list with that name and no id; "
        f"lists without an id: {names}"
    )
    if not report.failures:
        raise UnknownListName(sentence)
    report.remarks.append(sentence)


def _parsed_id(text: str, list_id: str) -> str:
    """An id as it is, or the one in a URI or link."""
    try:
        if list_id != LIKED_SONGS and (":" in list_id or "/" in list_id):
            return id_in(list_id)
        check_playlist_id(list_id)
    except (NotAPlaylist, InvalidPlaylistId) as error:
        raise Misuse(f"--map {text}: {error}") from error
    return list_id
