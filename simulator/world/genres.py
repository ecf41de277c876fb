"""What the simulated MusicBrainz and ListenBrainz know of artists; genres and tags are invented."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from simulator.world.names import pick
from simulator.world.songs import Artist

_GENRES = (
    *("lake pop", "dock rock", "ferry techno", "reed folk", "tugboat soul", "fog ambient"),
    *("harbour hip hop", "jetty jazz", "buoy bounce", "quay house", "lantern indie", "tide metal"),
)
_FREE_TAGS = ("seen at the pier", "waterproof", "my uncle's favourite", "lakeside", "slow")


class Link(NamedTuple):
    """A relation between a Spotify artist and an artist of MusicBrainz."""

    mbid: str
    name: str
    ended: bool = False
    kind: str = "free streaming"


class Tag(NamedTuple):
    """A tag of an artist; only an official genre has a `genre_mbid`."""

    name: str
    votes: int
    genre_mbid: str | None = None


@dataclass
class MusicDirectory:
    """The links of Spotify artists, by id, and the tags of MusicBrainz's artists, by MBID.

    An MBID that is missing in `tags` is one that ListenBrainz doesn't know, such as a merged one.
    None: its answer has no key for tags.
    """

    links: dict[str, list[Link]] = field(default_factory=dict)
    tags: dict[str, list[Tag] | None] = field(default_factory=dict)


def invented_directory(artists: Iterable[Artist], seed: int = 2026) -> MusicDirectory:
    """Of every 20 artists about two are unknown, one is ambiguous, and two have no genre."""
    directory = MusicDirectory()
    for artist in artists:
        rng = random.Random(f"{seed}/genres/{artist.artist_id}")  # noqa: S311, not for secrets
        _add(directory, artist, rng)
    return directory


def genre_mbid(name: str) -> str:
    """The invented id of a genre."""
    return _uuid(random.Random(f"genre/{name}"))  # noqa: S311, not for secrets


def _add(directory: MusicDirectory, artist: Artist, rng: random.Random) -> None:
    chance = rng.random()
    if chance < 0.1:
        return
    mbid, other = _uuid(rng), _uuid(rng)
    links = [Link(mbid, artist.name)]
    if chance < 0.15:
        links.append(Link(other, f"{artist.name} (duo)"))
    elif chance < 0.25:
        links.append(Link(other, artist.name, ended=True))
    directory.links[artist.artist_id] = links
    if chance < 0.95:
        directory.tags[mbid] = _tags(artist, rng) if chance < 0.9 else []


def _tags(artist: Artist, rng: random.Random) -> list[Tag]:
    # Artists of one language sing related genres
    first = sum(artist.language.encode()) + int(rng.random() * 4)
    votes = 3 + int(artist.fame * 40)
    tags = []
    for number in range(1 + int(rng.random() * 3)):
        name = _GENRES[(first + number) % len(_GENRES)]
        tags.append(Tag(name, max(1, votes // (number + 1)), genre_mbid(name)))
    return [*tags, Tag(pick(rng, _FREE_TAGS), 1 + votes // 2)]


def _uuid(rng: random.Random) -> str:
    return str(UUID(bytes=bytes(int(rng.random() * 256) for _ in range(16)), version=4))
