"""The pages of a list: where each begins, and whether those of a reading contradict each other."""

import hashlib
import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from extract_lambda.responses import PermanentError
from extract_lambda.settings import origin
from lake.raw_format import LIKED_SONGS

PAGE_LIMIT = 50


class MisleadingPage(PermanentError):
    """A page's `next` is not the address of a page of this list."""


class ContradictoryPage(PermanentError):
    """A page contradicts itself, another page or the playlist object; the message says how."""


class Listing(NamedTuple):
    """Something that is read page by page: its name, and the path or folder of its pages."""

    name: str
    path: str


MY_PLAYLISTS = Listing("the list of your playlists", "/me/playlists")
"""The playlists in the user's library."""


def items_of(playlist_id: str) -> Listing:
    """The items of a list."""
    path = "/me/tracks" if playlist_id == LIKED_SONGS else f"/playlists/{playlist_id}"
    return Listing(f"playlist {playlist_id}", path)


class Page(NamedTuple):
    """A page of items as received; `offset` counts the items before it in the list."""

    offset: int
    body: dict[str, Any]

    @property
    def items(self) -> list[Any]:
        items: list[Any] = self.body["items"]
        return items

    @property
    def total(self) -> int:
        """The number of items that the page states for the whole list."""
        total: int = self.body["total"]
        return total

    @property
    def end(self) -> int:
        """The number of items up to the end of this page, as far as they came."""
        return self.offset + len(self.items)

    @property
    def limit(self) -> int:
        """The number of items that a page may have, as the page states it."""
        limit = self.body.get("limit")
        return limit if type(limit) is int and limit > 0 else PAGE_LIMIT

    def __str__(self) -> str:
        return f"the page at offset {self.offset}"


class Reading:
    """What the playlist object and the pages of one reading say together.

    Positions are certain to the page: the offset of each page is certain, and if a page has fewer
    items than it should, nobody knows which are missing. So its items count from its offset, and
    the gap is at its end. Memory doesn't grow with the list.
    """

    def __init__(self, playlist: dict[str, Any]) -> None:
        self.stated_total = stated_total(playlist)
        self._items_inside = _items_inside(playlist)
        self.total = self.stated_total or 0
        self.items = 0
        """The number of items that came."""
        self._total_by = "the playlist object"
        self._identities: list[bytes] = []
        self._page_before = ""
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> bytes:
        """Equal for two readings with the same total and the same items at the same positions."""
        digest = self._digest.copy()
        digest.update(f"{self.total}".encode())
        return digest.digest()

    @property
    def is_complete(self) -> bool:
        """Whether as many items came as the list has."""
        return self.items == self.total

    def add(self, page: Page) -> None:
        """Add the following page; raises ContradictoryPage."""
        if self.stated_total is None and not self._page_before:
            self.total, self._total_by = page.total, str(page)
        if page.total != self.total:
            raise ContradictoryPage(
                f"{self._total_by} says {self.total} items, and {page} says {page.total}"
            )
        self._total_by = str(page)
        if page.end > self.total:
            raise ContradictoryPage(
                f"{page} says {self.total} items, and goes up to item {page.end}"
            )
        identities = [identity(item) for item in page.items]
        if identities == self._identities and _are_mostly_different(identities):
            raise ContradictoryPage(f"{page} has the same items as {self._page_before}")
        self._digest.update(f"{page.offset}\n".encode() + b"".join(identities))
        self._page_before, self._identities = str(page), identities
        self.items += len(identities)

    def finish(self) -> None:
        """Call this after the last page; raises ContradictoryPage."""
        if self._items_inside > self.total:
            raise ContradictoryPage(
                f"the playlist object has {self._items_inside} items, and {self._total_by} says "
                f"{self.total}"
            )
        if self.total and not self.items:
            raise ContradictoryPage(f"{self._total_by} says {self.total} items, and none came")


def stated_total(playlist: dict[str, Any]) -> int | None:
    """The number of items that a playlist object states; None if it states none.

    `items` replaced `tracks` in 2026. An account that may not read the list gets neither.
    """
    totals = [page.get("total") for page in _pages_inside(playlist)]
    return next((total for total in totals if type(total) is int), None)


def next_page(page: Page, listing: Listing, api_url: str) -> tuple[int, str] | None:
    """Offset and URL of the page after this one; None after the last.

    If a page has more items than its limit, the following page begins after them. There are never
    more pages than items. Raises MisleadingPage, ContradictoryPage.
    """
    if not page.body.get("next"):
        return None
    if not page.items:
        raise ContradictoryPage(f"{page} has a `next`, but no items")
    url, stated = _checked_url(page, listing, api_url)
    has_too_many = len(page.items) > min(page.limit, PAGE_LIMIT)
    first = page.offset + 1 if has_too_many else page.end
    if not first <= stated <= max(page.offset + page.limit, page.end):
        raise ContradictoryPage(
            f"{page} has {len(page.items)} items of at most {page.limit}, and its `next` is the "
            f"page at offset {stated}"
        )
    offset = max(stated, page.end)
    if offset >= page.total:
        return None
    return offset, url if offset == stated else _with_offset(url, offset)


def identity(item: Any) -> bytes:
    """What identifies an item; other fields may differ from response to response."""
    if not isinstance(item, dict):
        return b"null\n"
    content = item.get("item") if isinstance(item.get("item"), dict) else item.get("track")
    uri = content.get("uri") if isinstance(content, dict) else None
    return json.dumps([item.get("added_at"), uri]).encode() + b"\n"


def _checked_url(page: Page, listing: Listing, api_url: str) -> tuple[str, int]:
    """The URL in `next` and its offset; raises MisleadingPage unless it is a page of this list."""
    url: Any = page.body["next"]
    try:
        parts = urlsplit(url)
        offsets = [value for key, value in parse_qsl(parts.query) if key == "offset"]
        if (
            origin(url) == origin(api_url)
            and "@" not in parts.netloc
            and f"{listing.path}/" in f"{parts.path}/"
            and len(offsets) == 1
            and offsets[0].isascii()
            and offsets[0].isdigit()
        ):
            return str(urlunsplit(parts)), int(offsets[0])
    except (ValueError, TypeError, AttributeError):
        pass
    raise MisleadingPage(
        f"the page of {listing.name} at offset {page.offset}: its `next` is not a page of this "
        "list on the same server, so it was not followed; run again later"
    )


def _with_offset(url: str, offset: int) -> str:
    parts = urlsplit(url)
    query = [
        (key, str(offset) if key == "offset" else value) for key, value in parse_qsl(parts.query)
    ]
    return str(urlunsplit(parts._replace(query=urlencode(query))))


def _items_inside(playlist: dict[str, Any]) -> int:
    """The number of items in a playlist object."""
    pages = _pages_inside(playlist)
    return max(
        (len(page["items"]) for page in pages if isinstance(page.get("items"), list)), default=0
    )


def _pages_inside(playlist: dict[str, Any]) -> list[dict[str, Any]]:
    return [value for key in ("items", "tracks") if isinstance(value := playlist.get(key), dict)]


def _are_mostly_different(identities: list[bytes]) -> bool:
    """Whether a list cannot consist of these items over and over, such as one song 100 times."""
    return 2 * len(set(identities)) > len(identities)
