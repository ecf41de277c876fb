"""The lake's files: one tree in a folder or under an s3:// prefix, read and written by key."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lake.errors import LakeError

# A run's folder or a date of it, a date of the raw zone, what a date was built from
_DELETABLE = re.compile(
    r"tables/\w+/[\w-]+/(snapshot_date=[\d-]+/)?"
    r"|raw/snapshot_date=[\d-]+/"
    r"|state/inputs/[\d-]+\.json"
)
S3_KEYS_PER_DELETE = 1000
# Hadoop expands these in a path, so that a lake below such a folder would be read as a pattern.
_GLOB_CHARACTERS = re.compile(r"[\[\]{}*?\\]")


class StorageError(LakeError):
    """The lake's files cannot be read or written."""


class ConditionNotMet(StorageError):
    """An object was to be put on a condition that another writer has made untrue."""


class StoredObject(NamedTuple):
    """A file of the lake: its key, a version that changes whenever it does, its size in bytes."""

    key: str
    version: str
    size: int


class Storage(Protocol):
    """The files of one lake; keys are relative to it and use `/`."""

    root: str

    def list_objects(self, prefix: str) -> list[StoredObject]:
        """All objects below a prefix that ends with `/`, by key; none if there is no such place."""

    def list_folders(self, prefix: str) -> list[str]:
        """The names of the folders directly below a prefix that ends with `/`."""

    def read(self, key: str) -> bytes | None:
        """An object's content; None if it does not exist."""

    def open(self, key: str) -> IO[bytes]:
        """An object's content as a stream."""

    def write(self, key: str, content: bytes) -> None:
        """Put an object whole: readers see the old content or the new one."""

    def delete(self, prefix: str) -> None:
        """Delete all below a prefix that ends with `/`, or one object; it may be gone already.

        Raises StorageError for anything but what garbage and retention are made of.
        """


class StateDamaged(StorageError):
    """A file in state/ is not what this project wrote there."""


