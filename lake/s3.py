"""A lake under an s3:// prefix."""

import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from types import TracebackType
from typing import IO, Any, Self, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lake.address import S3Address
from lake.errors import (
    Action,
    BeingWritten,
    ConditionNotMet,
    ObjectMissing,
    PutConflict,
    disk_errors,
    storage_error,
)
from lake.objects import StoredObject, refuse_undeletable

S3_KEYS_PER_DELETE = 1000
# Before each attempt. A conflict is over when S3 has finished the other put, which may be an
# attempt of the same put
_CONFLICT_PAUSES_S = (0, 0.5, 2)
_PUT_ID = "put-id"


class S3Storage:
    """The files of a lake in a bucket; region, endpoint and credentials are the environment's."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.root = str(S3Address(bucket, prefix))
        with s3_errors(self.root, "reached"):
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

    def exists(self, key: str) -> bool:
        # Unlike HeadObject, a listing tells a missing bucket from a missing key
        with s3_errors(f"{self.root}/{key}", "listed"):
            answer = self.client.list_objects_v2(
                Bucket=self.bucket, Prefix=self.prefix + key, MaxKeys=1
            )
        return any(stored["Key"] == self.prefix + key for stored in answer.get("Contents", ()))

    def read(self, key: str, max_bytes: int | None = None) -> bytes | None:
        try:
            with s3_errors(f"{self.root}/{key}", "read"):
                answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
                with closing(answer["Body"]) as body:
                    content: bytes = body.read(max_bytes)
                return content
        except ObjectMissing:
            return None

    def open(self, key: str) -> IO[bytes]:
        with s3_errors(f"{self.root}/{key}", "read"):
            response = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
            return cast(IO[bytes], response["Body"])

    def write(self, key: str, content: bytes) -> None:
        with s3_errors(f"{self.root}/{key}", "written"):
            self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=content)

    def put_if(self, key: str, body: IO[bytes], **condition: Any) -> str:
        """Put an object if a condition of S3 (IfMatch or IfNoneMatch) holds; returns its ETag.

        If the answer to a put is lost, boto3 sends the put again, and S3 refuses it: the first
        attempt has changed the object, so the condition no longer holds. Therefore the metadata
        of the object has the id of the put that stored it. A refused put that finds its own id has
        succeeded. Equal content proves nothing: another run may have stored the same.

        Raises ConditionNotMet, BeingWritten, StorageError.

        Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html,
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        put_id = uuid.uuid4().hex
        for pause_s in _CONFLICT_PAUSES_S:
            time.sleep(pause_s)
            try:
                with s3_errors(f"{self.root}/{key}", "written"):
                    body.seek(0)
                    answer = self.client.put_object(
                        Bucket=self.bucket,
                        Key=self.prefix + key,
                        Body=body,
                        Metadata={_PUT_ID: put_id},
                        **condition,
                    )
                return str(answer["ETag"])
            except PutConflict:
                continue
            except ConditionNotMet:
                if etag := self._etag_of_put(key, put_id):
                    return etag
                raise
        raise BeingWritten(f"{self.root}/{key} is being written by another run; run again later")

    def stage(self, key: str) -> "StagedUpload":
        return StagedUpload(self, key)

    def delete(self, prefix: str) -> None:
        refuse_undeletable(prefix)
        keys = [stored.key for stored in self.list_objects(prefix)]
        for start in range(0, len(keys), S3_KEYS_PER_DELETE):
            chunk = keys[start : start + S3_KEYS_PER_DELETE]
            with s3_errors(f"{self.root}/{prefix}", "deleted"):
                answer = self.client.delete_objects(
                    Bucket=self.bucket,
                    Delete={"Objects": [{"Key": self.prefix + key} for key in chunk]},
                )
            for failure in answer.get("Errors", ()):
                key, code = failure["Key"].removeprefix(self.prefix), failure["Code"]
                raise storage_error(code, f"S3 answers {code}", f"{self.root}/{key}", "deleted")

    def _etag_of_put(self, key: str, put_id: str) -> str | None:
        """The ETag of the object, if the put with that id stored it."""
        # Unlike HeadObject, GetObject tells a missing bucket from a missing key
        with suppress(ObjectMissing), s3_errors(f"{self.root}/{key}", "read"):
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
            with closing(answer["Body"]):
                is_own = answer["Metadata"].get(_PUT_ID) == put_id
            return str(answer["ETag"]) if is_own else None
        return None

    def _pages(self, **request: Any) -> Iterator[Any]:
        paginator = self.client.get_paginator("list_objects_v2")
        with s3_errors(self.root, "listed"):
            yield from paginator.paginate(Bucket=self.bucket, **request)


class StagedUpload:
    """A StagedObject in a temporary file, which the system removes when it is closed."""

    def __init__(self, storage: S3Storage, key: str) -> None:
        self._storage = storage
        self._key = key
        self._location = f"{storage.root}/{key}"
        self._draft = f"{self._location}, drafted in {tempfile.gettempdir()},"
        with disk_errors(self._draft, "written"):
            self._file = tempfile.TemporaryFile()  # noqa: SIM115, closed by __exit__

    def write(self, content: bytes) -> None:
        with disk_errors(self._draft, "written"):
            self._file.write(content)

    def put(self, *, replace: bool) -> None:
        if not replace:
            self._storage.put_if(self._key, self._file, IfNoneMatch="*")
            return
        with s3_errors(self._location, "written"):
            self._file.seek(0)
            self._storage.client.put_object(
                Bucket=self._storage.bucket,
                Key=self._storage.prefix + self._key,
                Body=self._file,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # close() retries the failed flush of a full disk; ignore the error
        with suppress(OSError):
            self._file.close()


@contextmanager
def s3_errors(location: str, action: Action) -> Iterator[None]:
    """Turn what boto3 raises into the StorageError of its cause, or into ConditionNotMet."""
    try:
        with disk_errors(location, action):
            yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        if code == "ConditionalRequestConflict":
            raise PutConflict(f"{location} is being written by another run") from error
        if code == "PreconditionFailed":
            raise ConditionNotMet(f"{location} was written by another run") from error
        raise storage_error(code, f"S3 answers {code}", location, action) from error
    except BotoCoreError as error:
        reason = str(error).rstrip(".")
        raise storage_error(type(error).__name__, reason, location, action) from error
