"""The raw zone's writer: exact bytes, all or nothing, no personal data, on a folder and on S3."""

import errno
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from extract_lambda.errors import ExtractError
from extract_lambda.raw_zone import (
    AlreadyPresent,
    BeingWritten,
    InvalidLake,
    InvalidPlaylistId,
    RawZone,
    open_raw_zone,
)
from extract_lambda.snapshot_draft import BodyRefused, DraftMisused
from extract_lambda.unavailable import RawZoneUnavailable

DAY = date(2026, 11, 22)
LIST = "37i9dQZEVXbMDoHDwVN2tF"
KEY = f"raw/snapshot_date=2026-11-22/{LIST}.jsonl.gz"
NOON = datetime(2026, 11, 22, 12, 0, 0, 123999, tzinfo=UTC)
HEAD = (
    '"playlist_id":"37i9dQZEVXbMDoHDwVN2tF","snapshot_date":"2026-11-22",'
    '"fetched_at":"2026-11-22T12:00:00.123Z","source":"api.spotify.com"'
)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="my-lake")
        yield client


@pytest.fixture(params=["folder", "s3"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A lake without objects, of each kind."""
    if request.param == "folder":
        return str(tmp_path / "lake")
    request.getfixturevalue("bucket")
    return "s3://my-lake/some/prefix"


def objects(lake: str) -> dict[str, bytes]:
    """All that is in a lake, by key."""
    if lake.startswith("s3://"):
        client = boto3.client("s3")
        listed = client.list_objects_v2(Bucket="my-lake").get("Contents", [])
        return {
            found["Key"].removeprefix("some/prefix/"): client.get_object(
                Bucket="my-lake", Key=found["Key"]
            )["Body"].read()
            for found in listed
        }
    files = (path for path in Path(lake).rglob("*") if path.is_file())
    return {path.relative_to(lake).as_posix(): path.read_bytes() for path in files}


def records(content: bytes) -> list[Any]:
    text = gzip.decompress(content).decode()
    assert text.endswith("\n")
    return [json.loads(line) for line in text[:-1].split("\n")]


def write(zone: RawZone, pages: list[Any], *, replace: bool = False) -> None:
    with zone.draft(DAY, LIST, source="api.spotify.com", replace=replace) as draft:
        for offset, items in enumerate(pages):
            draft.page(offset, {"items": items}, NOON)
        draft.end(len(pages), None, NOON)


def test_an_object_has_exactly_these_bytes(lake: str) -> None:
    zone = open_raw_zone(lake)
    with zone.draft(DAY, LIST, source="api.spotify.com") as draft:
        draft.playlist({"name": "Été ☀", "tracks": {"items": [1]}, "items": {}, "id": LIST}, NOON)
        draft.page(0, {"items": [{"track": {"name": "a/b"}}, None], "total": 3}, NOON)
        draft.page(2, {"items": ["x"], "total": 3}, NOON)
        draft.end(3, "MTIz", NOON)

    stored = objects(lake)

    assert list(stored) == [KEY]
    # RFC 1952: deflate, no flags (so no name), time 0
    assert stored[KEY][:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
    assert gzip.decompress(stored[KEY]).decode() == (
        '{"format_version":1,"record":"playlist",' + HEAD + ","
        '"playlist":{"name":"Été ☀","id":"37i9dQZEVXbMDoHDwVN2tF"}}\n'
        '{"format_version":1,"record":"items_page",' + HEAD + ","
        '"offset":0,"page":{"items":[{"track":{"name":"a/b"}},null],"total":3}}\n'
        '{"format_version":1,"record":"items_page",' + HEAD + ","
        '"offset":2,"page":{"items":["x"],"total":3}}\n'
        '{"format_version":1,"record":"end",' + HEAD + ","
        '"item_count":3,"total":3,"page_count":2,"spotify_snapshot_id":"MTIz"}\n'
    )


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    write(open_raw_zone(tmp_path / "a"), [["x"], [None]])
    write(open_raw_zone(tmp_path / "b"), [["x"], [None]])

    assert objects(str(tmp_path / "a")) == objects(str(tmp_path / "b"))


def test_a_list_is_there_after_its_draft_only(lake: str) -> None:
    zone = open_raw_zone(lake)
    assert not zone.has(DAY, LIST)

    with zone.draft(DAY, LIST, source="import") as draft:
        draft.page(0, {"items": []}, NOON)
        draft.end(0, None, NOON)
        assert not zone.has(DAY, LIST)

    assert zone.has(DAY, LIST)
    assert not zone.has(date(2026, 11, 23), LIST)
    assert not zone.has(DAY, LIST[:-1])


def test_a_list_that_is_there_is_kept_unless_it_is_to_be_replaced(lake: str) -> None:
    zone = open_raw_zone(lake)
    write(zone, [["old"]])
    old = objects(lake)

    with pytest.raises(AlreadyPresent, match=re.escape(f"{KEY} is already there")):
        write(zone, [["new"]])
    assert objects(lake) == old

    write(zone, [["new"]], replace=True)
    assert records(objects(lake)[KEY])[0]["page"] == {"items": ["new"]}


def test_an_exception_in_the_middle_leaves_nothing(lake: str) -> None:
    def interrupted() -> None:
        with open_raw_zone(lake).draft(DAY, LIST, source="import") as draft:
            draft.page(0, {"items": ["x"]}, NOON)
            draft.end(1, None, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()

    assert objects(lake) == {}


def test_an_exception_while_replacing_leaves_the_old_object(lake: str) -> None:
    zone = open_raw_zone(lake)
    write(zone, [["old"]])
    old = objects(lake)

    def interrupted() -> None:
        with zone.draft(DAY, LIST, source="import", replace=True) as draft:
            draft.page(0, {"items": ["new"]}, NOON)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert objects(lake) == old


def test_a_draft_without_end_is_an_error_and_leaves_nothing(lake: str) -> None:
    with (
        pytest.raises(DraftMisused, match=f"playlist {LIST} of 2026-11-22 .* without an end"),
        open_raw_zone(lake).draft(DAY, LIST, source="import") as draft,
    ):
        draft.page(0, {"items": ["x"]}, NOON)

    assert objects(lake) == {}


KILLED = """
import os, random, signal, sys
from datetime import UTC, date, datetime
from extract_lambda.raw_zone import open_raw_zone

now = datetime.now(UTC)
with open_raw_zone(sys.argv[1]).draft(date(2026, 11, 22), sys.argv[2], source="x") as draft:
    draft.page(0, {"items": [random.random() for _ in range(50_000)]}, now)
    draft.end(50_000, None, now)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_no_object_and_a_rerun_leaves_no_trace_of_it(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), LIST]
    process = subprocess.run(command, check=False)
    assert process.returncode == -signal.SIGKILL
    (left,) = objects(str(tmp_path))
    assert Path(left).name.startswith(".")
    zone = open_raw_zone(tmp_path)
    assert not zone.has(DAY, LIST)

    write(zone, [["x"]])

    stored = objects(str(tmp_path))
    assert list(stored) == [KEY]
    assert records(stored[KEY])[0]["page"] == {"items": ["x"]}


def test_two_runs_cannot_write_one_list_at_once(tmp_path: Path) -> None:
    zone = open_raw_zone(tmp_path)
    with zone.draft(DAY, LIST, source="import") as draft:
        with pytest.raises(BeingWritten, match=re.escape(f"{KEY} is being written by another")):
            write(zone, [["other"]], replace=True)
        draft.page(0, {"items": ["x"]}, NOON)
        draft.end(1, None, NOON)

    assert records(objects(str(tmp_path))[KEY])[0]["page"] == {"items": ["x"]}


def test_of_two_runs_on_s3_the_first_to_put_wins(bucket: Any) -> None:
    zone = open_raw_zone("s3://my-lake/some/prefix/")

    def overtaken() -> None:
        with zone.draft(DAY, LIST, source="import") as draft:
            bucket.put_object(Bucket="my-lake", Key=f"some/prefix/{KEY}", Body=b"first")
            draft.end(0, None, NOON)

    with pytest.raises(AlreadyPresent):
        overtaken()

    assert objects("s3://my-lake/some/prefix") == {KEY: b"first"}


class Conflicts:
    """S3 as it answers puts that meet others on the same key: some conflicts, then it takes one."""

    def __init__(self, client: Any, conflicts: int) -> None:
        self._put, self.left = client.put_object, conflicts

    def __call__(self, **asked: Any) -> Any:
        if self.left:
            asked["Body"].read()
            self.left -= 1
            refused: Any = {"Error": {"Code": "ConditionalRequestConflict"}}
            raise ClientError(refused, "PutObject")
        return self._put(**asked)


def test_a_put_that_met_another_is_tried_again(bucket: Any) -> None:
    zone: Any = open_raw_zone("s3://my-lake/some/prefix")
    zone._client.put_object = Conflicts(bucket, 2)

    write(zone, [])

    (body,) = objects("s3://my-lake/some/prefix").values()
    assert records(body)[-1]["record"] == "end"


def test_a_put_that_always_meets_another_says_so_and_leaves_nothing(bucket: Any) -> None:
    zone: Any = open_raw_zone("s3://my-lake/some/prefix")
    zone._client.put_object = Conflicts(bucket, 99)

    with pytest.raises(BeingWritten, match="is being written by another run"):
        write(zone, [])

    assert objects("s3://my-lake/some/prefix") == {}


@pytest.mark.parametrize("playlist_id", ["", "../x", "a/b", "_hidden", ".x", "a b", "a\n", "é"])
def test_an_id_that_is_no_file_name_is_refused(tmp_path: Path, playlist_id: str) -> None:
    zone = open_raw_zone(tmp_path)

    with pytest.raises(InvalidPlaylistId, match=re.escape(repr(playlist_id))):
        zone.has(DAY, playlist_id)


@pytest.mark.parametrize("lake", ["gs://bucket/x", "s3://", "s3://UPPER/x", Path("s3://my-lake")])
def test_a_lake_that_is_no_place_is_refused(lake: str | Path) -> None:
    with pytest.raises(InvalidLake, match="neither a folder nor s3://bucket/prefix"):
        open_raw_zone(lake)


@pytest.mark.parametrize(
    ("code", "what_to_do"),
    [
        (errno.ENOSPC, "No space left on device; free some space there and run again"),
        (errno.EROFS, "Read-only file system; choose a lake that you may write to"),
        (errno.EACCES, "Permission denied; choose a lake that you may write to"),
    ],
)
def test_a_disk_that_refuses_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, what_to_do: str
) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(RawZoneUnavailable) as caught:
        write(open_raw_zone(tmp_path), [["x"]])

    assert str(caught.value).startswith(f"{tmp_path / KEY} cannot be used: {what_to_do}")
    assert objects(str(tmp_path)) == {}


