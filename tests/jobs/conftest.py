"""Empty lakes of each kind, a clock that stands and a disk that doesn't wait, for the jobs."""

import os
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.options import JobOptions
from tests.jobs.kill_lake import Lakes, build_lakes
from tests.support.glue_tables import DATABASE, LAKE, create_glue_tables
from tests.support.runs import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands until the test moves it."""
    return FakeClock()


@pytest.fixture(params=["folder", "glue"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> JobOptions:
    """What a job is told to work on an empty lake of each kind."""
    if request.param == "folder":
        return JobOptions(str(tmp_path / "lake"))
    request.getfixturevalue("aws")
    create_glue_tables(LAKE)
    return JobOptions(LAKE, database=DATABASE)


@pytest.fixture(scope="session")
def lakes(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    """What the kill tests begin from."""
    return build_lakes(spark, tmp_path_factory.mktemp("lakes"))


@pytest.fixture
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that wait for no disk, where a test writes hundreds and no machine loses power."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
