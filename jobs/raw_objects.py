"""Reading one raw object: its items in order, and a summary of its records.

The object is read line by line, so memory does not grow with it. A line of the wrong form is
counted and passed over; jobs/inspection.py decides from the counts whether the object is sound.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any, NamedTuple

import orjson

from jobs.raw_items import (
    NOTHING,
    Item,
    Json,
    first_image,
    flag,
    instant,
    read_chart_row,
    read_item,
    structure,
    text,
    whole,
)
from lake.errors import ObjectMissing
from lake.raw_format import (
    CHART_ROWS,
    END,
    FORMAT_VERSION,
    ITEMS_PAGE,
    MAX_ITEMS,
    MAX_LINE_BYTES,
    PLAYLIST,
    raw_key,
)
from lake.storage import Storage

MAX_OBJECT_BYTES = 2 * 1024 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_MB = 1024 * 1024
_READ_BYTES = _MB
# Nobody reads them, and until 2026 they were half of a page. Within a text, the quotes would be
# escaped, so this matches keys only
_MARKETS = re.compile(rb'"available_markets":\[[^\]]*\],')
_LONG_MAX = 2**63 - 1


class Page(NamedTuple):
    """A page of an object: `offset` is the number of items before it in the list."""

    offset: int
    size: int
    source: str | None
    fetched_at: datetime | None


class Playlist(NamedTuple):
    """What the playlist record says about the list. Source: PlaylistObject."""

    name: str | None = None
    description: str | None = None
    is_public: bool | None = None
    is_collaborative: bool | None = None
    spotify_snapshot_id: str | None = None
    followers: int | None = None
    image_url: str | None = None


@dataclass
class ObjectSummary:
    """What the lines of one raw object hold: counts of records, and the pages.

    `stated_` is what the end record says. `damage` is set if the object could not be read to its
    end. `mistyped` are the keys with a value of another type than documented, in items and in the
    playlist object.
    """

    snapshot_date: date
    playlist_id: str
    damage: str | None = None
    unknown_records: int = 0
    other_versions: int = 0
    other_playlist_ids: int = 0
    other_snapshot_dates: int = 0
    undated: int = 0
    playlist_records: int = 0
    end_records: int = 0
    pages_without_items: int = 0
    mistyped_items: int = 0
    mistyped: set[str] = field(default_factory=set)
    pages: list[Page] = field(default_factory=list)
    stated_item_count: int | None = None
    stated_page_count: int | None = None
    total: int | None = None
    spotify_snapshot_id: str | None = None
    source: str | None = None
    fetched_at: datetime | None = None
    playlist: Playlist | None = None

    @property
    def key(self) -> str:
        """The object's key in the lake."""
        return raw_key(self.snapshot_date, self.playlist_id)

    @property
    def item_count(self) -> int:
        """The number of items in the pages."""
        return sum(page.size for page in self.pages)

    @property
    def is_complete(self) -> bool:
        """Whether the positions 1 to `total` are all there."""
        end = 0
        for page in sorted(self.pages, key=lambda page: (page.offset, page.size)):
            if page.size and page.offset != end:
                return False
            end += page.size
        return end == self.total


class PagedItem(NamedTuple):
    """An item with the offset of its page, its position, and its JSON if it is a reject."""

    page_offset: int
    position: int
    item: Item
    item_json: str | None


def read_items(storage: Storage, summary: ObjectSummary) -> Iterator[PagedItem]:
    """The items of a raw object, page by page; fills in its summary on the way.

    Raises StorageError if the storage fails. Damage ends the items and is noted in the summary.
    """
    try:
        with storage.open(summary.key) as stream:
            for line in _lines(stream):
                yield from _read_line(line, summary)
    except _Damaged as damaged:
        summary.damage = str(damaged)
    except gzip.BadGzipFile:
        # The error is the same for another format and for a wrong checksum
        summary.damage = "is damaged (checksum)" if _is_gzip(storage, summary) else "is not gzip"
    except zlib.error:
        summary.damage = "is damaged"
    except EOFError:
        summary.damage = "is truncated (the write was interrupted)"
    except ObjectMissing:
        summary.damage = "was deleted after it was listed"


