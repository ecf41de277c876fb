"""What the extractor takes: calls, seconds and memory, by the number of items and of lists.

It runs as anybody runs it, in a process of its own; the simulated Spotify runs in this one.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from flask import Response, request

from bench.measuring import Usage, run
from extract_lambda.credentials import ENVIRONMENT
from simulator.spotify import SimulatedSpotify
from simulator.spotify.faults import Exchange, Fault
from simulator.spotify.library import AT_LIMIT_ID
from simulator.world.lists import Mixtape


class Lists(NamedTuple):
    """So many lists of so many items."""

    name: str
    lists: int
    items: int


LISTS = (
    Lists("50 items", 1, 50),
    Lists("1,000 items", 1, 1_000),
    Lists("10,000 items", 1, 10_000),
    Lists("200 lists of 100", 200, 100),
)


class Extraction(NamedTuple):
    """What one run took."""

    calls: int
    usage: Usage


@dataclass(frozen=True)
class Alias(Fault):
    """Any list, served as another one under its own id."""

    source: str

    def answer(self, exchange: Exchange) -> Response:
        asked = request.view_args or {}
        alias = asked["playlist_id"]
        asked["playlist_id"] = self.source
        response = exchange.ordinary()
        response.set_data(response.get_data().replace(self.source.encode(), alias.encode()))
        return response


def extract(lists: Lists, data: Path) -> Extraction:
    """Extract some lists once into a lake that is removed again; raises ProgramFailed."""
    with (
        tempfile.TemporaryDirectory(dir=data) as folder,
        _serving(lists) as spotify,
    ):
        ids = [f"BenchList{number:013}" for number in range(lists.lists)]
        config = Path(folder, "lake", "config")
        config.mkdir(parents=True)
        (config / "playlists.txt").write_text("\n".join(ids))
        usage = run(
            [
                Path(sys.executable).with_name("playlist-lake"),
                *("extract", "--lake", config.parent),
            ],
            Path(folder, "log"),
            os.environ | _reaching(spotify),
        )
        return Extraction(len(spotify.requests), usage)


@contextmanager
def _serving(lists: Lists) -> Iterator[SimulatedSpotify]:
    """A Spotify of which every list that is asked for has so many items."""
    with patch.object(Mixtape, "size", min(lists.items, 1_000)), SimulatedSpotify() as spotify:
        mixtape = spotify.playlist_ids[2]
        # The simulated songs would be made for minutes; the longest list repeats its own
        source = AT_LIMIT_ID if lists.items == 10_000 else mixtape
        spotify.fault(Alias(source), path="/v1/playlists/BenchList**", times=None)
        yield spotify


def _reaching(spotify: SimulatedSpotify) -> Mapping[str, str]:
    credentials = spotify.credentials._asdict()
    return {name: credentials[key] for key, name in ENVIRONMENT.items()} | {
        "SPOTIFY_API_URL": spotify.api_url,
        "SPOTIFY_TOKEN_URL": f"{spotify.accounts_url}/api/token",
    }
