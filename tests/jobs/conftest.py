"""Fixtures for the jobs: empty lakes of each kind, a stopped clock, and a disk without fsync."""

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
    """A stopped clock, which the test moves."""
    return FakeClock()


@pytest.fixture(params=["folder", "glue"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> JobOptions:
    """The options of a job for an empty lake: in a folder, then on S3 with Glue."""
    if request.param == "folder":
        return JobOptions(str(tmp_path / "lake"))
    request.getfixturevalue("aws")
    create_glue_tables(LAKE)
    return JobOptions(LAKE, database=DATABASE)


@pytest.fixture(scope="session")
def lakes(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    """The lakes that the kill tests start from."""
    return build_lakes(spark, tmp_path_factory.mktemp("lakes"))


@pytest.fixture
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Don't wait for the disk, in tests that write hundreds of files."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
