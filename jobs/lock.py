"""The lock of a lake: one run publishes at a time; the lock of a killed run is released."""

import fcntl
import io
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO, Protocol

from jobs.errors import JobError
from jobs.run import Clock
from lake.errors import BeingWritten, ConditionNotMet, ObjectMissing, disk_errors
from lake.folder import FolderStorage
from lake.s3 import S3Storage, s3_errors
from lake.storage import Storage

LOCK_KEY = "state/lock"
# Longer than any run may take (the Glue jobs' timeout is an hour), and short enough to expire
# before the next day's run if the holder was killed
S3_LOCK_LIFETIME = timedelta(hours=2)
# Longer than a reader holds the lock of a folder to see whether it is free
_PROBE_S = 0.05


class LakeIsLocked(JobError):
    """Another run is publishing to this lake."""


class LockLost(JobError):
    """The lock expired and another run has taken it."""


class Lock(Protocol):
    """A lock that this run holds."""

    def renew(self) -> None:
        """Make sure that this run still holds the lock; raises LockLost."""


@contextmanager
def locked(storage: Storage, run_id: str, clock: Clock) -> Iterator[Lock]:
    """Hold the lake's lock for a run; raises LakeIsLocked at once if another run holds it."""
    if isinstance(storage, FolderStorage):
        with _folder_lock(storage, run_id, clock) as lock:
            yield lock
    elif isinstance(storage, S3Storage):
        s3_lock = S3Lock(storage, run_id, clock)
        s3_lock.acquire()
        try:
            yield s3_lock
        finally:
            s3_lock.release()


def publishing_run(storage: FolderStorage) -> str | None:
    """Who holds the lock of a lake in a folder at the moment; None if nobody does.

    It writes nothing, so that readers can call it.
    """
    try:
        file = (storage.folder / LOCK_KEY).open("rb")
    except OSError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _run_in(file.read())
    return None


class FolderLock:
    """A flock, which the operating system releases when the process ends, even if it is killed."""

    def renew(self) -> None:
        """A flock cannot be lost."""


@contextmanager
def _folder_lock(storage: FolderStorage, run_id: str, clock: Clock) -> Iterator[Lock]:
    path = storage.folder / LOCK_KEY
    with disk_errors(str(path), "written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    with file:
        try:
            _flock(file)
        except BlockingIOError as error:
            file.seek(0)
            raise _is_locked(storage.root, file.read()) from error
        file.truncate(0)
        file.write(_holder(run_id, clock()))
        file.flush()
        yield FolderLock()


def _flock(file: IO[bytes]) -> None:
    """Lock a file; tries twice, because `publishing_run` locks it for a moment."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(_PROBE_S)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class S3Lock:
    """An object that only one run can create; after its expiry another run may replace it."""

    def __init__(self, storage: S3Storage, run_id: str, clock: Clock) -> None:
        self._storage = storage
        self._root, self._run_id, self._clock = storage.root, run_id, clock
        self._etag = ""

    def acquire(self) -> None:
        """Create the object, or replace an expired one; raises LakeIsLocked."""
        if self._put(IfNoneMatch="*"):
            return
        try:
            with s3_errors(f"{self._root}/{LOCK_KEY}", "read"):
                answer = self._storage.client.get_object(
                    Bucket=self._storage.bucket, Key=self._storage.prefix + LOCK_KEY
                )
                holder = answer["Body"].read()
        except ObjectMissing as error:
            raise _is_locked(self._root, b"{}") from error
        if not _is_expired(holder, self._clock()) or not self._put(IfMatch=answer["ETag"]):
            raise _is_locked(self._root, holder)

    def renew(self) -> None:
        """Move the expiry; raises LockLost if another run has taken the lock."""
        if not self._put(IfMatch=self._etag):
            raise LockLost(
                f"{self._root}: run {self._run_id} lost the lock, because it took longer than "
                f"{S3_LOCK_LIFETIME} or the lock was deleted; nothing was published; run it again"
            )

    def release(self) -> None:
        """Let the lock expire, if this run still holds it.

        S3 has no conditional delete, so a delete could remove another run's lock.
        """
        self._put(IfMatch=self._etag, lifetime=timedelta(0))

    def _put(self, *, lifetime: timedelta = S3_LOCK_LIFETIME, **condition: str) -> bool:
        body = io.BytesIO(_holder(self._run_id, self._clock(), lifetime))
        try:
            self._etag = self._storage.put_if(LOCK_KEY, body, **condition)
        except (ConditionNotMet, BeingWritten, ObjectMissing):
            # Missing: it was deleted, and another run may hold the lock by now
            return False
        return True


def _holder(run_id: str, now: datetime, lifetime: timedelta = S3_LOCK_LIFETIME) -> bytes:
    holder = {
        "run_id": run_id,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": now.isoformat(timespec="seconds"),
        "expires_at": (now + lifetime).isoformat(timespec="seconds"),
    }
    return json.dumps(holder).encode()


def _is_expired(holder: bytes, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(json.loads(holder)["expires_at"]) <= now
    except (ValueError, KeyError, TypeError):
        return False


def _is_locked(root: str, content: bytes) -> LakeIsLocked:
    return LakeIsLocked(
        f"{root}: {_run_in(content)} is publishing to this lake; wait until it ends, then run again"
    )


def _run_in(content: bytes) -> str:
    """The run that a lock's content names."""
    try:
        holder = json.loads(content)
        process = f"process {holder['pid']} on {holder['host']}"
        return f"run {holder['run_id']} ({process}, since {holder['since']})"
    except (ValueError, KeyError, TypeError):
        return "another run"
