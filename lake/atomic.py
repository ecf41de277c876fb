"""Atomic file writes: readers see the old file or the whole new one, whatever happens."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self


class AtomicFile:
    """A draft beside a path, and one step that replaces the file at the path with it.

        with AtomicFile(path) as draft:
            draft.file.write(content)
            draft.put()

    If the block ends without `put`, the file at the path does not change. The draft is locked: a
    second writer waits, or gets BlockingIOError with `wait=False`. Its name depends only on the
    path, so the next writer overwrites the draft of a killed process. Only the user may read an
    `is_private` file. Raises OSError.
    """

    def __init__(
        self, path: Path, *, draft: Path | None = None, wait: bool = True, is_private: bool = False
    ) -> None:
        self._path = path
        self._draft = draft or _draft_of(path)
        self.file = _open_locked(self._draft, wait=wait, is_private=is_private)
        self._is_put = False

    def put(self) -> None:
        """Flush the draft to the disk, then move it to the path."""
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
    """Write a file in one step; its folder must exist. Raises OSError."""
    with AtomicFile(path, is_private=is_private) as draft:
        draft.file.write(content)
        draft.put()


def remove_leftover_draft(path: Path) -> None:
    """Remove the draft that a killed writer left beside a path, but not that of a living one."""
    # To open a draft that does not exist would create it
    if _draft_of(path).exists():
        with suppress(BlockingIOError), AtomicFile(path, wait=False, is_private=True):
            pass  # The draft is removed, because nothing is put


def _draft_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")


def _open_locked(path: Path, *, wait: bool, is_private: bool) -> IO[bytes]:
    """The file, emptied, and locked until it is closed."""
    lock = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
    while True:
        mode = 0o600 if is_private else 0o666
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, mode), "wb")
        try:
            fcntl.flock(file, lock)
            # Another writer may have put or removed the file between the two calls above
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
