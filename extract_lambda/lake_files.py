"""The lake's small files, such as config/playlists.txt: read whole, and put in one step."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from extract_lambda.unavailable import explained


class LakeFiles(Protocol):
    """The small files of one lake; keys are relative to it and use `/`."""

    def place(self, key: str) -> str:
        """How messages name a file."""

    def read(self, key: str) -> bytes | None:
        """A file's content, None if it does not exist; raises RawZoneUnavailable."""

    def write(self, key: str, content: bytes) -> None:
        """Put a file: readers see the old content or the new; raises RawZoneUnavailable."""


def open_lake_files(root: str) -> LakeFiles:
    """The files of the lake whose raw zone has this root."""
    if match := re.fullmatch(r"s3://([^/]+)(?:/(.*))?", root):
        return _S3Files(match[1], match[2] or "")
    return _FolderFiles(Path(root))


class _FolderFiles:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, key: str) -> str:
        return str(self._folder / key)

    def read(self, key: str) -> bytes | None:
        with explained(self.place(key)):
            try:
                return (self._folder / key).read_bytes()
            except FileNotFoundError:
                return None

    def write(self, key: str, content: bytes) -> None:
        path = self._folder / key
        staged = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        with explained(self.place(key)):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                staged.write_bytes(content)
                staged.replace(path)
            finally:
                with suppress(OSError):
                    staged.unlink(missing_ok=True)


class _S3Files:
    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        with explained(f"s3://{bucket}"):
            self._client = boto3.client("s3", config=Config(retries={"mode": "standard"}))

    def place(self, key: str) -> str:
        return f"s3://{self._bucket}/{self._prefix}{key}"

    def read(self, key: str) -> bytes | None:
        with explained(self.place(key)):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
                return answer["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] == "NoSuchKey":
                    return None
                raise

    def write(self, key: str, content: bytes) -> None:
        with explained(self.place(key)):
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=content)
