"""Reading files that Spotify's API or backup tools saved: which list, which page, which date."""

import json
import math
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

# Longer literals are numbers of nobody's; Python itself refuses to convert over 4,300 digits.
MAX_NUMBER_LENGTH = 1000
# Positions and totals are 32-bit in the tables; Spotify's own limit is 10,000 items.
MAX_OFFSET = 2**30

# What a page of items doesn't have.
_PLAYLIST_KEYS = {"id", "name", "uri", "snapshot_id", "owner", "type"}
_LIST_LINK = re.compile(r"[:/]playlists?[:/]([0-9A-Za-z_-]+)")
_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")


class CaptureError(Exception):
    """A file, or a part of it, cannot be imported; the message completes "FILE …"."""


class Piece(NamedTuple):
    """A page of a list's items, with the playlist object that it stood in."""

    playlist_id: str
    playlist: dict[str, Any] | None
    offset: int
    """Number of items before the page in the list."""
    total: int | None
    """Number of items in the list, as the page claims."""
    page: dict[str, Any]

    @property
    def items(self) -> list[Any]:
        items: list[Any] = self.page["items"]
        return items


def date_in_name(path: Path) -> date:
    """The date that stands as YYYY-MM-DD in a file's name; raises CaptureError."""
    found = set()
    for text in _DATE.findall(path.name):
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            continue
    if len(found) != 1:
        many = "more than one" if found else "no"
        raise CaptureError(f"has {many} date (YYYY-MM-DD) in its name; pass --snapshot-date")
    return found.pop()


def read_pieces(path: Path, playlist_id: str | None) -> list[Piece | CaptureError]:
    """The pieces of lists that a file holds, in its order, or why one cannot be used.

    A file is, or is a list of, or is an object whose `playlists` is a list of:
    - playlist objects whose `items` (2026) or `tracks` is a page, or the bare list of items;
    - pages: objects whose `items` is a list.
    A list of bare items is a page, too.

    `playlist_id` is for pieces that don't say which list they are from. Raises CaptureError if
    nothing of the file can be used.
    """
    parts = _parts(_read_json(path))
    if len(parts) == 1:
        return [_piece(parts[0], playlist_id)]
    pieces: list[Piece | CaptureError] = []
    for number, part in enumerate(parts, start=1):
        try:
            pieces.append(_piece(part, playlist_id))
        except CaptureError as error:
            pieces.append(CaptureError(f"(its part {number}{_called(part)}) {error}"))
    return pieces


def read_text(path: Path) -> str:
    """A file's text, which is UTF-8 with or without a byte order mark; raises CaptureError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise CaptureError("does not exist; check the name") from error
    except IsADirectoryError as error:
        raise CaptureError("is a folder; name the files in it") from error
    except OSError as error:
        raise CaptureError(f"cannot be read ({error.strerror}); check the file") from error
    except UnicodeDecodeError as error:
        raise CaptureError("is not UTF-8 text; save the response in UTF-8") from error
    if not text.strip():
        raise CaptureError("is empty; save the response again")
    return text


def _read_json(path: Path) -> Any:
    text = read_text(path)
    try:
        return json.loads(
            text,
            parse_int=_number(int),
            parse_float=_number(float),
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        raise CaptureError(
            f"is not JSON (line {error.lineno}, column {error.colno}: {error.msg}); "
            "save the response as it came"
        ) from error
    except RecursionError as error:
        raise CaptureError("is nested too deep; save the response as it came") from error


def _number(convert: Callable[[str], int | float]) -> Callable[[str], int | float | str]:
    """Convert a number's literal, or keep it as text where Python could not write it again."""

    def converted(literal: str) -> int | float | str:
        if len(literal) > MAX_NUMBER_LENGTH:
            return literal
        value = convert(literal)
        return literal if isinstance(value, float) and math.isinf(value) else value

    return converted


def _refuse_constant(name: str) -> None:
    raise CaptureError(f"has {name} in it, which is not JSON; save the response as it came")


def _parts(document: Any) -> list[Any]:
    """What a document holds one or several of: playlist objects and pages."""
    if isinstance(document, dict) and isinstance(document.get("playlists"), list):
        document = document["playlists"]
    if not isinstance(document, list):
        return [document]
    objects = [part for part in document if isinstance(part, dict)]
    if any("track" in part or "item" in part for part in objects):
        return [{"items": document}]
    if not objects:
        raise CaptureError("holds no playlist and no page of items; import what Spotify's API gave")
    return document


def _piece(part: Any, playlist_id: str | None) -> Piece:
    playlist, page = _split(part)
    offset = page.get("offset")
    if offset is None:
        offset = 0
    if not _is_count(offset):
        raise CaptureError(
            f"has the offset {str(offset)[:40]!r}, which is no position in a list; "
            "save the page as it came"
        )
    total = page.get("total")
    return Piece(
        _list_id(playlist or {}, page) or _required(playlist_id),
        playlist,
        offset,
        total if _is_count(total) else None,
        page,
    )


def _split(part: Any) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """The playlist object, if there is one, and the page in it."""
    if not isinstance(part, dict) or not ({"items", "tracks"} & part.keys()):
        raise CaptureError("is neither a playlist nor a page; import what Spotify's API gave")
    kind = part.get("type")
    if isinstance(kind, str) and kind != "playlist":
        raise CaptureError(f"is no playlist but of type {kind[:40]!r}; import playlists only")
    playlist = part if part.keys() & _PLAYLIST_KEYS else None
    for content in (part.get("items"), part.get("tracks")):
        if isinstance(content, dict) and isinstance(content.get("items"), list):
            return part, content
        if isinstance(content, list):
            is_page = playlist is None and content is part.get("items")
            return playlist, part if is_page else {"items": content}
    raise CaptureError("has no list of items in its `items` or `tracks`; save that list's items")


def _list_id(playlist: dict[str, Any], page: dict[str, Any]) -> str | None:
    own = playlist.get("id")
    if isinstance(own, str) and own:
        return own
    of_playlist = [playlist.get(key) for key in ("uri", "href")]
    of_page = [page.get(key) for key in ("href", "next", "previous")]
    for link in of_playlist + of_page:
        if isinstance(link, str) and (match := _LIST_LINK.search(link)):
            return match[1]
    return None


def _required(playlist_id: str | None) -> str:
    if playlist_id is None:
        raise CaptureError("does not say which list it is from; pass --playlist-id")
    return playlist_id


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < MAX_OFFSET


def _called(part: Any) -> str:
    name = part.get("name") if isinstance(part, dict) else None
    return f", {name[:40]!r}" if isinstance(name, str) else ""
