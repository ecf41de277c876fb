"""`python -m simulator.spotify`: serve until somebody ends the process."""

import os
import signal
import sys
import threading
from datetime import datetime
from typing import Annotated

import typer

from simulator.spotify.server import SimulatedSpotify
from simulator.world.catalogue import Generation

_PORT = typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")
_DATE = typer.Option("--date", formats=["%Y-%m-%d"], help="Whose lists are served; else today's.")
_GENERATION = typer.Option(help="The payloads before, in and after the change of February 2026.")


def serve(
    port: Annotated[int, _PORT] = 0,
    date: Annotated[datetime | None, _DATE] = None,
    generation: Annotated[Generation, _GENERATION] = "2026",
) -> None:
    """Serve a simulated Spotify on this machine, and print where, and the app's credentials."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    today = None if date is None else date.date()
    try:
        with SimulatedSpotify(generation=generation, today=today, port=port) as spotify:
            _introduce(spotify)
            ended.wait()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        sys.exit(f"port {port} cannot be used: {reason}; choose another with --port")


def _introduce(spotify: SimulatedSpotify) -> None:
    shown = {"api_url": spotify.api_url, "accounts_url": spotify.accounts_url}
    for name, value in (shown | spotify.credentials._asdict()).items():
        typer.echo(f"{name}: {value}")
    typer.echo(f"playlists: {' '.join(spotify.playlist_ids)}")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(serve)