@contextmanager
def state_file(storage: "Storage", key: str, remedy: str) -> Iterator[None]:
    """Turn what the reading of a damaged state file raises into one sentence."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StateDamaged(f"{storage.root}/{key} is damaged ({error}); {remedy}") from error


def open_storage(lake: str) -> Storage:
    """The storage of a lake given as a folder's path or as s3://bucket/prefix."""
    if match := re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{2,62})(?:/(.*?))?/*", lake):
        return S3Storage(match[1], match[2] or "")
    if not lake or re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", lake):
        raise StorageError(
            f"{lake!r} is neither a folder nor s3://bucket/prefix; pass one of these"
        )
    return FolderStorage(Path(lake))


def _refuse_undeletable(prefix: str) -> None:
    if not _DELETABLE.fullmatch(prefix):
        raise StorageError(
            f"{prefix} is never deleted, only a run's folder or a date is; delete it by hand"
        )


class FolderStorage:
    """A lake in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.expanduser().absolute()
        self.root = str(self.folder)
        if _GLOB_CHARACTERS.search(self.root):
            raise StorageError(
                f"{self.root} has one of []{{}}*?\\ in its path, which Spark reads as a pattern; "
                "use a lake folder without them"
            )

    def list_objects(self, prefix: str) -> list[StoredObject]:
        found = []
        with named(self.root, "read"):
            for folder, _, names in os.walk(self.folder / prefix, onerror=_unless_missing):
                for name in names:
                    # What is being written has a name with a dot; it may be gone by now
                    with suppress(FileNotFoundError):
                        if not name.startswith("."):
                            found.append(self._stored(Path(folder, name)))
        return sorted(found)

    def _stored(self, path: Path) -> StoredObject:
        status = path.stat()
        version = f"{status.st_size}-{status.st_mtime_ns}"
        return StoredObject(path.relative_to(self.folder).as_posix(), version, status.st_size)

    def list_folders(self, prefix: str) -> list[str]:
        try:
            with named(self.root, "read"), os.scandir(self.folder / prefix) as entries:
                return sorted(entry.name for entry in entries if entry.is_dir())
        except FileNotFoundError:
            return []

    def read(self, key: str) -> bytes | None:
        try:
            with named(f"{self.root}/{key}", "read"):
                return (self.folder / key).read_bytes()
        except FileNotFoundError:
            return None

    def open(self, key: str) -> IO[bytes]:
        with named(f"{self.root}/{key}", "read"):
            return (self.folder / key).open("rb")

    def write(self, key: str, content: bytes) -> None:
        path = self.folder / key
        with named(str(path), "written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            # One publisher per lake: what a kill left is used up by the next write of the key
            staged = path.with_name(f".{path.name}.tmp")
            try:
                with staged.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                staged.replace(path)
            except BaseException:
                staged.unlink(missing_ok=True)
                raise

    def delete(self, prefix: str) -> None:
        _refuse_undeletable(prefix)
        path = self.folder / prefix
        with named(str(path), "deleted"):
            if path.is_dir():
                shutil.rmtree(path)
                with suppress(OSError):
                    # S3 has no empty folders; here a run's goes with its last date
                    path.parent.rmdir()
            else:
                path.unlink(missing_ok=True)


class S3Storage:
    """A lake under an s3:// prefix; region and endpoint come from the environment."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.root = f"s3://{bucket}/{prefix}".rstrip("/")
        with named(self.root, "reached"):
            self.client = boto3.client("s3", config=Config(retries={"mode": "standard"}))

    def list_objects(self, prefix: str) -> list[StoredObject]:
        return [
            StoredObject(
                item["Key"].removeprefix(self.prefix), item["ETag"].strip('"'), item["Size"]
            )
            for page in self._pages(Prefix=self.prefix + prefix)
            for item in page.get("Contents", ())
        ]

    def list_folders(self, prefix: str) -> list[str]:
        return [
            item["Prefix"].removesuffix("/").rpartition("/")[2]
            for page in self._pages(Prefix=self.prefix + prefix, Delimiter="/")
            for item in page.get("CommonPrefixes", ())
        ]

    def read(self, key: str) -> bytes | None:
        try:
            with named(f"{self.root}/{key}", "read"):
                body = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)["Body"]
                content: bytes = body.read()
                return content
        except FileNotFoundError:
            return None

    def open(self, key: str) -> IO[bytes]:
        with named(f"{self.root}/{key}", "read"):
            response = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
            return cast(IO[bytes], response["Body"])

    def write(self, key: str, content: bytes) -> None:
        with named(f"{self.root}/{key}", "written"):
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=content)

    def delete(self, prefix: str) -> None:
        _refuse_undeletable(prefix)
        keys = [stored.key for stored in self.list_objects(prefix)]
        for start in range(0, len(keys), S3_KEYS_PER_DELETE):
            chunk = keys[start : start + S3_KEYS_PER_DELETE]
            with named(f"{self.root}/{prefix}", "deleted"):
                answer = self.client.delete_objects(
                    Bucket=self.bucket,
                    Delete={"Objects": [{"Key": self.prefix + key} for key in chunk]},
                )
            for failure in answer.get("Errors", ()):
                raise StorageError(
                    f"{self.root}: {failure['Key']} could not be deleted "
                    f"({failure['Code']}); give the job's role s3:DeleteObject there"
                )

    def _pages(self, **request: Any) -> Iterator[Any]:
        paginator = self.client.get_paginator("list_objects_v2")
        with named(self.root, "listed"):
            yield from paginator.paginate(Bucket=self.bucket, **request)


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


@contextmanager
def named(place: str, verb: str) -> Iterator[None]:
    """Turn what the file system or S3 raises into one sentence with the place in it."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageError(
            f"{place} could not be {verb}: {error.strerror}; free space or rights there, "
            "then run again"
        ) from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in ("NoSuchKey", "404"):
            raise FileNotFoundError(place) from error
        if code in ("PreconditionFailed", "ConditionalRequestConflict"):
            raise ConditionNotMet(f"{place} was written by another run") from error
        raise StorageError(
            f"{place} could not be {verb}: S3 answers {code}; check bucket, region and rights"
        ) from error
    except BotoCoreError as error:
        raise StorageError(f"{place} could not be {verb}: {error}") from error
