"""The raw zone's writer: one gzip JSON Lines object per list and date, put there whole or not.

An object is `raw/snapshot_date=D/PLAYLIST_ID.jsonl.gz`: a `playlist` record (may be absent), an
`items_page` record per page, an `end` record. The same content gives the same bytes.
"""

import fcntl
import os
import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import IO, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from extract_lambda.errors import ExtractError
from extract_lambda.snapshot_draft import SnapshotDraft
from extract_lambda.unavailable import explained

# S3 answers a put that meets another on the same key by asking for it again
_PUTS = 3


class InvalidLake(ExtractError):
    """The lake is named in a way that is neither a folder nor an S3 prefix."""


class InvalidPlaylistId(ExtractError):
    """The list's id cannot be part of a key."""


class AlreadyPresent(ExtractError):
    """The raw zone has that list and date, and it was not to be replaced."""


class BeingWritten(ExtractError):
    """Another run is writing the same list and date at this moment."""


def open_raw_zone(lake: str | Path) -> "RawZone":
    """The raw zone of a lake: a folder's path, or s3://bucket/prefix; raises InvalidLake.

    A folder is made when the first object is written. On S3, region, endpoint and credentials
    come from the environment.
    """
    if match := re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{2,62})(?:/(.*?))?/*", str(lake)):
        return S3RawZone(match[1], match[2] or "")
    # A Path makes one slash of an address' two.
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:/", str(lake)):
        raise InvalidLake(f"{lake} is neither a folder nor s3://bucket/prefix; pass one of these")
    return FolderRawZone(Path(lake))


def raw_key(snapshot_date: date, playlist_id: str) -> str:
    """The key of a list's object, relative to the lake; raises InvalidPlaylistId."""
    # Spark passes over files whose names begin with an underscore; the rest is room for a name.
    if not re.fullmatch(r"[0-9A-Za-z-][0-9A-Za-z_-]{0,199}", playlist_id):
        raise InvalidPlaylistId(
            f"{playlist_id[:200]!r} is no playlist id; an id consists of letters, digits, - and _, "
            "and doesn't begin with _"
        )
    return f"raw/snapshot_date={snapshot_date.isoformat()}/{playlist_id}.jsonl.gz"


class RawZone(ABC):
    """The raw zone of one lake."""

    def __init__(self, root: str) -> None:
        self.root = root

    @abstractmethod
    def has(self, snapshot_date: date, playlist_id: str) -> bool:
        """Whether the list is there for that date.

        Raises InvalidPlaylistId, RawZoneUnavailable.
        """

    @contextmanager
    def draft(
        self, snapshot_date: date, playlist_id: str, *, source: str, replace: bool = False
    ) -> Iterator[SnapshotDraft]:
        """Write one list of one date: `with zone.draft(...) as draft:`.

        The object is put in one step when the block ends after `draft.end()`. If the block
        raises, or the process dies, the raw zone stays as it was.

        `source` is the API's host, `import` or `chart_csv`; `replace` puts the object over one
        that is there. Raises AlreadyPresent, BeingWritten (folder only), InvalidPlaylistId,
        RawZoneUnavailable, and what SnapshotDraft raises.
        """
        key = raw_key(snapshot_date, playlist_id)
        if not replace and self.has(snapshot_date, playlist_id):
            raise self._already_present(key)
        with explained(f"{self.root}/{key}"):
            file = self._open_staged(key)

        def write(content: bytes) -> None:
            with explained(self._staging_place(key)):
                file.write(content)

        try:
            draft = SnapshotDraft(write, snapshot_date, playlist_id, source)
            yield draft
            draft.finish()
            with explained(f"{self.root}/{key}"):
                self._put(file, key, replace=replace)
        except BaseException:
            self._discard(key)
            raise
        finally:
            # What a full disk has refused is tried once more here, to no use.
            with suppress(OSError):
                file.close()

    @abstractmethod
    def _open_staged(self, key: str) -> IO[bytes]:
        """An empty file to write the object to, where no reader looks."""

    @abstractmethod
    def _staging_place(self, key: str) -> str:
        """How messages name that file."""

    @abstractmethod
    def _put(self, file: IO[bytes], key: str, *, replace: bool) -> None:
        """Make the staged file the object, in one step."""

    @abstractmethod
    def _discard(self, key: str) -> None:
        """Remove the staged file."""

    def _already_present(self, key: str) -> AlreadyPresent:
        return AlreadyPresent(
            f"{self.root}/{key} is already there; ask for a refresh to replace it"
        )


class FolderRawZone(RawZone):
    """A raw zone in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.expanduser().absolute()
        super().__init__(str(self._folder))

    def has(self, snapshot_date: date, playlist_id: str) -> bool:
        path = self._folder / raw_key(snapshot_date, playlist_id)
        with explained(str(path)):
            return path.exists()

    def _open_staged(self, key: str) -> IO[bytes]:
        staged = self._staged(key)
        staged.parent.mkdir(parents=True, exist_ok=True)
        file = _open_locked(staged)
        if file is None:
            raise BeingWritten(
                f"{self.root}/{key} is being written by another run; wait until that has ended"
            )
        return file

    def _staging_place(self, key: str) -> str:
        return f"{self.root}/{key}"

    def _put(self, file: IO[bytes], key: str, *, replace: bool) -> None:
        path = self._folder / key
        if not replace and path.exists():
            raise self._already_present(key)
        file.flush()
        os.fsync(file.fileno())
        path.parent.mkdir(exist_ok=True)
        self._staged(key).replace(path)

    def _discard(self, key: str) -> None:
        with explained(f"{self.root}/{key}"):
            self._staged(key).unlink(missing_ok=True)

    def _staged(self, key: str) -> Path:
        # One name per object, so that a rerun uses up what a killed run left. Not in the date's
        # folder: a date of which nothing was put must not look like one.
        folder, date_folder, name = key.split("/")
        return self._folder / folder / f".{date_folder}.{name}.tmp"


class S3RawZone(RawZone):
    """A raw zone under an S3 prefix."""

    def __init__(self, bucket: str, prefix: str) -> None:
        super().__init__(f"s3://{bucket}/{prefix}".rstrip("/"))
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        with explained(self.root):
            self._client = boto3.client("s3", config=Config(retries={"mode": "standard"}))

    def has(self, snapshot_date: date, playlist_id: str) -> bool:
        key = self._prefix + raw_key(snapshot_date, playlist_id)
        # Unlike HeadObject, a listing tells a missing bucket from a missing object.
        with explained(f"s3://{self._bucket}/{key}"):
            answer = self._client.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1)
        return any(stored["Key"] == key for stored in answer.get("Contents", ()))

    def _open_staged(self, key: str) -> IO[bytes]:  # noqa: ARG002
        return tempfile.TemporaryFile()

    def _staging_place(self, key: str) -> str:
        return f"{tempfile.gettempdir()}, where {self.root}/{key} is prepared,"

    def _put(self, file: IO[bytes], key: str, *, replace: bool) -> None:
        condition: dict[str, Any] = {} if replace else {"IfNoneMatch": "*"}
        for _ in range(_PUTS):
            file.seek(0)
            try:
                self._client.put_object(
                    Bucket=self._bucket, Key=self._prefix + key, Body=file, **condition
                )
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code == "PreconditionFailed":
                    raise self._already_present(key) from error
                if code != "ConditionalRequestConflict":
                    raise
            else:
                return
        raise BeingWritten(f"{self.root}/{key} is being written by another run; run again later")

    def _discard(self, key: str) -> None:
        """The system removes a temporary file when it is closed."""


def _open_locked(path: Path) -> IO[bytes] | None:
    """The file, emptied, and locked until it is closed; None if another run has it."""
    while True:
        file = path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        # Its former holder may have put or removed the file between the two calls above.
        if _is_at(path, file):
            file.truncate(0)
            return file
        file.close()


def _is_at(path: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
