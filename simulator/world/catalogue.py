"""The simulated Spotify's catalogue: three overlapping lists of invented songs, for any date."""

import base64
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from simulator.world.lists import CURATOR, FRIENDS, Chart, FreshPicks, Mixtape, Row
from simulator.world.names import base62_id
from simulator.world.payloads import Body, Generation, item_body, reference, user_body
from simulator.world.releases import World

__all__ = [
    "BASE_URL",
    "PAGE_LIMIT",
    "Generation",
    "PageOutOfRangeError",
    "SimulatedCatalogue",
    "SimulationError",
    "UnknownPlaylistError",
]

BASE_URL = "https://api.spotify.com/v1"
PAGE_LIMIT: dict[Generation, int] = {"legacy": 100, "transitional": 50, "2026": 50}
"""The most items that a page of each generation holds."""

_SPOTIFY_LAUNCH = date(2008, 10, 7).toordinal()


class SimulationError(Exception):
    """The simulated Spotify cannot do what it was asked."""


class UnknownPlaylistError(SimulationError, KeyError):
    """No simulated list has this id."""

    def __init__(self, playlist_id: str, known: Sequence[str]) -> None:
        self.playlist_id = playlist_id
        super().__init__(
            f"the simulated Spotify has no playlist {playlist_id}; ask for {', '.join(known)}"
        )

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would quote the sentence


class PageOutOfRangeError(SimulationError, ValueError):
    """An offset or limit that Spotify answers with 400."""

    def __init__(self, playlist_id: str, offset: int, limit: int, max_limit: int) -> None:
        super().__init__(
            f"no page of playlist {playlist_id} has offset {offset} and limit {limit};"
            f" ask for offset 0 or more and limit 1 to {max_limit}"
        )


@dataclass(frozen=True)
class _Face:
    """What a list shows besides its items."""

    name: str
    description: str
    owner_id: str
    owner_name: str
    is_collaborative: bool
    followers: int
    followers_a_day: int


_FACES = (
    _Face(
        name="Top 50 - Lakeside",
        description="Your daily update of the most played songs around the lake right now.",
        owner_id="spotify",
        owner_name="Spotify",
        is_collaborative=False,
        followers=402_118,
        followers_a_day=61,
    ),
    _Face(
        name="Fresh Catch Friday 🎣",
        description=(
            'New &amp; still wet, picked by <a href="https://quay.example/mirelha">Mirelha</a>'
            " every Friday. Don&#x27;t blink!"
        ),
        owner_id=CURATOR,
        owner_name="Mirelha Quay",
        is_collaborative=False,
        followers=1_204,
        followers_a_day=1,
    ),
    _Face(
        name="Boathouse mixtape · شريط المرفأ",
        description="",
        owner_id=FRIENDS[1],
        owner_name="Tugboat & Thermos",
        is_collaborative=True,
        followers=4,
        followers_a_day=0,
    ),
)


class SimulatedCatalogue:
    """A seeded world and its three lists, of 50, 100 and 400 items.

    A seed gives the same bodies in every process and on every Python version, whatever was asked
    before. Any date will do, from the year 10 to 9990. Every call gives fresh objects.
    """

    def __init__(self, seed: int = 2026) -> None:
        self._world = World(seed)
        rng = self._world.rng("playlists")
        self._faces = {base62_id(rng): face for face in _FACES}
        self.playlist_ids: tuple[str, ...] = tuple(self._faces)
        self._movers = dict(
            zip(
                self.playlist_ids,
                (Chart(self._world).rows, FreshPicks(self._world).rows, Mixtape(self._world).rows),
                strict=True,
            )
        )
        # Pages of one list and day are asked for one after the other.
        self._rows = functools.lru_cache(maxsize=16)(self._rows_of_day)

    def playlist(
        self, playlist_id: str, on: date, generation: Generation, base_url: str = BASE_URL
    ) -> Body:
        """The body of `GET /playlists/{id}`, its first page under `tracks`, `items` or both.

        Raises UnknownPlaylistError.
        """
        face = self._face(playlist_id)
        query = urlencode({"additional_types": "track,episode"})
        owner = user_body(face.owner_id, base_url)
        body: Body = reference("playlist", playlist_id, base_url) | {
            "collaborative": face.is_collaborative,
            "description": face.description,
            "href": f"{base_url}/playlists/{playlist_id}?{query}",
            "images": [
                {
                    "height": None,
                    "url": f"https://i.scdn.example/image/{playlist_id}",
                    "width": None,
                }
            ],
            "name": face.name,
            "owner": {"display_name": face.owner_name} | owner,
            "primary_color": None,
            "public": not face.is_collaborative,
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
            followers = face.followers + face.followers_a_day * days
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
        """The body of `GET /playlists/{id}/items`, for legacy `/playlists/{id}/tracks`.

        An offset past the end gives no items, as Spotify does.

        Raises UnknownPlaylistError, and PageOutOfRangeError for what Spotify answers with 400.
        """
        self._face(playlist_id)
        if offset < 0 or not 1 <= limit <= PAGE_LIMIT[generation]:
            raise PageOutOfRangeError(playlist_id, offset, limit, PAGE_LIMIT[generation])
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

        def url(at: int) -> str:
            query = {"offset": at, "limit": limit, "additional_types": "track,episode"}
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
        return tuple(self._movers[playlist_id](on.toordinal()))

    def _face(self, playlist_id: str) -> _Face:
        try:
            return self._faces[playlist_id]
        except KeyError:
            raise UnknownPlaylistError(playlist_id, self.playlist_ids) from None

    def _snapshot_id(self, playlist_id: str, on: date) -> str:
        """24 bytes, as in captures since 2024; another every day, whether songs moved or not."""
        rng = self._world.rng("snapshot", playlist_id, on.toordinal())
        noise = bytes(int(rng.random() * 256) for _ in range(20))
        return base64.b64encode(on.toordinal().to_bytes(4, "big") + noise).decode("ascii")