class _Damaged(Exception):
    """The object cannot be read on; the message completes "OBJECT …"."""


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of a gzip stream without line feed; raises _Damaged above the size limits."""
    total = 0
    with io.BufferedReader(gzip.GzipFile(fileobj=stream), _READ_BYTES) as content:
        while line := content.readline(MAX_LINE_BYTES + 1):
            total += len(line)
            if len(line) > MAX_LINE_BYTES:
                raise _Damaged(f"has a line of more than {MAX_LINE_BYTES // _MB} MB")
            if total > MAX_OBJECT_BYTES:
                raise _Damaged(f"has more than {MAX_OBJECT_BYTES // _MB} MB unpacked")
            yield line.removesuffix(b"\n")


def _read_line(line: bytes, summary: ObjectSummary) -> Iterator[PagedItem]:
    record = _parsed(line)
    ignored: list[str] = []
    kind = record.get("record")
    version = whole(record, "format_version", ignored)
    if kind not in (PLAYLIST, ITEMS_PAGE, CHART_ROWS, END) or version is None:
        summary.unknown_records += 1
        return
    source = text(record, "source", ignored)
    fetched_at = _fetched_at(record)
    summary.other_versions += version != FORMAT_VERSION
    summary.other_playlist_ids += record.get("playlist_id") != summary.playlist_id
    summary.other_snapshot_dates += record.get("snapshot_date") != str(summary.snapshot_date)
    summary.undated += source is None or fetched_at is None
    summary.source = max(filter(None, (summary.source, source)), default=None)
    if kind == PLAYLIST:
        summary.playlist_records += 1
        summary.playlist = _playlist(record, summary)
    elif kind == END:
        summary.end_records += 1
        _read_end(record, fetched_at, summary)
    else:
        yield from _read_page(line, record, Page(0, 0, source, fetched_at), summary)


def _read_page(
    line: bytes, record: Json, page: Page, summary: ObjectSummary
) -> Iterator[PagedItem]:
    is_chart = record["record"] == CHART_ROWS
    items = record.get("rows") if is_chart else structure(record, "page", []).get("items")
    offset = whole(record, "offset", [], _LONG_MAX)
    if not isinstance(items, list) or offset is None:
        summary.pages_without_items += 1
        return
    summary.pages.append(page._replace(offset=offset, size=len(items)))
    # Absurd offsets don't fit into the columns; the object is refused for them
    if 0 <= offset <= MAX_ITEMS - len(items):
        read = read_chart_row if is_chart else read_item
        received: list[Any] = []
        for position, raw in enumerate(items, start=offset + 1):
            item = read(raw)
            if item.mistyped:
                summary.mistyped_items += 1
                summary.mistyped.update(item.mistyped)
            item_json = None
            if item.reason and raw is not None:
                received = received or _items_as_received(line)
                item_json = _as_json(received[position - offset - 1])
            yield PagedItem(offset, position, item, item_json)


def _items_as_received(line: bytes) -> list[Any]:
    """The items of a page; Python's json keeps long integers, which orjson turns into floats."""
    record = json.loads(line)
    items: list[Any] = record["rows"] if "rows" in record else record["page"]["items"]
    return items


def _as_json(value: Any) -> str:
    """Compact JSON; half of a surrogate pair, which UTF-8 cannot encode, stays an escape."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return content.encode("utf-8", "backslashreplace").decode()


def _playlist(record: Json, summary: ObjectSummary) -> Playlist:
    mistyped: list[str] = []
    body = structure(record, "playlist", mistyped)
    followers = structure(body, "followers", mistyped)
    playlist = Playlist(
        text(body, "name", mistyped),
        text(body, "description", mistyped),
        flag(body, "public", mistyped),
        flag(body, "collaborative", mistyped),
        text(body, "snapshot_id", mistyped),
        whole(followers, "total", mistyped, _LONG_MAX),
        first_image(body, mistyped),
    )
    summary.mistyped.update(f"playlist.{key}" for key in mistyped)
    return playlist


def _read_end(record: Json, fetched_at: datetime | None, summary: ObjectSummary) -> None:
    ignored: list[str] = []
    summary.stated_item_count = whole(record, "item_count", ignored, _LONG_MAX)
    summary.stated_page_count = whole(record, "page_count", ignored, _LONG_MAX)
    summary.total = whole(record, "total", ignored, _LONG_MAX)
    summary.spotify_snapshot_id = text(record, "spotify_snapshot_id", ignored)
    summary.fetched_at = fetched_at


def _fetched_at(record: Json) -> datetime | None:
    stated = text(record, "fetched_at", [])
    return instant(stated) if stated and stated.endswith("Z") else None


def _is_gzip(storage: Storage, summary: ObjectSummary) -> bool:
    with storage.open(summary.key) as stream:
        return stream.read(2) == _GZIP_MAGIC


def _parsed(line: bytes) -> Json:
    """A line's JSON object; without one, an empty object."""
    try:
        record = orjson.loads(_MARKETS.sub(b"", line))
    except orjson.JSONDecodeError:
        record = _parsed_by_python(line)
    return record if isinstance(record, dict) else NOTHING


def _parsed_by_python(line: bytes) -> Any:
    """JSON that orjson refuses: half a surrogate pair becomes `?`, and 1e999 is infinite."""
    try:
        value = json.loads(line)
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
