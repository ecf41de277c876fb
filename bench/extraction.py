"""Calls, seconds and memory of an extraction, by the number of items and lists.

The extractor runs as a command in its own process, the simulated Spotify in this one.
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
    """`lists` lists of `items` items each."""

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
    """The figures of one extraction."""

    calls: int
    usage: Usage


@dataclass(frozen=True)
class Alias(Fault):
    """Answers requests for any list with the list `source` under the requested id."""

    source: str

    def answer(self, exchange: Exchange) -> Response:
        path_values = request.view_args or {}
        alias = path_values["playlist_id"]
        path_values["playlist_id"] = self.source
        response = exchange.ordinary()
        response.set_data(response.get_data().replace(self.source.encode(), alias.encode()))
        return response


def extract(lists: Lists, data: Path) -> Extraction:
    """Extract the lists once into a temporary lake; raises ProgramFailed."""
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
            os.environ | environment(spotify),
        )
        return Extraction(len(spotify.requests), usage)


@contextmanager
def _serving(lists: Lists) -> Iterator[SimulatedSpotify]:
    """A simulated Spotify whose lists `BenchList…` have the given number of items."""
    with patch.object(Mixtape, "size", min(lists.items, 1_000)), SimulatedSpotify() as spotify:
        mixtape = spotify.playlist_ids[2]
        # Creating 10,000 different songs takes minutes; this list repeats its songs
        source = AT_LIMIT_ID if lists.items == 10_000 else mixtape
        spotify.fault(Alias(source), path="/v1/playlists/BenchList**", times=None)
        yield spotify


def environment(spotify: SimulatedSpotify) -> Mapping[str, str]:
    """The variables with which a command reads the simulated Spotify's lists."""
    credentials = spotify.credentials._asdict()
    return {name: credentials[key] for key, name in ENVIRONMENT.items()} | {
        "SPOTIFY_API_URL": spotify.api_url,
        "SPOTIFY_TOKEN_URL": f"{spotify.accounts_url}/api/token",
    }
