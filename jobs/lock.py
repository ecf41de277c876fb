"""The lock of a lake: one run publishes at a time; the lock of a killed run is released."""

import fcntl
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
from lake.errors import disk_errors
from lake.folder import FolderStorage
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
        return
    # boto3 is slow to import, and a folder does not need it
    from jobs.s3_lock import s3_locked
    from lake.s3 import S3Storage

    if isinstance(storage, S3Storage):
        with s3_locked(storage, run_id, clock) as s3_lock:
            yield s3_lock


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
            raise lake_is_locked(storage.root, file.read()) from error
        file.truncate(0)
        file.write(holder_content(run_id, clock()))
        file.flush()
        yield FolderLock()


def _flock(file: IO[bytes]) -> None:
    """Lock a file; tries twice, because `publishing_run` locks it for a moment."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(_PROBE_S)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def holder_content(run_id: str, now: datetime, lifetime: timedelta = S3_LOCK_LIFETIME) -> bytes:
    """The content of the lock that a run holds."""
    holder = {
        "run_id": run_id,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": now.isoformat(timespec="seconds"),
        "expires_at": (now + lifetime).isoformat(timespec="seconds"),
    }
    return json.dumps(holder).encode()


def lake_is_locked(root: str, content: bytes) -> LakeIsLocked:
    """The error for a lake whose lock has this content."""
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
