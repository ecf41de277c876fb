"""JSON files with lists: responses of Spotify's API, and what backup tools make of them."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from playlist_lake.importing.converters import (
    account_playlist,
    convert_rows,
    is_account_list,
    is_row,
)
from playlist_lake.importing.files import KNOWN_FORMATS, ImportFile, UnusableFile
from playlist_lake.importing.json_files import count, read_json
from playlist_lake.importing.positions import page_keys, stated_offset
from playlist_lake.importing.saved_pages import SavedPage, in_order

# Keys of a playlist object that a page of items does not have.
_PLAYLIST_KEYS = {"id", "name", "uri", "snapshot_id", "owner", "type"}
_LIST_LINK = re.compile(r"[:/]playlists?[:/]([0-9A-Za-z_-]+)")
# What tools write where they don't know an id
_PLACEHOLDER_ID = re.compile(r"0*|none|null|undefined", re.IGNORECASE)
_MAX_NAMED = 3

_Value = TypeVar("_Value")
_Result = TypeVar("_Result")


class _Part(NamedTuple):
    """A list or a page in a file; `list_id` is None if it does not say which list it is."""

    list_id: str | None
    is_list: bool
    playlist: dict[str, Any] | None
    body: dict[str, Any]
    offset: int | None
    dropped_keys: Counter[str]
    is_unnamed: bool = False


def read_pages(file: ImportFile, playlist_id: str | None) -> list[SavedPage | UnusableFile]:
    """The pages in a file, in their order, then the reasons why parts of it cannot be used.

    A file is one of these, or a list of them, or an object whose `playlists` is such a list:
    - a playlist object whose `items` (2026) or `tracks` is a page, or a plain list of rows;
    - a page: an object whose `items` is a list; one that is named like a playlist object, too;
    - a playlist of Spotify's account data.
    A plain list of rows is a page, too. converters.py says which rows are known.

    `playlist_id` is for pages and for the one list that don't say which list they are.
    """
    document = read_json(file)
    documents = _documents(document)
    parts = _with_ids(_each(_part, documents), playlist_id)
    pages = _each(lambda part: _page(part, file), parts)
    if documents == [document]:
        return pages
    pages = in_order(pages)
    return [page for page in pages if isinstance(page, SavedPage)] + _reasons(pages, documents)


def _documents(document: Any) -> list[Any]:
    """The playlist objects and pages in a document."""
    if isinstance(document, dict) and isinstance(document.get("playlists"), list):
        document = document["playlists"]
    if not isinstance(document, list):
        return [document]
    objects = [part for part in document if isinstance(part, dict)]
    if not objects:
        raise UnusableFile(f"contains neither a playlist nor a page of items; {KNOWN_FORMATS}")
    is_rows = any("track" in part or "item" in part or is_row(part) for part in objects)
    if is_rows and not any({"items", "tracks"} & part.keys() for part in objects):
        return [{"items": document}]
    return document


def _each(
    function: Callable[[_Value], _Result], values: Sequence[_Value | UnusableFile]
) -> list[_Result | UnusableFile]:
    """The results for some values; for a value that cannot be used, the reason."""
    results: list[_Result | UnusableFile] = []
    for value in values:
        try:
            results.append(value if isinstance(value, UnusableFile) else function(value))
        except UnusableFile as error:
            results.append(error)
    return results


def _part(document: Any) -> _Part:
    if not isinstance(document, dict) or not ({"items", "tracks"} & document.keys()):
        raise UnusableFile(f"is neither a playlist nor a page of items; {KNOWN_FORMATS}")
    kind = document.get("type")
    if isinstance(kind, str) and kind != "playlist":
        raise UnusableFile(f"is of type {kind[:40]!r}, not a playlist; import playlists only")
    dropped = Counter[str]()
    playlist = document if document.keys() & _PLAYLIST_KEYS else None
    body, is_list = _content(document, is_list=playlist is not None)
    if playlist is not None and not is_list:
        others = document.keys() - page_keys(document).keys() - {"items", "tracks"}
        playlist = {key: value for key, value in document.items() if key in others}
    list_id, offset = _list_id(playlist or {}, body), stated_offset(body)
    if is_list and offset is None:
        offset = 0
    if is_account_list(document):
        playlist = account_playlist(document, dropped)
    return _Part(list_id, is_list, playlist, body, offset, dropped)


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


def _with_ids(
    parts: Sequence[_Part | UnusableFile], playlist_id: str | None
) -> list[_Part | UnusableFile]:
    """The parts, each with the id of its list."""
    known = {part.list_id for part in parts if isinstance(part, _Part) and part.list_id}
    unnamed = [part for part in parts if _is_unnamed_list(part)]
    if len(unnamed) > 1:
        error = UnusableFile(
            f"holds {len(unnamed)} lists that don't say which they are; save each in a file of its "
            "own, and import each with its own --playlist-id"
        )
        parts = [error if _is_unnamed_list(part) else part for part in parts]
    # A page without links belongs to the list of the other pages in its file
    only = known.copy().pop() if len(known) == 1 and not unnamed else playlist_id

    def with_id(part: _Part) -> _Part:
        if part.list_id:
            return part
        if _is_named(part) and playlist_id in known:
            raise UnusableFile(
                f"does not say which list it is, and the file has a list {playlist_id} already; "
                "pass another --playlist-id"
            )
        list_id = playlist_id if _is_named(part) else only
        if list_id is None:
            raise UnusableFile("does not say which list it is from; pass --playlist-id")
        return part._replace(list_id=list_id, is_unnamed=list_id == playlist_id)

    return _each(with_id, parts)


def _is_unnamed_list(part: _Part | UnusableFile) -> bool:
    return isinstance(part, _Part) and _is_named(part) and part.list_id is None


def _is_named(part: _Part) -> bool:
    """Whether a part is a list, or names one: it never belongs to another list of its file."""
    return part.is_list or part.playlist is not None


def _page(part: _Part, file: ImportFile) -> SavedPage:
    body = part.body
    rows = convert_rows(body["items"])
    if rows.unknown and not rows.known:
        raise UnusableFile(
            f"has rows, but none is a song or episode in a known shape; {KNOWN_FORMATS}"
        )
    total = count(body.get("total"))
    if total is None and body.get("total") is not None:
        raise UnusableFile(
            f"has the total {str(body['total'])[:40]!r}, which is not a number of items; save the "
            "page unchanged"
        )
    return SavedPage(
        part.list_id or "",
        part.playlist,
        part.offset,
        # Spotify sometimes sends 0 with a page of items
        None if total == 0 and body["items"] else total,
        {**body, "items": rows.rows},
        file,
        rows.source,
        part.is_list,
        part.is_unnamed,
        rows.unknown,
        part.dropped_keys + rows.dropped_keys,
    )


def _reasons(
    pages: Sequence[SavedPage | UnusableFile], documents: Sequence[Any]
) -> list[SavedPage | UnusableFile]:
    """Each reason once, with the parts of the file that it is about."""
    parts: dict[str, list[str]] = {}
    for number, (page, document) in enumerate(zip(pages, documents, strict=True), start=1):
        if isinstance(page, UnusableFile):
            name = _quoted_name(document)
            parts.setdefault(str(page), []).append(f"{number}, {name}" if name else f"{number}")
    return [
        UnusableFile(reason if len(labels) == len(documents) else f"{_named(labels)} {reason}")
        for reason, labels in parts.items()
    ]


def _named(labels: Sequence[str]) -> str:
    """Some parts of a file, before the reason why each of them cannot be used."""
    if len(labels) == 1:
        return f"(part {labels[0]})"
    more = len(labels) - _MAX_NAMED
    return f"(parts {'; '.join(labels[:_MAX_NAMED])}{f' and {more} more' if more > 0 else ''})"


def _quoted_name(part: Any) -> str:
    name = part.get("name") if isinstance(part, dict) else None
    return repr(name[:40]) if isinstance(name, str) else ""