def test_a_file_that_may_not_grow_is_one_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    noise = [os.urandom(50).hex() for _ in range(1000)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(RawZoneUnavailable, match="File too large; check the disk"):
            write(open_raw_zone(tmp_path), [noise, noise])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert objects(str(tmp_path)) == {}


def test_a_lake_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("no folder")

    with pytest.raises(RawZoneUnavailable, match="choose a lake that is a folder"):
        write(open_raw_zone(tmp_path / "lake"), [["x"]])


@pytest.mark.usefixtures("bucket")
def test_a_missing_bucket_is_one_sentence() -> None:
    zone = open_raw_zone("s3://not-mine/lake")
    sentence = f"s3://not-mine/lake/{KEY} cannot be used: S3 answers NoSuchBucket; create the buck"

    with pytest.raises(RawZoneUnavailable, match=re.escape(sentence)):
        zone.has(DAY, LIST)
    with pytest.raises(RawZoneUnavailable, match=re.escape(sentence)):
        write(zone, [["x"]], replace=True)


def test_missing_credentials_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(RawZoneUnavailable, match="Unable to locate credentials; check AWS"):
        open_raw_zone("s3://my-lake").has(DAY, LIST)


def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    markets = [f"{first}{second}" for first in "ABCDEFGHIJKLM" for second in "ABCDEFGHIJKLMN"]

    def page(offset: int) -> dict[str, Any]:
        song = {"name": "a song", "available_markets": list(markets)}
        return {"items": [{"item": {**song, "id": f"{offset + i:022}"}} for i in range(50)]}

    tracemalloc.start()
    try:
        with open_raw_zone(tmp_path).draft(DAY, LIST, source="api.spotify.com") as draft:
            for offset in range(0, 10_000, 50):
                draft.page(offset, page(offset), NOON)
            draft.end(10_000, None, NOON)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert records(objects(str(tmp_path))[KEY])[-1]["item_count"] == 10_000
    assert peak_bytes < 3_000_000


def test_every_error_of_the_writer_is_an_extract_error() -> None:
    assert issubclass(AlreadyPresent, ExtractError)
    assert issubclass(BeingWritten, ExtractError)
    assert issubclass(InvalidLake, ExtractError)
    assert issubclass(InvalidPlaylistId, ExtractError)
    assert issubclass(BodyRefused, ExtractError)
    assert issubclass(DraftMisused, ExtractError)
    assert issubclass(RawZoneUnavailable, ExtractError)
