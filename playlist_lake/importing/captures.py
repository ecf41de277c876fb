"""Captures: the saved pages that show one list as it was at one time.

The files of one list and date are read in the order of their names. Two pages contradict each
other if they have different items at one position, or claim different totals. These rules
assign a page to a capture:

- A playlist object starts a new capture if the current one already has a playlist object, or
  contradicts it.
- A page at offset 0 starts a new capture if it contradicts the current one.
- Any other page belongs to the current capture. If it contradicts that capture, the list is not
  imported for this date.

The last capture counts and supersedes the earlier ones. Its pages are merged by offset, so they
may come in any order and overlap. If a list was saved twice a day, the later state is kept.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playlist_lake.importing.files import UnusableFile
from playlist_lake.importing.response_files import SavedPage


class Capture:
    """A list as it was at one time: a playlist object, pages, or both."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.playlist: dict[str, Any] | None = None
        self._total: int | None = None
        self._total_path: Path | None = None
        self._items: dict[int, tuple[Any, Path]] = {}
        self._pages: list[SavedPage] = []

    def is_superseded_by(self, page: SavedPage) -> bool:
        """Whether a later page starts a new capture."""
        if page.playlist is not None and self.playlist is not None:
            return True
        may_start = page.playlist is not None or page.offset == 0
        return may_start and self._contradiction(page) is not None

    def add(self, page: SavedPage, path: Path) -> None:
        """Merge a page; raises UnusableFile if it contradicts the pages before."""
        contradiction = self._contradiction(page)
        if contradiction:
            raise UnusableFile(f"{contradiction}; import only files that were saved together")
        if path not in self.paths:
            self.paths.append(path)
        if page.playlist is not None:
            self.playlist = page.playlist
        if page.total is not None:
            self._total, self._total_path = page.total, path
        self._items.update(
            (position, (item, path)) for position, item in enumerate(page.items, page.offset)
        )
        self._pages.append(page)

    @property
    def total(self) -> int:
        """The number of items claimed; if no page claims one, the end of the last page."""
        if self._total is not None:
            return self._total
        return max((page.offset + len(page.items) for page in self._pages), default=0)

    @property
    def spotify_snapshot_id(self) -> str | None:
        """Spotify's id of this state of the list, if the playlist object has it."""
        snapshot_id = (self.playlist or {}).get("snapshot_id")
        return snapshot_id if isinstance(snapshot_id, str) else None

    def pages(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Offset and body of each page, in the list's order, with every item once.

        Where two pages overlap, the items are taken from the page that starts first.
        """
        end = -1
        for page in sorted(self._pages, key=lambda page: (page.offset, -len(page.items))):
            page_end = page.offset + len(page.items)
            if page_end <= end:
                continue
            known = max(0, end - page.offset)
            yield page.offset + known, {**page.body, "items": page.items[known:]}
            end = page_end

    def _contradiction(self, page: SavedPage) -> str | None:
        totals = {page.total, self._total} - {None}
        if len(totals) > 1:
            return f"claims {page.total} items, but {self._total_path} claims {self._total}"
        for position, item in enumerate(page.items, page.offset):
            other, path = self._items.get(position, (item, None))
            if not _is_same(item, other):
                return f"has a different item at position {position + 1} than {path}"
        return None


def _is_same(item: Any, other: Any) -> bool:
    try:
        return bool(item == other)
    except RecursionError as error:
        raise UnusableFile("is nested too deeply; save the response unchanged") from error
