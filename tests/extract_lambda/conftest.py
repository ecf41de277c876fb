"""Fixtures of the extractor's tests: the simulated Spotify, and a check of logs for secrets."""

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.spotify import SimulatedSpotify
from tests.extract_lambda.cloud import Cloud, open_cloud
from tests.extract_lambda.extractor import DAY, NOON, Extractor
from tests.support.secrets_in_text import assert_no_secret


@pytest.fixture(scope="session")
def running_spotify() -> Iterator[SimulatedSpotify]:
    with SimulatedSpotify(clock=lambda: NOON, today=DAY) as spotify:
        yield spotify


@pytest.fixture
def spotify(running_spotify: SimulatedSpotify) -> SimulatedSpotify:
    """The simulated Spotify in its initial state."""
    running_spotify.reset()
    return running_spotify


@pytest.fixture
def extractor(
    spotify: SimulatedSpotify,
    tmp_path: Path,
    watched_log: list[logging.LogRecord],  # noqa: ARG001
) -> Extractor:
    return Extractor(spotify, tmp_path / "lake")


@pytest.fixture
def cloud(
    spotify: SimulatedSpotify,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Cloud]:
    with open_cloud(spotify, monkeypatch, capfd) as found:
        yield found


@pytest.fixture
def watched_log(
    spotify: SimulatedSpotify, capfd: pytest.CaptureFixture[str]
) -> Iterator[list[logging.LogRecord]]:
    """All log records of a test, with every logger at DEBUG; fails if any output has a secret."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler(logging.NOTSET)
    handler.emit = records.append  # type: ignore[assignment, method-assign]
    loggers = [logging.root, *map(logging.getLogger, logging.root.manager.loggerDict)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    logging.root.addHandler(handler)
    logging.getLogger("urllib3.connectionpool").debug("debug is on")
    yield records
    logging.root.removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    assert any(record.getMessage() == "debug is on" for record in records)
    output = capfd.readouterr()
    written = [output.out, output.err]
    for record in records:
        written.append(record.getMessage())
        if record.exc_info:
            written += traceback.format_exception(record.exc_info[1])
    assert_no_secret("\n".join(written), spotify)
