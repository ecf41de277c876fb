"""The simulated MusicBrainz and ListenBrainz answer as the real ones are documented to."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from simulator.listenbrainz import SimulatedListenBrainz
from simulator.musicbrainz import SimulatedMusicBrainz
from simulator.world.genres import Link, MusicDirectory, Tag, invented_directory
from simulator.world.releases import World

AGENT = {"User-Agent": "test/1 ( me@example.org )"}
M1, M2, M3 = (f"{number:08}-0000-4000-8000-000000000000" for number in (1, 2, 3))


class Services:
    def __init__(self, stack: ExitStack) -> None:
        self.now = datetime(2026, 11, 29, tzinfo=UTC)
        self.directory = MusicDirectory(
            links={f"{number:022}": [Link(M1, "one")] for number in range(1, 200)},
            tags={M1: [Tag("rock", 3, M3), Tag("wet", 1)], M2: None},
        )
        self.musicbrainz = stack.enter_context(
            SimulatedMusicBrainz(self.directory, lambda: self.now)
        )
        self.listenbrainz = stack.enter_context(
            SimulatedListenBrainz(self.directory, lambda: self.now)
        )

    def urls(self, *numbers: int, inc: str = "artist-rels", **headers: str) -> requests.Response:
        resources = [f"https://open.spotify.com/artist/{number:022}" for number in numbers]
        return requests.get(
            f"{self.musicbrainz.url}/url",
            params={"resource": resources, "inc": inc, "fmt": "json"},
            headers=AGENT | headers,
            timeout=5,
        )

    def artists(self, mbids: str) -> requests.Response:
        params = {"artist_mbids": mbids, "inc": "tag"}
        return requests.get(f"{self.listenbrainz.url}/metadata/artist/", params=params, timeout=5)


@pytest.fixture
def services() -> Iterator[Services]:
    with ExitStack() as stack:
        yield Services(stack)


def test_several_urls_are_a_list_of_the_known_ones_by_url(services: Services) -> None:
    answer = services.urls(9, 500, 3).json()
    assert (answer["url-count"], answer["url-offset"]) == (2, 0)
    assert [one["resource"][-1] for one in answer["urls"]] == ["3", "9"]
    assert services.urls(500, 501).json() == {"url-count": 0, "url-offset": 0, "urls": []}


def test_one_url_is_an_object_or_404(services: Services) -> None:
    (relation,) = services.urls(1).json()["relations"]
    assert (relation["target-type"], relation["ended"]) == ("artist", False)
    assert relation["artist"]["id"] == M1
    unknown = services.urls(500)
    assert (unknown.status_code, unknown.json()["error"]) == (404, "Not Found")


def test_more_than_100_urls_are_cut_off_without_a_word(services: Services) -> None:
    answer = services.urls(*range(1, 121))
    assert (answer.status_code, answer.json()["url-count"]) == (200, 100)


def test_genres_and_a_nameless_program_are_refused(services: Services) -> None:
    assert services.urls(1, inc="genres").status_code == 400
    assert services.urls(1, **{"User-Agent": "python-requests/2"}).status_code == 403


def test_more_than_a_call_a_second_is_refused_until_the_average_is_low(services: Services) -> None:
    assert [services.urls(1).status_code for _ in range(12)] == [200] * 10 + [503] * 2
    services.now += timedelta(seconds=5)
    assert services.urls(1).status_code == 503
    services.now += timedelta(seconds=10)
    assert services.urls(1).status_code == 200


def test_known_artists_come_in_another_order_than_asked(services: Services) -> None:
    answer: list[dict[str, Any]] = services.artists(f"{M1},{M2},{M3}").json()
    assert [one["artist_mbid"] for one in answer] == [M2, M1]
    assert "tag" not in answer[0]
    assert answer[1]["tag"] == {
        "artist": [
            {"artist_mbid": M1, "count": 3, "tag": "rock", "genre_mbid": M3},
            {"artist_mbid": M1, "count": 1, "tag": "wet"},
        ]
    }
    assert services.artists("abc").status_code == 400


def test_the_31st_call_in_ten_seconds_is_refused(services: Services) -> None:
    for left in reversed(range(30)):
        answer = services.artists(M1)
        assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (200, str(left))
    services.now += timedelta(seconds=3)
    answer = services.artists(M1)
    assert (answer.status_code, answer.headers["X-RateLimit-Reset-In"]) == (429, "7")
    services.now += timedelta(seconds=7)
    assert services.artists(M1).status_code == 200


def test_the_invented_directory_has_every_kind_of_artist() -> None:
    artists = World(2026).artists
    directory = invented_directory(artists)
    assert invented_directory(artists) == directory
    kinds = Counter[str]()
    for one in artists:
        links = [link for link in directory.links.get(one.artist_id, []) if not link.ended]
        tags = directory.tags.get(links[0].mbid) if len(links) == 1 else None
        kinds[str(len(links)) if len(links) != 1 else "genres" if tags else "none"] += 1
    assert kinds.keys() == {"0", "2", "none", "genres"}
    assert kinds["genres"] > len(artists) / 2
