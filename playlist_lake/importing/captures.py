"""Captures: the saved pages that show one list as it was at one time.

The files of one list and date are read in the order of their names. Two pages contradict each
other if they have different items at one position, claim different totals, or come with playlist
objects of different snapshot ids. These rules assign a page to a capture:

- A playlist object starts a new capture if the current one already has a playlist object, or
  contradicts it. A page that names its list does not count as a playlist object.
- A page at offset 0 starts a new capture if it contradicts the current one.
- Any other page belongs to the current capture. If it contradicts that capture, the list is not
  imported for this date.
- Pages of one file never start a second capture. Pages whose list id comes from an option or from
  the list's name don't either: they may be of different lists.

The last capture counts and supersedes the earlier ones. Its pages are merged by offset, so they
may come in any order and overlap. If a list was saved twice a day, the later state is kept.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from lake.raw_format import IMPORT
from playlist_lake.importing.files import ImportFile, UnusableFile
from playlist_lake.importing.positions import has_next, is_full
from playlist_lake.importing.saved_pages import SavedPage, several_lists


class Contradiction(UnusableFile):
    """A page contradicts the capture that it belongs to."""


class Capture:
    """A list as it was at one time: a playlist object, pages, or both."""

    def __init__(self) -> None:
        self.source = IMPORT
        self.dropped_keys = Counter[str]()
        self.saved_pages: list[SavedPage] = []
        self._items: dict[int, tuple[Any, SavedPage]] = {}
        # The pages that the total, the playlist object and the last item come from
        self._total_page: SavedPage | None = None
        self._playlist_page: SavedPage | None = None
        self._last_page: SavedPage | None = None

    def is_superseded_by(self, page: SavedPage) -> bool:
        """Whether a later page starts a new capture."""
        if page.file in self.files or any(map(page.is_copy_of, self.saved_pages)):
            return False
        is_object = page.is_list and page.playlist is not None
        if is_object and any(known.is_list and known.playlist for known in self.saved_pages):
            return True
        may_start = is_object or page.offset == 0
        return may_start and self._contradiction(page) is not None

    def add(self, page: SavedPage) -> None:
        """Merge a page with an offset; raises Contradiction, UnusableFile."""
        contradiction = self._contradiction(page)
        if contradiction:
            raise Contradiction(contradiction, *filter(None, [page.file]))
        if page.playlist is not None and (page.is_list or self._playlist_page is None):
            self._playlist_page = page
        if page.total is not None:
            self._total_page = page
        if self._last_page is None or page.end > self._last_page.end:
            self._last_page = page
        first = page.offset or 0
        self._items.update(
            (position, (item, page)) for position, item in enumerate(page.items, first)
        )
        self.source = page.source
        self.dropped_keys += page.dropped_keys
        self.saved_pages.append(page)

    @property
    def playlist(self) -> dict[str, Any] | None:
        """The playlist object, if there is one."""
        return self._playlist_page.playlist if self._playlist_page else None

    @property
    def files(self) -> list[ImportFile]:
        """The files of the capture, in the order of their pages."""
        return list(dict.fromkeys(page.file for page in self.saved_pages if page.file))

    @property
    def item_count(self) -> int:
        """The number of positions that the pages have."""
        return len(self._items)

    @property
    def unknown_rows(self) -> int:
        """The number of rows of an unknown shape."""
        return sum(page.unknown_rows for page in self.saved_pages)

    @property
    def total(self) -> int:
        """The number of items claimed; if no page claims one, the end of the last page.

        Raises UnusableFile if that page says that another one follows, or if another one may.
        """
        if self._total_page is not None:
            return self._total_page.total or 0
        end = self._last_page.end if self._last_page else 0
        at_end = [page for page in self.saved_pages if page.end == end]
        if at_end and all(has_next(page.body) for page in at_end):
            raise UnusableFile(
                f"is of a list with more than {end} items, but nothing says how many; import all "
                "pages of the list in one call"
            )
        if at_end and all(has_next(page.body) or _may_continue(page) for page in at_end):
            raise UnusableFile(
                "is a full page that says neither a total nor whether a page follows; save it with "
                "`total` or `next`",
                *(page.file for page in at_end if page.file),
            )
        return end

    @property
    def spotify_snapshot_id(self) -> str | None:
        """Spotify's id of this state of the list, if the playlist object has it."""
        return _snapshot_id(self.playlist)

    def pages(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Offset and body of each page, in the list's order, with every item once.

        Where two pages overlap, the items are taken from the page that starts first.
        """
        end = -1
        for page in sorted(self.saved_pages, key=lambda page: (page.offset, -len(page.items))):
            if page.end <= end:
                continue
            offset = page.offset or 0
            known = max(0, end - offset)
            yield offset + known, {**page.body, "items": page.items[known:]}
            end = page.end

    def _contradiction(self, page: SavedPage) -> str | None:
        if self._total_page is not None and page.total not in (None, self._total_page.total):
            other = self._total_page
            return f"claims {page.total} items, but {_name(other, page)} claims {other.total}"
        claiming, last = self._total_page or page, self._last_page or page
        last = page if page.end > last.end else last
        if claiming.total is None:
            claiming = page
        if claiming.total is not None and last.end > claiming.total:
            return (
                f"does not fit: {_name(claiming, page)} claims {claiming.total} items, but "
                f"{_name(last, page)} has one at position {last.end}"
            )
        for position, item in enumerate(page.items, page.offset or 0):
            other_item, other = self._items.get(position, (item, page))
            if item != other_item:
                return f"has a different item at position {position + 1} than {_name(other, page)}"
        snapshot_ids = {_snapshot_id(page.playlist), self.spotify_snapshot_id} - {None}
        if self._playlist_page and len(snapshot_ids) > 1:
            return f"has another `snapshot_id` than {_name(self._playlist_page, page)}"
        return None


def last_capture(pages: Sequence[SavedPage]) -> tuple[Capture, list[tuple[ImportFile, ImportFile]]]:
    """The last capture in the pages of a list, and the superseded files with what supersedes them.

    Raises UnusableFile.
    """
    capture = Capture()
    superseded: list[ImportFile] = []
    for page in pages:
        if capture.is_superseded_by(page):
            if page.is_unnamed and any(known.is_unnamed for known in capture.saved_pages):
                raise several_lists(pages)
            superseded += capture.files
            capture = Capture()
        try:
            capture.add(page)
        except Contradiction as error:
            remedy = (
                "save each state of the list in a file of its own"
                if page.file in capture.files
                else "import only files that were saved together"
            )
            raise UnusableFile(f"{error}; {remedy}", *error.files) from error
    return capture, [(file, capture.files[0]) for file in dict.fromkeys(superseded)]


def _may_continue(page: SavedPage) -> bool:
    return "next" not in page.body and is_full(page.body)


def _snapshot_id(playlist: dict[str, Any] | None) -> str | None:
    snapshot_id = (playlist or {}).get("snapshot_id")
    return snapshot_id if isinstance(snapshot_id, str) else None


def _name(other: SavedPage, page: SavedPage) -> str:
    if other is page:
        return "it"
    if other.file is None:
        return "the snapshot in the lake"
    return "another page of the file" if other.file == page.file else other.file.label
