"""One AWS for all tests of a file, and the simulated days that they build."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from playlist_lake.demo import DATES, write_demo
from tests.glue.cloud import Cloud, cloud


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A moto server with the lake's bucket and the declared tables."""
    with cloud(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="session")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder lake with the raw objects of three simulated days, one per payload generation."""
    lake = tmp_path_factory.mktemp("simulated") / "lake"
    done: list[date] = []
    write_demo(lake, DATES[-3:], done.append)
    return lake
