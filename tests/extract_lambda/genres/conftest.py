"""A lake, and the two services over HTTP, with a clock that only waits move on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extract_lambda.genres.api import GenreApi
from extract_lambda.genres.fetching import GenreReport, fetch_genres
from extract_lambda.genres.settings import GenreSettings
from extract_lambda.retries import RetryBudget
from lake.genre_answers import Genre, GenreCall, genres_of_mbids, matched_mbids
from lake.genres import genres_keys, read_genre_calls
from lake.storage import open_storage
from simulator.listenbrainz import SimulatedListenBrainz
from simulator.musicbrainz import SimulatedMusicBrainz
from simulator.world.genres import Link, MusicDirectory, Tag

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
ROCK = "b43ef80e-e3e1-4f3d-8d3c-9c2d2a2a2a2a"


def artist(number: int) -> str:
    """A Spotify artist's id."""
    return f"{number:022}"


def mbid(number: int) -> str:
    """An MBID."""
    return f"{number:08}-0000-4000-8000-000000000000"


class Genres:
    """Runs over one lake; each run has a new client, like a process."""

    def __init__(self, lake: Path, stack: ExitStack) -> None:
        self.now = NOON
        self.waits: list[float] = []
        self.lake = lake
        self.storage = open_storage(lake)
        self.directory = MusicDirectory()
        self.musicbrainz = stack.enter_context(SimulatedMusicBrainz(self.directory, self.clock))
        self.listenbrainz = stack.enter_context(SimulatedListenBrainz(self.directory, self.clock))

    def clock(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += timedelta(seconds=seconds)

    def know(self, *numbers: int) -> None:
        """Let the services know artists, each with the genre rock."""
        for number in numbers:
            self.directory.links[artist(number)] = [Link(mbid(number), f"artist {number}")]
            self.directory.tags[mbid(number)] = [Tag("rock", 3, ROCK)]

    def run(
        self,
        artist_ids: Sequence[str],
        time_left: Callable[[], float] | None = None,
        on_call: Callable[[str], object] = lambda _: None,
    ) -> GenreReport:
        """One run; `waits` are its own."""
        self.waits = []
        api = GenreApi(
            GenreSettings(self.musicbrainz.url, self.listenbrainz.url),
            "you@example.org",
            clock=self.clock,
            sleep=self.sleep,
            random=lambda: 0.5,
            budget=RetryBudget(time_left=time_left),
        )
        return fetch_genres(artist_ids, self.storage, api, clock=self.clock, on_call=on_call)

    def asked(self) -> list[list[str]]:
        """The artists in each call to MusicBrainz so far that was answered with 200 or 404."""
        return [
            [value.rpartition("/")[2] for name, value in one.values if name == "resource"]
            for one in self.musicbrainz.requests
            if one.status in (200, 404)
        ]

    def statuses(self) -> tuple[list[int], list[int]]:
        """The status of every answer so far, of both services."""
        return (
            [one.status for one in self.musicbrainz.requests],
            [one.status for one in self.listenbrainz.requests],
        )

    def calls(self) -> list[GenreCall]:
        """The calls in the lake."""
        keys = genres_keys(self.storage)
        return [call for key in keys for call in read_genre_calls(self.storage, key)]

    def matches(self) -> dict[str, tuple[str, ...]]:
        """The MBIDs of each artist in the lake."""
        found: dict[str, tuple[str, ...]] = {}
        for call in self.calls():
            if call.service == "musicbrainz":
                found |= matched_mbids(call)
        return found

    def genres(self) -> dict[str, list[Genre]]:
        """The genres of each MBID in the lake."""
        found: dict[str, list[Genre]] = {}
        for call in self.calls():
            if call.service == "listenbrainz":
                found |= genres_of_mbids(call)
        return found


@pytest.fixture
def genres(tmp_path: Path) -> Iterator[Genres]:
    with ExitStack() as stack:
        yield Genres(tmp_path / "lake", stack)
