"""Saved pages of lists, and the offsets of pages that don't state theirs.

A missing offset is never taken for 0. It follows from the order of the pages in one file, or from
the `next` of the page before the last one; otherwise the pages are refused.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from playlist_lake.importing.files import ImportFile, UnusableFile
from playlist_lake.importing.positions import has_next, is_plain, next_offset


class SavedPage(NamedTuple):
    """A page of a list's items, and the playlist object around it if there is one."""

    playlist_id: str
    playlist: dict[str, Any] | None
    offset: int | None
    """Number of items before the page in the list; None if the page does not say it."""
    total: int | None
    """Number of items in the list, as the page claims."""
    body: dict[str, Any]
    file: ImportFile | None
    """The file; None for a page that was read from the lake."""
    source: str
    is_list: bool
    """Whether it is a playlist object's page, or all rows of a list."""
    is_unnamed: bool
    """Whether its id comes from an option or from the list's name."""
    unknown_rows: int
    """Number of rows whose shape is unknown."""
    dropped_keys: Counter[str]
    """The unknown keys that a converter dropped."""

    @property
    def items(self) -> list[Any]:
        items: list[Any] = self.body["items"]
        return items

    def is_copy_of(self, other: "SavedPage") -> bool:
        """Whether another page says the same, in the same file or another one."""
        return self._replace(file=other.file) == other

    @property
    def end(self) -> int:
        """The position of the last item, for a page with an offset."""
        return (self.offset or 0) + len(self.items)


def in_order(pages: Sequence[SavedPage | UnusableFile]) -> list[SavedPage | UnusableFile]:
    """The pages of an array in one file: a page without an offset follows the one before it."""
    sizes = Counter[str]()
    for page in pages:
        if isinstance(page, SavedPage):
            sizes[page.playlist_id] += len(page.items)
    ends: dict[str, int | None] = {}
    found: list[SavedPage | UnusableFile] = []
    for page in pages:
        if isinstance(page, UnusableFile):
            # It may be a page of any of the lists
            ends = dict.fromkeys(sizes)
        elif page.offset is None:
            # An array that begins in the middle of its list has fewer items than the total
            is_whole = page.total in (None, sizes[page.playlist_id])
            page = page._replace(offset=ends.get(page.playlist_id, 0 if is_whole else None))
        if isinstance(page, SavedPage):
            ends[page.playlist_id] = _following(page)
        found.append(page)
    return found


def placed(pages: Sequence[SavedPage]) -> list[SavedPage]:
    """The pages of one list and date, each with its offset; raises UnusableFile."""
    without = [page for page in pages if page.offset is None]
    if not without:
        return list(pages)
    one = without[0]
    others = [page for page in pages if page.offset is not None]
    offset = _only_page(one) if not others else _after(others, one)
    if offset is None or any(page.body != one.body for page in without):
        raise UnusableFile(
            "has a page that does not say where in its list it begins (`offset`, `href`, `next`); "
            "save all pages of the list with `offset`, or as one JSON array in their order",
            *_files(without),
        )
    return [page if page.offset is not None else page._replace(offset=offset) for page in pages]


def check_one_list(pages: Sequence[SavedPage]) -> None:
    """Raise UnusableFile if an option or a name would give one id to different lists."""
    lists = [page for page in pages if page.is_unnamed and page.is_list]
    if any((page.playlist, page.body) != (lists[0].playlist, lists[0].body) for page in lists):
        raise several_lists(lists)
    named = [page for page in pages if page.is_unnamed and page.playlist]
    names = [page.playlist.get("name") for page in named if page.playlist]
    if any(name != names[0] for name in names):
        raise several_lists(named)


def several_lists(pages: Sequence[SavedPage]) -> UnusableFile:
    """The error for different lists that an option or a name would give one id."""
    unnamed = [page for page in pages if page.is_unnamed]
    files = _files(unnamed)
    return UnusableFile(
        f"is one of {len(files)} files with lists that differ and would all get the id "
        f"{unnamed[0].playlist_id}; import only one of them, or each with its own --playlist-id; "
        "save pages of one list with their `offset`",
        *files,
    )


def _files(pages: Sequence[SavedPage]) -> list[ImportFile]:
    return list(dict.fromkeys(page.file for page in pages if page.file))


def _following(page: SavedPage) -> int | None:
    if page.offset is None:
        return None
    # Spotify may leave items out of a page
    return max(page.end, next_offset(page.body) or 0)


def _only_page(page: SavedPage) -> int | None:
    return 0 if is_plain(page.body) else None


def _after(others: Sequence[SavedPage], last: SavedPage) -> int | None:
    """The offset of a list's last page: the others ask for it, and none of them is there."""
    if has_next(last.body):
        return None
    wanted = {next_offset(page.body) for page in others} - {None}
    missing = wanted - {page.offset for page in others}
    return missing.pop() if len(missing) == 1 else None
