"""What goes wrong with the lake's storage: one class and one sentence per cause."""

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
)

from lake.address import InvalidAddress
from lake.errors import (
    AccessDenied,
    AwsCredentialsRefused,
    BeingWritten,
    ConditionNotMet,
    DiskFull,
    LakeError,
    MissingBucket,
    NoAwsCredentials,
    NoConnection,
    NotAFolder,
    ObjectMissing,
    PutConflict,
    ReadOnlyDisk,
    StorageError,
    WrongRegion,
    disk_errors,
)
from lake.folder import FolderStorage
from lake.s3 import S3Storage, s3_errors
from lake.storage import Storage, open_storage
from tests.support.glue_tables import BUCKET

NOBODY = 65534


@contextmanager
def lake_with_mode(mode: int) -> Iterator[Path]:
    """A lake folder with raw/ in it that has these rights; the user is not root."""
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


DISK = [
    (errno.ENOSPC, DiskFull, "No space left on device; free some space there, then run again"),
    (errno.EDQUOT, DiskFull, "Disk quota exceeded; free some space there, then run again"),
    (errno.EROFS, ReadOnlyDisk, "Read-only file system; use a folder on another disk"),
    (
        errno.EACCES,
        AccessDenied,
        "Permission denied; change the permissions there, or use another folder",
    ),
    (
        errno.ENOTDIR,
        NotAFolder,
        "Not a directory; move the file there away, or use a lake that is a folder",
    ),
    (errno.ENOENT, ObjectMissing, "No such file or directory; run again, or restore it"),
    (errno.EIO, StorageError, "Input/output error; check the disk"),
]


@pytest.mark.parametrize(("code", "kind", "sentence"), DISK)
def test_each_error_of_the_disk_has_a_class_and_a_sentence(
    code: int, kind: type[StorageError], sentence: str
) -> None:
    with pytest.raises(StorageError) as caught, disk_errors("/lake/a", "written"):
        raise OSError(code, os.strerror(code))

    assert type(caught.value) is kind
    assert str(caught.value) == f"/lake/a could not be written: {sentence}"


S3 = [
    ("NoSuchBucket", MissingBucket, "create the bucket, or correct the lake's address"),
    ("NoSuchKey", ObjectMissing, "run again, or restore it"),
    ("AccessDenied", AccessDenied, "give the caller s3:PutObject on it"),
    ("PermanentRedirect", WrongRegion, "set AWS_REGION to the region of the bucket"),
    ("ExpiredToken", AwsCredentialsRefused, "renew the AWS credentials, then run again"),
    ("SlowDown", StorageError, "check bucket, region and network"),
]


@pytest.mark.parametrize(("code", "kind", "remedy"), S3)
def test_each_error_of_s3_has_a_class_and_a_sentence(
    code: str, kind: type[StorageError], remedy: str
) -> None:
    with pytest.raises(StorageError) as caught, s3_errors("s3://my-lake/a", "written"):
        raise ClientError({"Error": {"Code": code}}, "PutObject")

    assert type(caught.value) is kind
    assert str(caught.value) == f"s3://my-lake/a could not be written: S3 answers {code}; {remedy}"


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (
            NoCredentialsError(),
            NoAwsCredentials,
            "Unable to locate credentials; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY",
        ),
        (
            EndpointConnectionError(endpoint_url="https://x"),
            NoConnection,
            'Could not connect to the endpoint URL: "https://x"; check the network, then run again',
        ),
        (
            IncompleteReadError(actual_bytes=1, expected_bytes=2),
            StorageError,
            "1 read, but total bytes expected is 2; check bucket, region and network",
        ),
    ],
)
def test_each_error_of_boto3_has_a_class_and_a_sentence(
    error: Exception, kind: type[StorageError], sentence: str
) -> None:
    with pytest.raises(StorageError) as caught, s3_errors("s3://my-lake", "listed"):
        raise error

    assert type(caught.value) is kind
    assert str(caught.value) == f"s3://my-lake could not be listed: {sentence}"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("PreconditionFailed", ConditionNotMet), ("ConditionalRequestConflict", PutConflict)],
)
def test_a_condition_that_is_not_met_is_not_a_storage_error(
    code: str, kind: type[LakeError]
) -> None:
    with pytest.raises(LakeError) as caught, s3_errors("s3://my-lake/a", "written"):
        raise ClientError({"Error": {"Code": code}}, "PutObject")

    assert type(caught.value) is kind
    assert not isinstance(caught.value, StorageError)


