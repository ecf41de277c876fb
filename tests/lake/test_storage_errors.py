"""What goes wrong with the lake's files: one sentence each, and nothing is half done."""

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lake.errors import LakeError
from lake.storage import FolderStorage, S3Storage, StorageError, open_storage
from tests.support.small_lakes import BUCKET

NOBODY = 65534


@contextmanager
def lake_with_mode(mode: int) -> Iterator[Path]:
    """A lake folder with raw/ in it that has these rights, as somebody who isn't root."""
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        lake = Path(parent, "lake")
        (lake / "raw").mkdir(parents=True)
        for folder in (lake / "raw", lake):
            folder.chmod(mode)
        if user == 0:
            os.seteuid(NOBODY)
        try:
            yield lake
        finally:
            os.seteuid(user)
            for folder in (lake, lake / "raw"):
                folder.chmod(0o755)


@pytest.mark.usefixtures("aws")
def test_an_object_that_s3_keeps_is_named() -> None:
    storage = S3Storage(BUCKET, "lake")
    storage.write("tables/songs/r1/0", b"")

    # S3 answers 200 and lists what it did not delete; moto deletes everything.
    def deny(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Errors"] = [{"Key": "lake/tables/songs/r1/0", "Code": "AccessDenied"}]

    storage.client.meta.events.register("after-call.s3.DeleteObjects", deny)

    with pytest.raises(StorageError, match=r"tables/songs/r1/0 .*\(AccessDenied\); give the job's"):
        storage.delete("tables/songs/r1/")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("use", ["list_objects", "list_folders", "read", "open", "delete"])
def test_a_missing_bucket_is_one_sentence(use: str) -> None:
    storage = open_storage("s3://not-mine/lake")

    with pytest.raises(StorageError, match=r"^s3://not-mine/lake.* S3 answers NoSuchBucket; check"):
        getattr(storage, use)("tables/songs/r1/")
    with pytest.raises(StorageError, match="lake/a could not be written: S3 answers NoSuchBucket"):
        storage.write("a", b"")


def test_missing_credentials_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(StorageError, match="s3://my-lake could not be listed: Unable to locate"):
        open_storage("s3://my-lake").list_objects("raw/")


def test_a_full_disk_is_one_sentence_and_leaves_the_old_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = FolderStorage(tmp_path)
    storage.write("state/catalog.json", b"old")

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    sentence = (
        f"{tmp_path}/state/catalog.json could not be written: No space left on device; "
        "free space or rights there, then run again"
    )
    with pytest.raises(StorageError, match=f"^{re.escape(sentence)}$"):
        storage.write("state/catalog.json", b"new")

    assert storage.read("state/catalog.json") == b"old"
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["catalog.json"]


def test_a_read_only_folder_is_one_sentence() -> None:
    with lake_with_mode(0o555) as lake:
        storage = FolderStorage(lake)
        for key in ("state/catalog.json", "raw/x"):
            with pytest.raises(StorageError, match="could not be written: Permission denied; "):
                storage.write(key, b"new")
        assert storage.list_objects("") == []


def test_a_folder_that_may_not_be_read_is_an_error_and_not_an_empty_listing() -> None:
    with lake_with_mode(0o000) as lake:
        storage = FolderStorage(lake)
        with pytest.raises(StorageError, match="could not be read: Permission denied; "):
            storage.list_folders("raw/")
        with pytest.raises(StorageError, match="could not be read: Permission denied; "):
            storage.read("raw/x")
        with pytest.raises(StorageError, match="could not be read: Permission denied; "):
            storage.list_objects("raw/")


@pytest.mark.parametrize("lake", ["", "gs://b/x", "https://x", "s3://", "s3://UPPER/x", "s3a://b"])
def test_a_lake_that_is_no_place_is_refused(lake: str) -> None:
    sentence = f"{lake!r} is neither a folder nor s3://bucket/prefix; pass one of these"
    with pytest.raises(StorageError, match=re.escape(sentence)):
        open_storage(lake)


@pytest.mark.parametrize("name", ["my*lake", "a?", "{lake}", "[lake]"])
def test_a_folder_that_spark_would_read_as_a_pattern_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StorageError, match="which Spark reads as a pattern; use a lake folder"):
        open_storage(str(tmp_path / name))


def test_every_error_of_the_storage_is_a_lake_error() -> None:
    assert issubclass(StorageError, LakeError)
