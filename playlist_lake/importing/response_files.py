"""JSON files with responses of Spotify's API, saved from the API itself or by a backup tool."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from playlist_lake.importing.files import UnusableFile, read_text

# No real number is longer; Python itself refuses to convert more than 4,300 digits.
MAX_NUMBER_LENGTH = 1000
# Positions and totals are 32-bit in the tables; Spotify's own limit is 10,000 items.
MAX_OFFSET = 2**30

# Keys of a playlist object that a page of items does not have.
_PLAYLIST_KEYS = {"id", "name", "uri", "snapshot_id", "owner", "type"}
_LIST_LINK = re.compile(r"[:/]playlists?[:/]([0-9A-Za-z_-]+)")


class SavedPage(NamedTuple):
    """A page of a list's items, and the playlist object around it if there is one."""

    playlist_id: str
    playlist: dict[str, Any] | None
    offset: int
    """Number of items before the page in the list."""
    total: int | None
    """Number of items in the list, as the page claims."""
    body: dict[str, Any]

    @property
    def items(self) -> list[Any]:
        items: list[Any] = self.body["items"]
        return items


def read_pages(path: Path, playlist_id: str | None) -> list[SavedPage | UnusableFile]:
    """The pages in a file, in their order; for a part that cannot be used, the reason.

    A file is one of these, or a list of them, or an object whose `playlists` is such a list:
    - a playlist object whose `items` (2026) or `tracks` is a page, or a plain list of items;
    - a page: an object whose `items` is a list.
    A plain list of items is a page, too.

    `playlist_id` is for pages that don't name their list. Raises UnusableFile if nothing in
    the file can be used.
    """
    parts = _parts(_read_json(path))
    if len(parts) == 1:
        return [_page(parts[0], playlist_id)]
    pages: list[SavedPage | UnusableFile] = []
    for number, part in enumerate(parts, start=1):
        try:
            pages.append(_page(part, playlist_id))
        except UnusableFile as error:
            pages.append(UnusableFile(f"(part {number}{_quoted_name(part)}) {error}"))
    return pages


def _read_json(path: Path) -> Any:
    text = read_text(path)
    try:
        return json.loads(
            text,
            parse_int=_number_or_text(int),
            parse_float=_number_or_text(float),
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise UnusableFile(
            f"is not JSON (line {error.lineno}, column {error.colno}: {error.msg}); "
            "save the response unchanged"
        ) from error
    except RecursionError as error:
        raise UnusableFile("is nested too deeply; save the response unchanged") from error


def _number_or_text(convert: Callable[[str], int | float]) -> Callable[[str], int | float | str]:
    """Convert the text of a number, or keep the text if Python could not write it back."""

    def converted(text: str) -> int | float | str:
        if len(text) > MAX_NUMBER_LENGTH:
            return text
        value = convert(text)
        return text if isinstance(value, float) and math.isinf(value) else value

    return converted


def _refuse_constant(name: str) -> None:
    raise UnusableFile(f"contains {name}, which is not JSON; save the response unchanged")


def _parts(document: Any) -> list[Any]:
    """The playlist objects and pages in a document."""
    if isinstance(document, dict) and isinstance(document.get("playlists"), list):
        document = document["playlists"]
    if not isinstance(document, list):
        return [document]
    objects = [part for part in document if isinstance(part, dict)]
    if any("track" in part or "item" in part for part in objects):
        return [{"items": document}]
    if not objects:
        raise UnusableFile(
            "contains neither a playlist nor a page of items; import responses of Spotify's API"
        )
    return document


def _page(part: Any, playlist_id: str | None) -> SavedPage:
    playlist, body = _split(part)
    offset = body.get("offset")
    if offset is None:
        offset = 0
    if not _is_count(offset):
        raise UnusableFile(
            f"has the offset {str(offset)[:40]!r}, which is not a position in a list; "
            "save the page unchanged"
        )
    total = body.get("total")
    return SavedPage(
        _list_id(playlist or {}, body) or _required(playlist_id),
        playlist,
        offset,
        total if _is_count(total) else None,
        body,
    )


def _split(part: Any) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The playlist object, if there is one, and the page in it."""
    if not isinstance(part, dict) or not ({"items", "tracks"} & part.keys()):
        raise UnusableFile("is neither a playlist nor a page; import responses of Spotify's API")
    kind = part.get("type")
    if isinstance(kind, str) and kind != "playlist":
        raise UnusableFile(f"is of type {kind[:40]!r}, not a playlist; import playlists only")
    playlist = part if part.keys() & _PLAYLIST_KEYS else None
    for content in (part.get("items"), part.get("tracks")):
        if isinstance(content, dict) and isinstance(content.get("items"), list):
            return part, content
        if isinstance(content, list):
            is_page = playlist is None and content is part.get("items")
            return playlist, part if is_page else {"items": content}
    raise UnusableFile("has no items in `items` or `tracks`; save the playlist with its items")


def _list_id(playlist: dict[str, Any], body: dict[str, Any]) -> str | None:
    own = playlist.get("id")
    if isinstance(own, str) and own:
        return own
    links = [playlist.get(key) for key in ("uri", "href")]
    links += [body.get(key) for key in ("href", "next", "previous")]
    for link in links:
        if isinstance(link, str) and (match := _LIST_LINK.search(link)):
            return match[1]
    return None


def _required(playlist_id: str | None) -> str:
    if playlist_id is None:
        raise UnusableFile("does not say which list it is from; pass --playlist-id")
    return playlist_id


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MAX_OFFSET


def _quoted_name(part: Any) -> str:
    name = part.get("name") if isinstance(part, dict) else None
    return f", {name[:40]!r}" if isinstance(name, str) else ""