@pytest.mark.usefixtures("aws")
def test_an_object_that_s3_does_not_delete_is_named() -> None:
    storage = S3Storage(BUCKET, "lake")
    storage.write("tables/songs/r1/0", b"")

    # S3 answers 200 and lists what it did not delete; moto deletes everything
    def deny(parsed: dict[str, Any], **_: Any) -> None:
        parsed["Errors"] = [{"Key": "lake/tables/songs/r1/0", "Code": "AccessDenied"}]

    storage.client.meta.events.register("after-call.s3.DeleteObjects", deny)

    with pytest.raises(
        StorageError, match=r"tables/songs/r1/0 could not be deleted: .*AccessDenied; give"
    ):
        storage.delete("tables/songs/r1/")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "use", ["list_objects", "list_folders", "exists", "read", "open", "delete"]
)
def test_a_missing_bucket_is_one_sentence(use: str) -> None:
    storage = open_storage("s3://not-mine/lake")

    with pytest.raises(
        MissingBucket, match=r"^s3://not-mine/lake.* S3 answers NoSuchBucket; create"
    ):
        getattr(storage, use)("tables/songs/r1/")
    with pytest.raises(MissingBucket, match="lake/a could not be written: S3 answers NoSuchBucket"):
        storage.write("a", b"")
    with storage.stage("d/a") as staged, pytest.raises(MissingBucket, match="lake/d/a could not"):
        staged.put(replace=True)


def test_missing_credentials_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(
        NoAwsCredentials, match="s3://my-lake could not be listed: Unable to locate"
    ):
        open_storage("s3://my-lake").list_objects("raw/")


def put(storage: Storage, use: str) -> None:
    """Replace an object with `write` or `stage`."""
    if use == "write":
        storage.write("state/catalog.json", b"new")
        return
    with storage.stage("state/catalog.json") as staged:
        staged.write(b"new")
        staged.put(replace=True)


@pytest.mark.parametrize("use", ["write", "stage"])
def test_a_full_disk_is_named_and_the_old_object_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    storage = FolderStorage(tmp_path)
    storage.write("state/catalog.json", b"old")

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DiskFull, match=f"^{re.escape(str(tmp_path))}/state/catalog.json could not"):
        put(storage, use)

    assert storage.read("state/catalog.json") == b"old"
    assert [path.name for path in tmp_path.rglob("*")] == ["state", "catalog.json"]


@pytest.mark.parametrize("use", ["write", "stage"])
def test_a_lake_that_is_a_file_is_named(tmp_path: Path, use: str) -> None:
    (tmp_path / "lake").write_text("no folder")
    storage = FolderStorage(tmp_path / "lake")

    assert not storage.exists("state/catalog.json")
    with pytest.raises(NotAFolder, match="use a lake that is a folder"):
        put(storage, use)


def test_a_file_in_place_of_a_folder_of_the_lake_is_named(tmp_path: Path) -> None:
    (tmp_path / "outcomes").write_text("no folder")
    storage = FolderStorage(tmp_path)
    for list_ in (storage.list_folders, storage.list_objects):
        with pytest.raises(NotAFolder, match=f"^{tmp_path}/outcomes could not be read: "):
            list_("outcomes/")


def test_a_read_only_folder_is_one_sentence() -> None:
    with lake_with_mode(0o555) as lake:
        storage = FolderStorage(lake)
        for key in ("state/catalog.json", "raw/x"):
            with pytest.raises(AccessDenied, match="could not be written: Permission denied; "):
                storage.write(key, b"new")
        assert storage.list_objects("") == []


def test_a_folder_that_may_not_be_read_is_an_error_and_not_an_empty_listing() -> None:
    with lake_with_mode(0o000) as lake:
        storage = FolderStorage(lake)
        with pytest.raises(AccessDenied, match="could not be read: Permission denied; "):
            storage.list_folders("raw/")
        with pytest.raises(AccessDenied, match="could not be read: Permission denied; "):
            storage.read("raw/x")
        with pytest.raises(AccessDenied, match="could not be read: Permission denied; "):
            storage.list_objects("raw/")


@pytest.mark.parametrize("name", ["my*lake", "a?", "{lake}", "[lake]"])
def test_a_folder_that_spark_would_read_as_a_pattern_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidAddress, match="which Spark reads as a pattern; use a lake folder"):
        open_storage(str(tmp_path / name))


@pytest.mark.parametrize("kind", [BeingWritten, ConditionNotMet, InvalidAddress, StorageError])
def test_every_error_of_the_storage_is_a_lake_error(kind: type[Exception]) -> None:
    assert issubclass(kind, LakeError)
