"""The lists and pages in a file, in any of the formats."""

import re
from collections import Counter
from typing import Any, NamedTuple

from lake.raw_format import ACCOUNT_DATA, EXPORTIFY, PLAYLIST_ARCHIVE, SPOTIFY_BACKUP
from playlist_lake.importing.account_data import (
    account_playlist,
    is_account_list,
    is_library,
    liked_songs,
)
from playlist_lake.importing.converters import is_row
from playlist_lake.importing.exportify import is_exportify, read_exportify
from playlist_lake.importing.files import KNOWN_FORMATS, ImportFile, UnknownFormat, UnusableFile
from playlist_lake.importing.json_files import parse_json
from playlist_lake.importing.list_ids import LIKED_NAME
from playlist_lake.importing.playlist_archive import (
    archived_playlist,
    is_archived_list,
    is_cumulative,
)
from playlist_lake.importing.positions import page_keys, stated_offset

# Keys of a playlist object that a page of items does not have.
_PLAYLIST_KEYS = {"id", "name", "uri", "snapshot_id", "owner", "type"}
_LIST_LINK = re.compile(r"[:/]playlists?[:/]([0-9A-Za-z_-]+)")
# What tools write where they don't know an id
_PLACEHOLDER_ID = re.compile(r"0*|none|null|undefined", re.IGNORECASE)


class Part(NamedTuple):
    """A list or a page in a file; `list_id` is None if it does not say which list it is."""

    list_id: str | None
    is_list: bool
    playlist: dict[str, Any] | None
    body: dict[str, Any]
    offset: int | None
    dropped_keys: Counter[str]
    source: str | None
    """The source of the rows, if the list shows it."""
    is_unnamed: bool = False
    """Whether its id comes from an option or from its name."""

    @property
    def is_named(self) -> bool:
        """Whether it is a list, or names one: it never belongs to another list of its file."""
        return self.is_list or self.playlist is not None

    @property
    def name(self) -> str:
        """The name of the list; empty if there is none."""
        name = (self.playlist or {}).get("name")
        return name if isinstance(name, str) else ""

    @property
    def is_liked(self) -> bool:
        """Whether it is Liked Songs, which the playlists of account data don't have."""
        return self.name == LIKED_NAME and self.source != ACCOUNT_DATA


def documents_in(text: str) -> tuple[list[Any], bool]:
    """The playlist objects and pages in a JSON file, and whether the file may have several.

    Raises UnusableFile.
    """
    document = parse_json(text)
    if is_library(document):
        return [liked_songs(document)], False
    if isinstance(document, dict) and isinstance(document.get("playlists"), list):
        document = document["playlists"]
    if not isinstance(document, list):
        return [document], False
    objects = [part for part in document if isinstance(part, dict)]
    if not objects:
        raise UnknownFormat(f"contains neither a playlist nor a page of items; {KNOWN_FORMATS}")
    is_rows = any("track" in part or "item" in part or is_row(part) for part in objects)
    if is_rows and not any({"items", "tracks"} & part.keys() for part in objects):
        return [{"items": document}], True
    return document, True


def exportify_part(file: ImportFile, text: str) -> Part:
    """The list in a CSV file of Exportify; raises UnusableFile."""
    if not is_exportify(text):
        raise UnknownFormat(f"is not of a known format; {KNOWN_FORMATS}")
    playlist, dropped = read_exportify(file, text)
    body = {"items": playlist.pop("tracks")}
    return Part(None, True, playlist, body, 0, dropped, EXPORTIFY)


def part_of(document: Any, file: ImportFile, *, is_one_of_several: bool) -> Part:
    """A playlist object or page as a part of its file; raises UnusableFile."""
    if not isinstance(document, dict) or not ({"items", "tracks"} & document.keys()):
        raise UnknownFormat(f"is neither a playlist nor a page of items; {KNOWN_FORMATS}")
    if is_cumulative(document):
        raise UnknownFormat(
            "has every song that was ever on its list; import the files in playlists/pretty of the "
            "same archive"
        )
    kind = document.get("type")
    if isinstance(kind, str) and kind != "playlist":
        raise UnusableFile(f"is of type {kind[:40]!r}, not a playlist; import playlists only")
    dropped, source = Counter[str](), None
    playlist = document if document.keys() & _PLAYLIST_KEYS else None
    if is_account_list(document):
        playlist, source = account_playlist(document, dropped), ACCOUNT_DATA
    elif is_archived_list(document):
        playlist, source = archived_playlist(document, file.name, dropped), PLAYLIST_ARCHIVE
    elif is_one_of_several and _is_backup_list(document):
        source = SPOTIFY_BACKUP
    body, is_list = _content(document, is_list=playlist is not None)
    if playlist is document and not is_list:
        others = document.keys() - page_keys(document).keys() - {"items", "tracks"}
        playlist = {key: value for key, value in document.items() if key in others}
    list_id, offset = _list_id(playlist or {}, body), stated_offset(body)
    if is_list and offset is None:
        offset = 0
    return Part(list_id, is_list, playlist, body, offset, dropped, source)


def _is_backup_list(document: dict[str, Any]) -> bool:
    """Whether an object is a list of spotify-backup, which has all rows of the Web API at once."""
    rows = document.get("tracks")
    return isinstance(rows, list) and all(isinstance(row, dict) and "track" in row for row in rows)


def _content(document: dict[str, Any], *, is_list: bool) -> tuple[dict[str, Any], bool]:
    """The page in a document, and whether it is a list's first page or all of its rows.

    Keys of a page beside the items say where they stand: {"id", "items": […], "offset": 5} and
    {"id", "items": […], "tracks": {"total": 12}} are pages.
    """
    found = []
    for key, sibling in (("items", "tracks"), ("tracks", "items")):
        content, other = document.get(key), document.get(sibling)
        beside = page_keys(document)
        if isinstance(other, dict) and other.get("total"):
            beside = {"total": other["total"]} | beside
        if isinstance(content, dict) and isinstance(content.get("items"), list):
            found.append((beside | content, not page_keys(document)))
        elif isinstance(content, list):
            if key == "items" and not is_list:
                beside = document | beside
            found.append((beside | {"items": content}, not beside))
    if not found:
        raise UnusableFile("has no items in `items` or `tracks`; save the playlist with its items")
    # Since 2026 one of the two may be empty
    return max(found, key=lambda one: len(one[0]["items"]))


def _list_id(playlist: dict[str, Any], body: dict[str, Any]) -> str | None:
    own = playlist.get("id")
    links = [playlist.get(key) for key in ("uri", "href")]
    links += [body.get(key) for key in ("href", "next", "previous")]
    found = [_LIST_LINK.search(link) for link in links if isinstance(link, str)]
    ids = [own if isinstance(own, str) else "", *(match[1] for match in found if match)]
    return next((one for one in ids if not _PLACEHOLDER_ID.fullmatch(one)), None)
