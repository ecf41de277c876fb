"""What the commands cost that a user waits for, on lakes as the demo writes them."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.extraction import environment
from bench.measuring import Usage, run
from simulator.spotify import SimulatedSpotify

NAME = "waiting"
COMMANDS: dict[str, tuple[str, ...]] = {
    "--help": ("--help",),
    "demo": ("demo",),
    "demo again": ("demo",),
    "run of a new day": ("run",),
    "run with nothing new": ("run",),
    "query": ("query", "SELECT MAX(snapshot_date) AS newest FROM playlists"),
    "report": ("report",),
}
"""The arguments of each command, in the order in which they are called."""

_ROUNDS = 3


class Waited(NamedTuple):
    """A command in words, and its figures."""

    command: str
    usage: Usage


def waited(data: Path) -> Iterator[Waited]:
    """Measure every command a few times; raises ProgramFailed.

    The first demo and the day's run build tables with Spark. The others find them up to date, or
    only read them.
    """
    with tempfile.TemporaryDirectory(dir=data) as name, SimulatedSpotify() as spotify:
        folder = Path(name)
        for number in range(_ROUNDS):
            lake = folder / str(number)
            (lake / "config").mkdir(parents=True)
            (lake / "config/playlists.txt").write_text("\n".join(spotify.playlist_ids))
            variables = os.environ | environment(spotify) | {"PLAYLIST_LAKE": str(lake)}
            for command, arguments in COMMANDS.items():
                # The demo does not look at PLAYLIST_LAKE
                its_lake = ("--lake", lake) if arguments[0] == "demo" else ()
                program = Path(sys.executable).with_name("playlist-lake")
                yield Waited(
                    command, run([program, *arguments, *its_lake], folder / "log", variables)
                )
            shutil.rmtree(lake)
