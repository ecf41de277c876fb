"""A simulated Athena for the commands that query the lake on AWS."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_s3 import S3Client

from tests.cloud.athena import Answer, Athena, Column, athena

_BUCKET = "results"
ONE = Answer((Column("n", "integer"),), (("1",),))
"""A result with one row."""
IN_ATHENA = ("--engine", "athena")


@pytest.fixture
def aws_without_athena(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    """An AWS account with a bucket, but without Athena's workgroup."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=_BUCKET)
        yield s3


@pytest.fixture
def athena_server(
    aws_without_athena: S3Client, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Athena]:
    """An account with Athena, which answers every query with ONE; a test may replace `engine`."""
    locations = {name: f"s3://{_BUCKET}/{name}/" for name in ("playlist-lake", "other")}
    with athena(lambda _: ONE, aws_without_athena, locations) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_ATHENA", server.url)
        yield server
