"""What every test may ask for: Spark, real captures, simulated days; and where none may skip."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import boto3
import pytest
from botocore.loaders import Loader, create_loader
from moto import mock_aws
from pyspark.sql import SparkSession

from lake.storage import Storage, open_storage
from playlist_lake.building.local_session import local_session
from playlist_lake.demo import DATES, write_demo
from tests.support.small_lakes import BUCKET, S3_LAKE

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
def service_models() -> Loader:
    """botocore's descriptions of S3 and Glue, which take longer to read than most tests run."""
    return create_loader()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, service_models: Loader) -> Iterator[None]:
    """moto's AWS in place of the real one, with the bucket of the test lakes."""
    monkeypatch.setattr("botocore.session.create_loader", lambda _paths: service_models)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """The files of an empty lake of each kind."""
    if request.param == "folder":
        return open_storage(str(tmp_path / "lake"))
    request.getfixturevalue("aws")
    return open_storage(S3_LAKE)


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
