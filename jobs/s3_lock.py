"""The lock of a lake on S3: an object that expires."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from jobs.lock import LOCK_KEY, S3_LOCK_LIFETIME, Lock, LockLost, holder_content, lake_is_locked
from jobs.run import Clock
from lake.errors import BeingWritten, ConditionNotMet, ObjectMissing
from lake.s3 import S3Storage, s3_errors


@contextmanager
def s3_locked(storage: S3Storage, run_id: str, clock: Clock) -> Iterator[Lock]:
    """Hold the lake's lock for a run; raises LakeIsLocked at once if another run holds it."""
    lock = S3Lock(storage, run_id, clock)
    lock.acquire()
    try:
        yield lock
    finally:
        lock.release()


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
            raise lake_is_locked(self._root, b"{}") from error
        if not _is_expired(holder, self._clock()) or not self._put(IfMatch=answer["ETag"]):
            raise lake_is_locked(self._root, holder)

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
        body = io.BytesIO(holder_content(self._run_id, self._clock(), lifetime))
        try:
            self._etag = self._storage.put_if(LOCK_KEY, body, **condition)
        except (ConditionNotMet, BeingWritten, ObjectMissing):
            # Missing: it was deleted, and another run may hold the lock by now
            return False
        return True


def _is_expired(holder: bytes, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(json.loads(holder)["expires_at"]) <= now
    except (ValueError, KeyError, TypeError):
        return False
