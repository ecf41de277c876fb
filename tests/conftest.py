"""Fixtures for all tests: Spark, AWS, real captures, simulated days, a built lake."""

import gc
import shutil
import subprocess
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import boto3
import pytest
from botocore.loaders import create_loader
from hypothesis import settings
from moto import mock_aws
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.stays import build_stays
from lake.storage import Storage, open_storage
from playlist_lake.building.local_session import local_session
from playlist_lake.demo import DATES, write_demo
from tests.support.aws_clients import own_client
from tests.support.glue_tables import BUCKET, LAKE
from tests.support.lossy_aws import LossyAws, serve_lossy_aws
from tests.support.shared_folders import built_once

pytest_plugins = ("tests.support.no_skips", "tests.support.workers")

# tests/lanes.py names the profile of a lane
settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("full", max_examples=100, deadline=None)
settings.load_profile("quick")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage meanwhile: modules and tests last, and walking over them takes long."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


_REAL = Path(__file__).parents[2] / "shared" / "real"


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """The one session of the test run, as small as the product's own."""
    session = local_session()
    yield session
    session.stop()


@pytest.fixture(autouse=True)
def _own_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drop the boto3 session of the test before, which keeps the credentials of that test."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture(scope="session", autouse=True)
def _service_models() -> Iterator[None]:
    """Let all sessions of botocore share its descriptions of AWS, which are slow to read."""
    models = create_loader()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("botocore.session.create_loader", lambda _paths: models)
        yield


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto's AWS in place of the real one, with the bucket of the test lakes."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        own_client("s3").create_bucket(Bucket=BUCKET)
        yield


@pytest.fixture
def lossy_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[LossyAws]:
    """AWS on loopback with the bucket of the test lakes; it loses answers when it is told to."""
    with serve_lossy_aws() as (aws, address):
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield aws


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """The files of an empty lake of each kind."""
    if request.param == "folder":
        return open_storage(str(tmp_path / "lake"))
    request.getfixturevalue("aws")
    return open_storage(LAKE)


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real captures beside the repository, which does not contain them."""
    if not _REAL.is_dir():
        pytest.skip("the real captures, ../shared/real beside the repository, do not exist")
    return _REAL


@pytest.fixture(scope="session")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder lake with the raw objects of three simulated days, one per payload generation.

    Copy it before you build it.
    """
    return built_once(
        tmp_path_factory, "three_days", lambda lake: write_demo(lake, DATES[-3:], lambda _: None)
    )


@pytest.fixture(scope="session")
def built_lake(
    request: pytest.FixtureRequest, three_days: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The same lake with its tables. It is only for reading."""

    def build(lake: Path) -> None:
        shutil.copytree(three_days, lake)
        # Requested here, so that a test that only reads the lake starts no Spark
        spark = request.getfixturevalue("spark")
        flatten_playlists(spark, JobOptions(str(lake)))
        build_stays(spark, JobOptions(str(lake)))

    return built_once(tmp_path_factory, "built_lake", build)


@pytest.fixture(scope="session")
def demo_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's lake, built, as `make run` leaves it. It is only for reading."""

    def build(lake: Path) -> None:
        command = Path(sys.executable).with_name("playlist-lake")
        subprocess.run([command, "demo", "--lake", lake], capture_output=True, check=True)

    return built_once(tmp_path_factory, "demo-lake", build)
