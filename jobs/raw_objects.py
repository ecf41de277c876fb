"""Reading one raw object: its items in order, and a summary of its records.

The object is read line by line, so memory does not grow with it. A line of the wrong form is
counted and passed over; jobs/inspection.py decides from the counts whether the object is sound.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from jobs.json_values import (
    LONG_MAX,
    Json,
    first_image,
    flag,
    instant,
    sequence,
    structure,
    text,
    whole,
)
from jobs.list_counts import ListCounts, MissingValues
from jobs.raw_items import Item, read_chart_row, read_item
from jobs.raw_lines import Damaged, as_json, items_as_received, parsed, unpacked_lines
from lake.errors import ObjectMissing
from lake.raw_format import (
    CHART_ROWS,
    END,
    FORMAT_VERSION,
    ITEMS_PAGE,
    MAX_ITEMS,
    PLAYLIST,
    raw_key,
)
from lake.storage import Storage

_GZIP_MAGIC = b"\x1f\x8b"


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

    `stated_` and `dropped_keys` are what the end record says. `damage` is set if the object could
    not be read to its end. `mistyped` are the keys with a value of another type than documented, in
    items and in the playlist object.
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
    missing: MissingValues = field(default_factory=MissingValues)
    pages: list[Page] = field(default_factory=list)
    stated_item_count: int | None = None
    stated_page_count: int | None = None
    total: int | None = None
    spotify_snapshot_id: str | None = None
    source: str | None = None
    fetched_at: datetime | None = None
    dropped_keys: dict[str, int] = field(default_factory=dict)
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

    @property
    def counts(self) -> ListCounts:
        """What is kept for the comparison with the next date."""
        return ListCounts(
            self.source or "",
            int(self.playlist is not None),
            self.item_count,
            self.missing.artists,
            dict(+self.missing.by_column) | self._without_name(),
            self.dropped_keys,
            self.is_complete,
        )

    def _without_name(self) -> dict[str, int]:
        return {"playlists.name": 1} if self.playlist and not self.playlist.name else {}


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
            for line in unpacked_lines(stream):
                yield from _read_line(line, summary)
    except Damaged as damaged:
        summary.damage = str(damaged)
    except gzip.BadGzipFile:
        # The error is the same for another format and for a wrong checksum
        summary.damage = "is damaged (checksum)" if _is_gzip(storage, summary) else "is not gzip"
    except zlib.error:
        summary.damage = "is damaged"
    except EOFError:
        summary.damage = "is truncated (the write was interrupted)"
    except RecursionError:
        # Rejects are parsed by Python, which nests less deeply than orjson
        summary.damage = "is nested too deeply"
    except ObjectMissing:
        summary.damage = "was deleted after it was listed"


def _read_line(line: bytes, summary: ObjectSummary) -> Iterator[PagedItem]:
    record = parsed(line)
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
    offset = whole(record, "offset", [], LONG_MAX)
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
            summary.missing.count(item)
            if item.mistyped:
                summary.mistyped_items += 1
                summary.mistyped.update(item.mistyped)
            item_json = None
            if item.reason and raw is not None:
                received = received or items_as_received(line)
                item_json = as_json(received[position - offset - 1])
            yield PagedItem(offset, position, item, item_json)


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
        whole(followers, "total", mistyped, LONG_MAX),
        first_image(body, mistyped),
    )
    summary.mistyped.update(f"playlist.{key}" for key in mistyped)
    return playlist


def _read_end(record: Json, fetched_at: datetime | None, summary: ObjectSummary) -> None:
    ignored: list[str] = []
    summary.stated_item_count = whole(record, "item_count", ignored, LONG_MAX)
    summary.stated_page_count = whole(record, "page_count", ignored, LONG_MAX)
    summary.total = whole(record, "total", ignored, LONG_MAX)
    summary.spotify_snapshot_id = text(record, "spotify_snapshot_id", ignored)
    summary.fetched_at = fetched_at
    for dropped in sequence(record, "dropped_keys", ignored):
        if isinstance(dropped, dict):
            key, count = text(dropped, "key", ignored), whole(dropped, "count", ignored, LONG_MAX)
            summary.dropped_keys |= {key: count} if key and count else {}


def _fetched_at(record: Json) -> datetime | None:
    stated = text(record, "fetched_at", [])
    return instant(stated) if stated and stated.endswith("Z") else None


def _is_gzip(storage: Storage, summary: ObjectSummary) -> bool:
    with storage.open(summary.key) as stream:
        return stream.read(2) == _GZIP_MAGIC
