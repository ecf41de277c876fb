"""What every test may ask for: Spark, real captures, simulated days; and where none may skip."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import boto3
import pytest
from pyspark.sql import SparkSession

from jobs.session import local_session
from playlist_lake.demo import DATES, write_demo

_MAY_SKIP = os.environ.get("PLAYLIST_LAKE_REQUIRE_ALL") != "1"
_REAL = Path(__file__).parents[2] / "shared" / "real"


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """The one session of the test run, as small as the product's own."""
    session = local_session()
    yield session
    session.stop()


@pytest.fixture(autouse=True)
def _own_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test call AWS with the credentials that boto3 remembers from another."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real captures beside the repository; it is not part of it."""
    if not _REAL.is_dir():
        pytest.skip("the real captures, ../shared/real beside the repository, are not here")
    return _REAL


@pytest.fixture(scope="session")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder lake with the raw objects of three simulated days, one per payload generation.

    Copy it before you build it.
    """
    lake = tmp_path_factory.mktemp("simulated") / "lake"
    write_demo(lake, DATES[-3:], lambda _: None)
    return lake


@pytest.fixture(scope="session")
def demo_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's lake, built, as `make run` leaves it. It is for reading."""
    lake = tmp_path_factory.mktemp("demo") / "demo-lake"
    command = [str(Path(sys.executable).with_name("playlist-lake")), "demo", "--lake", str(lake)]
    subprocess.run(command, capture_output=True, check=True)
    return lake


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one where nothing may be skipped."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a file that skips itself while it is imported into a failed one, likewise."""
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if _MAY_SKIP or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"PLAYLIST_LAKE_REQUIRE_ALL=1 forbids this skip. {reason}"
