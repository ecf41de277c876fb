"""Three overlapping lists of invented songs for any date, as Spotify's response bodies."""

import base64
import functools
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from simulator.world.lists import CURATOR, FRIENDS, Chart, FreshPicks, Mixtape, Row
from simulator.world.names import base62_id
from simulator.world.payloads import Body, Generation, item_body, reference, user_body
from simulator.world.releases import World

__all__ = ["BASE_URL", "PAGE_LIMIT", "Generation", "SimulatedCatalogue"]

BASE_URL = "https://api.spotify.com/v1"
PAGE_LIMIT: dict[Generation, int] = {"legacy": 100, "transitional": 50, "2026": 50}
"""The most items of a page, by generation."""

_SPOTIFY_LAUNCH = date(2008, 10, 7).toordinal()


@dataclass(frozen=True)
class _Details:
    """What a playlist object says besides its items."""

    name: str
    description: str
    owner_id: str
    owner_name: str
    is_collaborative: bool
    followers: int
    followers_per_day: int


_DETAILS = (
    _Details(
        name="Top 50 - Lakeside",
        description="Your daily update of the most played songs around the lake right now.",
        owner_id="spotify",
        owner_name="Spotify",
        is_collaborative=False,
        followers=402_118,
        followers_per_day=61,
    ),
    _Details(
        name="Fresh Catch Friday 🎣",
        description=(
            'New &amp; still wet, picked by <a href="https://quay.example/mirelha">Mirelha</a>'
            " every Friday. Don&#x27;t blink!"
        ),
        owner_id=CURATOR,
        owner_name="Mirelha Quay",
        is_collaborative=False,
        followers=1_204,
        followers_per_day=1,
    ),
    _Details(
        name="Boathouse mixtape · شريط المرفأ",
        description="",
        owner_id=FRIENDS[1],
        owner_name="Tugboat & Thermos",
        is_collaborative=True,
        followers=4,
        followers_per_day=0,
    ),
)


class SimulatedCatalogue:
    """The three lists of a seeded world, with 50, 100 and 400 items.

    The same seed gives the same bodies in every process and Python version, in any order of calls.
    Dates may be from the year 10 to 9990. Every call returns new objects. Calls with an unknown
    `playlist_id` raise KeyError.
    """

    def __init__(self, seed: int = 2026) -> None:
        self._world = World(seed)
        self.artists = self._world.artists
        """The artists of its songs."""
        rng = self._world.rng("playlists")
        self._details = {base62_id(rng): details for details in _DETAILS}
        self.playlist_ids: tuple[str, ...] = tuple(self._details)
        lists: tuple[Chart | FreshPicks | Mixtape, ...] = (
            Chart(self._world),
            FreshPicks(self._world),
            Mixtape(self._world),
        )
        self._lists = dict(zip(self.playlist_ids, lists, strict=True))
        # Clients read the pages of one list and day one after the other.
        self._rows = functools.lru_cache(maxsize=16)(self._rows_of_day)

    def playlist(
        self, playlist_id: str, on: date, generation: Generation, base_url: str = BASE_URL
    ) -> Body:
        """The body of `GET /playlists/{id}`; the first page is under `tracks`, `items` or both."""
        details = self._details[playlist_id]
        query = urlencode({"additional_types": "track,episode"})
        owner = user_body(details.owner_id, base_url)
        body: Body = reference("playlist", playlist_id, base_url) | {
            "collaborative": details.is_collaborative,
            "description": details.description,
            "href": f"{base_url}/playlists/{playlist_id}?{query}",
            "images": [
                {
                    "height": None,
                    "url": f"https://i.scdn.example/image/{playlist_id}",
                    "width": None,
                }
            ],
            "name": details.name,
            "owner": {"display_name": details.owner_name} | owner,
            "primary_color": None,
            "public": not details.is_collaborative,
            "snapshot_id": self._snapshot_id(playlist_id, on),
        }
        first = functools.partial(
            self._page,
            playlist_id,
            on,
            generation,
            base_url,
            offset=0,
            limit=PAGE_LIMIT[generation],
        )
        if generation != "2026":
            days = max(0, on.toordinal() - _SPOTIFY_LAUNCH)
            followers = details.followers + details.followers_per_day * days
            body["followers"] = {"href": None, "total": followers}
            body["tracks"] = first(path="tracks")
        if generation != "legacy":
            body["items"] = first(path="items")
        return body

    def items_page(
        self,
        playlist_id: str,
        on: date,
        generation: Generation,
        *,
        offset: int = 0,
        limit: int = 50,
        base_url: str = BASE_URL,
    ) -> Body:
        """The body of `GET /playlists/{id}/items`, in legacy `/playlists/{id}/tracks`.

        The page is empty if the offset is past the end, as in Spotify.
        """
        path = "tracks" if generation == "legacy" else "items"
        return self._page(
            playlist_id, on, generation, base_url, offset=offset, limit=limit, path=path
        )

    def _page(
        self,
        playlist_id: str,
        on: date,
        generation: Generation,
        base_url: str,
        *,
        offset: int,
        limit: int,
        path: str,
    ) -> Body:
        rows = self._rows(playlist_id, on)

        def url(to_offset: int) -> str:
            query = {"offset": to_offset, "limit": limit, "additional_types": "track,episode"}
            return f"{base_url}/playlists/{playlist_id}/{path}?{urlencode(query)}"

        return {
            "href": url(offset),
            "items": [
                item_body(row, generation, base_url) for row in rows[offset : offset + limit]
            ],
            "limit": limit,
            "next": url(offset + limit) if offset + limit < len(rows) else None,
            "offset": offset,
            "previous": url(max(0, offset - limit)) if offset > 0 else None,
            "total": len(rows),
        }

    def _rows_of_day(self, playlist_id: str, on: date) -> tuple[Row, ...]:
        return tuple(self._lists[playlist_id].rows(on.toordinal()))

    def _snapshot_id(self, playlist_id: str, on: date) -> str:
        """24 bytes, as in captures since 2024; changes every day, with or without edits."""
        rng = self._world.rng("snapshot", playlist_id, on.toordinal())
        noise = bytes(int(rng.random() * 256) for _ in range(20))
        return base64.b64encode(on.toordinal().to_bytes(4, "big") + noise).decode("ascii")
