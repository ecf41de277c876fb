"""`python -m simulator.spotify`: serve until the process is terminated."""

import os
import signal
import sys
import threading
from datetime import datetime
from typing import Annotated

import typer

from simulator.spotify.server import SimulatedSpotify
from simulator.world.catalogue import Generation

_PORT = typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free port.")
_DATE = typer.Option(
    "--date", formats=["%Y-%m-%d"], help="Serve the lists of this date, not today's."
)
_GENERATION = typer.Option(
    help="Payloads from before, during or after the change of February 2026."
)


def serve(
    port: Annotated[int, _PORT] = 0,
    date: Annotated[datetime | None, _DATE] = None,
    generation: Annotated[Generation, _GENERATION] = "2026",
) -> None:
    """Serve a simulated Spotify on this machine; print its addresses and the app's credentials."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    today = None if date is None else date.date()
    try:
        with SimulatedSpotify(generation=generation, today=today, port=port) as spotify:
            _print_access(spotify)
            stopped.wait()
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        sys.exit(f"cannot listen on port {port}: {reason}; choose another one with --port")


def _print_access(spotify: SimulatedSpotify) -> None:
    addresses = {"api_url": spotify.api_url, "accounts_url": spotify.accounts_url}
    for name, value in (addresses | spotify.credentials._asdict()).items():
        typer.echo(f"{name}: {value}")
    typer.echo(f"playlists: {' '.join(spotify.playlist_ids)}")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(serve)
