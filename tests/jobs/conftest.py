"""Empty lakes of each kind, a clock that stands and a disk that doesn't wait, for the jobs."""

import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.loaders import Loader, create_loader
from moto import mock_aws
from pyspark.sql import SparkSession

from jobs.options import JobOptions
from jobs.storage import Storage, open_storage
from tests.jobs.kill_lake import Lakes, build_lakes
from tests.jobs.small_lakes import BUCKET, DATABASE, S3_LAKE, FakeClock, create_glue_tables


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


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands until the test moves it."""
    return FakeClock()


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """The files of an empty lake of each kind."""
    if request.param == "folder":
        return open_storage(str(tmp_path / "lake"))
    request.getfixturevalue("aws")
    return open_storage(S3_LAKE)


@pytest.fixture(params=["folder", "glue"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> JobOptions:
    """What a job is told to work on an empty lake of each kind."""
    if request.param == "folder":
        return JobOptions(str(tmp_path / "lake"))
    request.getfixturevalue("aws")
    create_glue_tables(S3_LAKE)
    return JobOptions(S3_LAKE, database=DATABASE)


@pytest.fixture(scope="session")
def lakes(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    """What the kill tests begin from."""
    return build_lakes(spark, tmp_path_factory.mktemp("lakes"))


@pytest.fixture
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that wait for no disk, where a test writes hundreds and no machine loses power."""
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
