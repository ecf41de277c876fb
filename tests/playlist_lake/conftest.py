"""A simulated Spotify for the commands, with a home folder and a clock of the tests' own."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from extract_lambda.credentials import ENVIRONMENT, Credentials, FileStore, credentials_path
from playlist_lake.cli import run
from playlist_lake.spotify import client
from simulator.spotify import SimulatedSpotify
from tests.support.simulated_client import SUNDAY, catalogue

NOON = datetime(SUNDAY.year, SUNDAY.month, SUNDAY.day, 12, tzinfo=UTC)

Command = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture(autouse=True)
def _no_lake_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYLIST_LAKE", raising=False)


@pytest.fixture(scope="session")
def _running() -> Iterator[SimulatedSpotify]:
    with SimulatedSpotify(catalogue=catalogue(), clock=lambda: NOON) as spotify:
        yield spotify


@pytest.fixture
def served(
    _running: SimulatedSpotify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> SimulatedSpotify:
    """The Spotify that commands use, in its first state; there is no login."""
    _running.reset()
    for name in (*ENVIRONMENT.values(), "XDG_CONFIG_HOME", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SPOTIFY_API_URL", _running.api_url)
    monkeypatch.setenv("SPOTIFY_TOKEN_URL", f"{_running.accounts_url}/api/token")
    monkeypatch.setattr(client, "utc_now", lambda: NOON)
    # stdin is not a terminal
    monkeypatch.setattr("sys.stdin", io.StringIO())
    return _running


@pytest.fixture
def logged_in(served: SimulatedSpotify) -> SimulatedSpotify:
    """The same, with a login of 100 days ago."""
    FileStore(credentials_path()).save(
        Credentials(*served.credentials, authorized_at=NOON - timedelta(days=100))
    )
    return served


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command in this process; returns exit status, lines of stdout and lines of stderr."""

    def call(*arguments: str | Path) -> tuple[int, list[str], list[str]]:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out.splitlines(), captured.err.splitlines()

    return call
