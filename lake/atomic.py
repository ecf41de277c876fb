"""Atomic file writes: readers see the old file or the whole new one, whatever happens."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self


class AtomicFile:
    """A file that is written beside its path and put there in one step.

        with AtomicFile(path) as draft:
            draft.file.write(content)
            draft.put()

    If the block ends without `put`, the path stays as it was. The draft has one name per path and
    is locked: a second writer waits, and the next one reuses what a killed process left. With
    `wait=False` a second writer gets BlockingIOError. Only the user may read an `is_private` file.
    Raises OSError.
    """

    def __init__(
        self, path: Path, *, draft: Path | None = None, wait: bool = True, is_private: bool = False
    ) -> None:
        self._path = path
        self._draft = draft or path.with_name(f".{path.name}.tmp")
        self.file = _open_locked(self._draft, wait=wait, is_private=is_private)
        self._is_put = False

    def put(self) -> None:
        """Replace what is at the path; the content is on the disk before."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self._draft.replace(self._path)
        self._is_put = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if not self._is_put:
                self._draft.unlink(missing_ok=True)
        finally:
            # close() retries the failed flush of a full disk; ignore the error
            with suppress(OSError):
                self.file.close()


def atomic_write(path: Path, content: bytes, *, is_private: bool = False) -> None:
    """Write a file whole; its folder exists. Raises OSError."""
    with AtomicFile(path, is_private=is_private) as draft:
        draft.file.write(content)
        draft.put()


def _open_locked(path: Path, *, wait: bool, is_private: bool) -> IO[bytes]:
    """The file, emptied, and locked until it is closed."""
    lock = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
    while True:
        mode = 0o600 if is_private else 0o666
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, mode), "wb")
        try:
            fcntl.flock(file, lock)
            # Its former holder may have put or removed the file between the two calls above
            if _is_at(path, file):
                if is_private:
                    os.fchmod(file.fileno(), mode)
                file.truncate(0)
                return file
        except BaseException:
            file.close()
            raise
        file.close()


def _is_at(path: Path, file: IO[bytes]) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False
