"""The lists that the simulated Spotify serves, and who may read them."""

import base64
import functools
import hashlib
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from simulator.spotify.liked_songs import liked_songs
from simulator.spotify.odd_rows import odd_rows
from simulator.spotify.replaced_songs import Replacement, with_replaced_song
from simulator.world.catalogue import PAGE_LIMIT, SimulatedCatalogue
from simulator.world.lists import CURATOR, FRIENDS
from simulator.world.payloads import Body, Generation, reference, user_body

USER_ID = CURATOR
"""The token's user. Owns the catalogue's second list and collaborates on the third."""

EDITORIAL_ID = "37i9dQZF1DXSimulated00"
"""One of Spotify's own lists. New apps get 404."""
PRIVATE_ID = "PrivateListOfSomebody0"
"""Another user's private list: 404."""
SOMEBODY_ELSES_ID = "PublicListOfSomebody00"
"""Another user's public list. In generation 2026 it has no `items`, and its pages are 403."""
SOMEBODYS_COLLABORATIVE_ID = "SomebodysTeamList00000"
"""Another user's list for collaborators. The user follows it, but is not one of them."""
EMPTY_ID = "EmptyList0000000000000"
AT_LIMIT_ID = "List10000Items00000000"
"""10,000 items, the limit of Spotify's own apps."""
OVER_LIMIT_ID = "List10001Items00000000"
WRONG_TOTAL_ID = "ListWithWrongTotal0000"
"""Has 120 items and a `total` of 123."""
ODDITIES_ID = "ListOfOddities00000000"
"""A list with rows that are rare in real lists: nulls, missing keys, and null as the last row."""
LIKED_SONGS = "Liked Songs"
"""The key of the user's Liked Songs, which are not a playlist."""


class ResponseContext(NamedTuple):
    """The date, payload generation and base URL of a response."""

    on: date
    generation: Generation
    base_url: str


@dataclass(frozen=True)
class _ServedList:
    """One list, with the items of a catalogue list.

    `name` and `size` are the catalogue list's if None; a larger `size` repeats its items.
    """

    playlist_id: str
    source_id: str
    name: str | None = None
    size: int | None = None
    extra_total: int = 0
    is_users: bool = True
    is_collaborative: bool = False
    is_odd: bool = False


