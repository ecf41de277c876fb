"""The stored pause, in a folder and on S3."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from extract_lambda.responses import RateLimited
from extract_lambda.throttle import Throttle, Throttled
from lake.errors import StorageError
from lake.storage import Storage, open_storage

NOON = datetime(2026, 10, 3, 12, tzinfo=UTC)
KEY = "state/throttled_until.json"


@pytest.fixture(params=["folder", "s3", "prefix"])
def files(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Storage]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="my-lake")
        roots = {"folder": str(tmp_path), "s3": "s3://my-lake", "prefix": "s3://my-lake/a/b"}
        yield open_storage(roots[request.param])


def test_a_pause_holds_for_later_runs_too(files: Storage) -> None:
    throttle = Throttle(files, lambda: NOON)
    throttle.check()

    throttled = throttle.begin(RateLimited("", 3600, is_quota=True))

    assert throttled.until == NOON + timedelta(hours=1)
    assert files.read(KEY) == b'{"throttled_until": "2026-10-03T13:00:00Z", "reason": "quota"}\n'
    with pytest.raises(Throttled):
        throttle.check()
    later = Throttle(files, lambda: NOON + timedelta(minutes=59))
    with pytest.raises(Throttled, match="no calls before 2026-10-03 13:00:00 UTC"):
        later.check()
    Throttle(files, lambda: NOON + timedelta(hours=1)).check()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"null",
        b'{"throttled_until": null}',
        b'{"throttled_until": "soon"}',
        b'{"throttled_until": 1}',
        b"\xff",
        b"[" * 9000,
        b'{"throttled_until": %s1%s}' % (b"[" * 1000, b"]" * 1000),
        b'{"throttled_until": %s}' % (b"9" * 5000),
        b'{"throttled_until": "2026-10-03T13:00:00Z"%s}' % (b" " * 20_000),
        b'{"throttled_until": "0001-01-01T00:00:00+14:00"}',
        b'{"throttled_until": "9999-12-31T23:59:59-14:00"}',
    ],
)
def test_a_damaged_file_is_ignored_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    files = open_storage(tmp_path)
    files.write(KEY, content)

    assert Throttle(files, lambda: NOON).until() is None

    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert f"{tmp_path / KEY} is damaged" in caplog.text


def test_a_stored_pause_longer_than_the_maximum_is_ignored(tmp_path: Path) -> None:
    files = open_storage(tmp_path)
    files.write(KEY, b'{"throttled_until": "2027-10-03T12:00:00Z"}')

    assert Throttle(files, lambda: NOON).until() is None


def test_a_time_in_another_time_zone_is_converted(tmp_path: Path) -> None:
    files = open_storage(tmp_path)
    files.write(KEY, b'{"throttled_until": "2026-10-03T15:00:00+02:00"}')

    until = Throttle(files, lambda: NOON).until()

    assert until == datetime(2026, 10, 3, 15, tzinfo=timezone(timedelta(hours=2)))


def test_an_unreadable_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / KEY).mkdir()

    with pytest.raises(StorageError, match=r"throttled_until\.json could not be read: Is a dir"):
        Throttle(open_storage(tmp_path), lambda: NOON).check()


def test_a_failed_write_leaves_no_draft(tmp_path: Path) -> None:
    files = open_storage(tmp_path)
    (tmp_path / KEY).mkdir(parents=True)

    with pytest.raises(StorageError):
        files.write(KEY, b"{}")

    assert [path.name for path in (tmp_path / "state").iterdir()] == ["throttled_until.json"]
