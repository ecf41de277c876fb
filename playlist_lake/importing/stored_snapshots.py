"""Snapshots that the lake has: whether they are complete, and their pages, to be completed."""

import gzip
import json
import zlib
from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from extract_lambda.raw_zone import RawZone
from lake.raw_format import CHART_ROWS, END, ITEMS_PAGE, PLAYLIST
from playlist_lake.importing.saved_pages import SavedPage


class StoredSnapshot(NamedTuple):
    """A snapshot in the lake."""

    source: str
    item_count: int
    total: int
    playlist: dict[str, Any] | None
    pages: list[tuple[int, dict[str, Any]]]
    chart_rows: list[tuple[int, list[Any]]]
    dropped_keys: Counter[str]

    @property
    def is_complete(self) -> bool:
        """Whether it has all items of the list."""
        return self.item_count == self.total

    def saved_pages(self, playlist_id: str) -> list[SavedPage]:
        """The pages, as if they were read from a file."""
        return [
            SavedPage(
                playlist_id,
                self.playlist if index == 0 else None,
                offset,
                self.total,
                body,
                None,
                self.source,
                is_list=False,
                is_unnamed=False,
                unknown_rows=0,
                dropped_keys=Counter(),
            )
            for index, (offset, body) in enumerate(self.pages)
        ]


def read_stored(zone: RawZone, snapshot_date: date, playlist_id: str) -> StoredSnapshot | None:
    """A list's snapshot in the lake; None if its object is damaged. Raises StorageError."""
    try:
        with zone.open(snapshot_date, playlist_id) as stream, gzip.open(stream) as content:
            lines = content.read().splitlines()
        end = json.loads(lines[-1])
        if end["record"] != END:
            return None
        dropped = Counter({one["key"]: one["count"] for one in end.get("dropped_keys", ())})
        counts = end["item_count"], end["total"]
        found = StoredSnapshot(end["source"], *counts, None, [], [], dropped)
        return found if found.is_complete else _with_content(found, lines)
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, IndexError):
        return None


def _with_content(found: StoredSnapshot, lines: list[bytes]) -> StoredSnapshot:
    for record in map(json.loads, lines[:-1]):
        if record["record"] == PLAYLIST:
            found = found._replace(playlist=record["playlist"])
        elif record["record"] == ITEMS_PAGE:
            found.pages.append((record["offset"], record["page"]))
        elif record["record"] == CHART_ROWS:
            found.chart_rows.append((record["offset"], record["rows"]))
    return found