class Library:
    """The catalogue's three lists, and special ones for tests.

    The chart is Spotify's own list until February 2026, when everybody could read it. In
    generation 2026 it is the user's copy, because new apps can read only the user's lists.
    """

    def __init__(self, catalogue: SimulatedCatalogue) -> None:
        self._catalogue = catalogue
        # Without a lock, two threads would create the same song twice in the catalogue's caches.
        self._lock = threading.Lock()
        self.catalogue_ids = catalogue.playlist_ids
        self._chart_id, _, mixtape_id = catalogue.playlist_ids
        served = [_ServedList(playlist_id, playlist_id) for playlist_id in catalogue.playlist_ids]
        served += [
            _ServedList(SOMEBODY_ELSES_ID, self._chart_id, "Not yours", 20, is_users=False),
            _ServedList(
                SOMEBODYS_COLLABORATIVE_ID,
                self._chart_id,
                "Not your team",
                20,
                is_users=False,
                is_collaborative=True,
            ),
            _ServedList(EMPTY_ID, mixtape_id, "Nothing here yet", 0),
            _ServedList(AT_LIMIT_ID, mixtape_id, "As long as a list can get", 10_000),
            _ServedList(OVER_LIMIT_ID, mixtape_id, "Longer than a list can get", 10_001),
            _ServedList(WRONG_TOTAL_ID, mixtape_id, "Cannot count", 120, extra_total=3),
            _ServedList(ODDITIES_ID, self._chart_id, "Rarely seen", is_odd=True),
        ]
        self._playlist_ids = [one.playlist_id for one in served]
        served.append(_ServedList(LIKED_SONGS, mixtape_id))
        self._lists = {one.playlist_id: one for one in served}
        self._removed_items: Counter[str] = Counter()
        self._snapshot_edits: Counter[str] = Counter()
        self._replacements: dict[str, Replacement] = {}
        self._source_items = functools.lru_cache(maxsize=4)(self._read_items)
        # An extraction asks twice for the playlist object, which takes as long as a page.
        self._source_details = functools.lru_cache(maxsize=4)(self._read_details)

    def followed_ids(self, *, collaborative: bool, context: ResponseContext) -> list[str | None]:
        """The ids of the playlists in the user's library; None for one that was deleted.

        Collaborative ones are there only if they are asked for.
        """
        ids = [
            one
            for one in self._playlist_ids
            if collaborative or not self.details(one, context)["collaborative"]
        ]
        return [*ids[:3], None, *ids[3:]]

    def has(self, playlist_id: str) -> bool:
        return playlist_id in self._playlist_ids

    def may_read_items(self, playlist_id: str, generation: Generation) -> bool:
        return self._lists[playlist_id].is_users or generation != "2026"

    def edit(self, playlist_id: str, *, items: bool, snapshot_id: bool) -> None:
        """Remove the list's first item, change its snapshot id, or both."""
        self._removed_items[playlist_id] += items
        self._snapshot_edits[playlist_id] += snapshot_id

    def replace_song(self, song_id: str, replacement: Replacement) -> None:
        """Serve a song of the catalogue under another id from now on, in every list."""
        self._replacements[song_id] = replacement

    def undo_edits(self) -> None:
        self._removed_items.clear()
        self._snapshot_edits.clear()
        self._replacements.clear()

    def details(self, playlist_id: str, context: ResponseContext) -> Body:
        """The playlist object without `items` and `tracks`."""
        served = self._lists[playlist_id]
        body = dict(self._source_details(served.source_id, context))
        if served.name is not None:
            owner_id = USER_ID if served.is_users else FRIENDS[3]
            body |= reference("playlist", playlist_id, context.base_url) | {
                "collaborative": served.is_collaborative,
                "description": "",
                "images": None,
                "name": served.name,
                "owner": {"display_name": owner_id} | user_body(owner_id, context.base_url),
                "public": True,
            }
        elif playlist_id == self._chart_id and context.generation == "2026":
            body["owner"] = {"display_name": "Mirelha Quay"} | user_body(USER_ID, context.base_url)
        edits = self._snapshot_edits[playlist_id]
        if served.name is not None or edits:
            version = f"{body['snapshot_id']}/{playlist_id}/{edits}"
            digest = hashlib.sha256(version.encode()).digest()
            body["snapshot_id"] = base64.b64encode(digest[:24]).decode("ascii")
        return body

    def total(self, playlist_id: str, context: ResponseContext) -> int:
        """The number of items in the `total` of a page."""
        return self._count(playlist_id, context) + self._lists[playlist_id].extra_total

    def items(
        self, playlist_id: str, context: ResponseContext, *, offset: int, limit: int
    ) -> list[Body | None]:
        """The rows of one page; none past the end."""
        source = self._source_items(self._lists[playlist_id], context)
        removed = self._removed_items[playlist_id]
        count = self._count(playlist_id, context)
        served = (context.generation, context.base_url)
        return [
            with_replaced_song(source[(index + removed) % len(source)], self._replacements, *served)
            for index in range(offset, min(offset + limit, count))
        ]

    def _count(self, playlist_id: str, context: ResponseContext) -> int:
        served = self._lists[playlist_id]
        size = served.size
        if size is None:
            size = len(self._source_items(served, context))
        return max(0, size - self._removed_items[playlist_id])

    def _read_details(self, source_id: str, context: ResponseContext) -> Body:
        with self._lock:
            body = self._catalogue.playlist(source_id, *context)
        return {key: value for key, value in body.items() if key not in ("items", "tracks")}

    def _read_items(self, served: _ServedList, context: ResponseContext) -> Sequence[Body | None]:
        items: list[Body] = []
        total = 1
        while len(items) < total:
            with self._lock:
                page = self._catalogue.items_page(
                    served.source_id,
                    context.on,
                    context.generation,
                    offset=len(items),
                    limit=PAGE_LIMIT[context.generation],
                    base_url=context.base_url,
                )
            items += page["items"]
            total = page["total"]
        if served.playlist_id == LIKED_SONGS:
            return liked_songs(items)
        return odd_rows(items) if served.is_odd else items
