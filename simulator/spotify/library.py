"""The playlists that the simulated Spotify's user can ask for, and who may read them."""

import base64
import functools
import hashlib
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from simulator.spotify.oddities import odd_rows
from simulator.world.catalogue import PAGE_LIMIT, SimulatedCatalogue
from simulator.world.lists import CURATOR, FRIENDS
from simulator.world.payloads import Body, Generation, reference, user_body

USER_ID = CURATOR
"""The token's user owns the second list of the catalogue and collaborates on the third."""

EDITORIAL_ID = "37i9dQZF1DXSimulated00"
"""One of Spotify's own lists: 404, as for every app without an older permission."""
PRIVATE_ID = "PrivateListOfSomebody0"
"""Somebody else's private list: 404."""
SOMEBODY_ELSES_ID = "PublicListOfSomebody00"
"""Somebody else's public list; in the 2026 generation it has no items, and they are 403."""
EMPTY_ID = "EmptyList0000000000000"
AT_LIMIT_ID = "List10000Items00000000"
"""10,000 items, the most that Spotify's own apps allow."""
OVER_LIMIT_ID = "List10001Items00000000"
WRONG_TOTAL_ID = "ListWithWrongTotal0000"
"""Claims three items more than its 120."""
ODDITIES_ID = "ListOfOddities00000000"
"""Nulls and gaps that are rare in real lists; the last row is null as a whole."""


class Served(NamedTuple):
    """The day, generation and base URL that bodies are made for."""

    on: date
    generation: Generation
    base_url: str


@dataclass(frozen=True)
class Listed:
    """One list; its items are those of a catalogue list, over and over up to `size`."""

    playlist_id: str
    source_id: str
    name: str | None = None  # None: as the source in all that it shows
    size: int | None = None  # None: as the source
    claims_too_many: int = 0
    is_users: bool = True
    is_odd: bool = False


class Library:
    """The catalogue's three lists and special ones, as of one day and generation.

    Until February 2026 everybody read the chart as Spotify's own; in the 2026 generation it is
    the user's copy, since nothing else could be read.
    """

    def __init__(self, catalogue: SimulatedCatalogue) -> None:
        self._catalogue = catalogue
        # The catalogue's own caches would make a song twice for two threads.
        self._lock = threading.Lock()
        self.catalogue_ids = catalogue.playlist_ids
        self._chart_id, _, mixtape_id = catalogue.playlist_ids
        listed = [Listed(playlist_id, playlist_id) for playlist_id in catalogue.playlist_ids]
        listed += [
            Listed(SOMEBODY_ELSES_ID, self._chart_id, "Not yours", 20, is_users=False),
            Listed(EMPTY_ID, mixtape_id, "Nothing here yet", 0),
            Listed(AT_LIMIT_ID, mixtape_id, "As long as a list can get", 10_000),
            Listed(OVER_LIMIT_ID, mixtape_id, "Longer than a list can get", 10_001),
            Listed(WRONG_TOTAL_ID, mixtape_id, "Cannot count", 120, claims_too_many=3),
            Listed(ODDITIES_ID, self._chart_id, "Rarely seen", is_odd=True),
        ]
        self._listed = {one.playlist_id: one for one in listed}
        self._removed: Counter[str] = Counter()
        self._versions: Counter[str] = Counter()
        self._source_items = functools.lru_cache(maxsize=4)(self._read_items)
        # A list is asked for twice in an extraction, and costs as much as a page of it
        self._source_face = functools.lru_cache(maxsize=4)(self._read_face)

    def ids(self) -> list[str]:
        """The lists in the user's library."""
        return [one.playlist_id for one in self._listed.values() if one.is_users]

    def has(self, playlist_id: str) -> bool:
        return playlist_id in self._listed

    def may_read_items(self, playlist_id: str, generation: Generation) -> bool:
        return self._listed[playlist_id].is_users or generation != "2026"

    def edit(self, playlist_id: str, *, items: bool, snapshot_id: bool) -> None:
        """Remove the list's first item, give it a new snapshot id, or both."""
        self._removed[playlist_id] += items
        self._versions[playlist_id] += snapshot_id

    def undo_edits(self) -> None:
        self._removed.clear()
        self._versions.clear()

    def face(self, playlist_id: str, served: Served) -> Body:
        """The playlist object without `items` and `tracks`."""
        listed = self._listed[playlist_id]
        body = dict(self._source_face(listed.source_id, served))
        if listed.name is not None:
            owner_id = USER_ID if listed.is_users else FRIENDS[3]
            body |= reference("playlist", playlist_id, served.base_url) | {
                "collaborative": False,
                "description": "",
                "images": None,
                "name": listed.name,
                "owner": {"display_name": owner_id} | user_body(owner_id, served.base_url),
                "public": True,
            }
        elif playlist_id == self._chart_id and served.generation == "2026":
            body["owner"] = {"display_name": "Mirelha Quay"} | user_body(USER_ID, served.base_url)
        version = self._versions[playlist_id]
        if listed.name is not None or version:
            known = f"{body['snapshot_id']}/{playlist_id}/{version}"
            digest = hashlib.sha256(known.encode()).digest()
            body["snapshot_id"] = base64.b64encode(digest[:24]).decode("ascii")
        return body

    def total(self, playlist_id: str, served: Served) -> int:
        """The number of items that Spotify claims."""
        count = self._count(playlist_id, served)
        return count + self._listed[playlist_id].claims_too_many

    def items(
        self, playlist_id: str, served: Served, *, offset: int, limit: int
    ) -> list[Body | None]:
        """The rows of one page; past the end there are none."""
        source = self._source_items(self._listed[playlist_id], served)
        removed = self._removed[playlist_id]
        count = self._count(playlist_id, served)
        return [
            source[(position + removed) % len(source)]
            for position in range(offset, min(offset + limit, count))
        ]

    def _count(self, playlist_id: str, served: Served) -> int:
        listed = self._listed[playlist_id]
        size = listed.size
        if size is None:
            size = len(self._source_items(listed, served))
        return max(0, size - self._removed[playlist_id])

    def _read_face(self, source_id: str, served: Served) -> Body:
        with self._lock:
            body = self._catalogue.playlist(source_id, *served)
        return {key: value for key, value in body.items() if key not in ("items", "tracks")}

    def _read_items(self, listed: Listed, served: Served) -> Sequence[Body | None]:
        items: list[Body] = []
        total = 1
        while len(items) < total:
            with self._lock:
                page = self._catalogue.items_page(
                    listed.source_id,
                    served.on,
                    served.generation,
                    offset=len(items),
                    limit=PAGE_LIMIT[served.generation],
                    base_url=served.base_url,
                )
            items += page["items"]
            total = page["total"]
        return odd_rows(items) if listed.is_odd else items
