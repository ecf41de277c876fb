"""A lake in a folder of this machine."""

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from lake.address import InvalidAddress
from lake.atomic import AtomicFile, atomic_write
from lake.errors import BeingWritten, ConditionNotMet, ObjectMissing, disk_errors
from lake.objects import StoredObject, refuse_undeletable

# Hadoop expands these in a path, so Spark would read the lake's path as a pattern
_GLOB_CHARACTERS = re.compile(r"[\[\]{}*?\\]")


class FolderStorage:
    """The files of a lake below a folder. The first write creates the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.root = str(self.folder)
        if _GLOB_CHARACTERS.search(self.root):
            raise InvalidAddress(
                f"{self.root} has one of []{{}}*?\\ in its path, which Spark reads as a pattern; "
                "use a lake folder without them"
            )

    def list_objects(self, prefix: str) -> list[StoredObject]:
        found = []
        with disk_errors(str(self.folder / prefix), "read"):
            for folder, _, names in os.walk(self.folder / prefix, onerror=_unless_missing):
                # Texts, because a Path for each file takes longer than reading its status
                within = os.path.relpath(folder, self.folder)
                for name in names:
                    # A draft's name begins with a dot; it may be gone by now
                    with suppress(FileNotFoundError):
                        if not name.startswith("."):
                            status = os.stat(f"{folder}/{name}")  # noqa: PTH116, faster than a Path
                            version = f"{status.st_size}-{status.st_mtime_ns}"
                            key = os.path.normpath(f"{within}/{name}")
                            found.append(StoredObject(key, version, status.st_size))
        return sorted(found)

    def list_folders(self, prefix: str) -> list[str]:
        try:
            folder = self.folder / prefix
            with disk_errors(str(folder), "read"), os.scandir(folder) as entries:
                return sorted(entry.name for entry in entries if entry.is_dir())
        except ObjectMissing:
            return []

    def exists(self, key: str) -> bool:
        with disk_errors(f"{self.root}/{key}", "read"):
            return (self.folder / key).is_file()

    def read(self, key: str, max_bytes: int | None = None) -> bytes | None:
        try:
            with disk_errors(f"{self.root}/{key}", "read"), (self.folder / key).open("rb") as file:
                return file.read(max_bytes)
        except ObjectMissing:
            return None

    def open(self, key: str) -> IO[bytes]:
        with disk_errors(f"{self.root}/{key}", "read"):
            return (self.folder / key).open("rb")

    def write(self, key: str, content: bytes) -> None:
        path = self.folder / key
        with disk_errors(str(path), "written"):
            path.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(path, content)

    def stage(self, key: str) -> "StagedFile":
        return StagedFile(self.folder / key)

    def delete(self, prefix: str) -> None:
        refuse_undeletable(prefix)
        path = self.folder / prefix
        with disk_errors(str(path), "deleted"):
            if path.is_dir():
                shutil.rmtree(path)
                with suppress(OSError):
                    # As on S3, no empty folder stays: a run's folder is deleted with its last date
                    path.parent.rmdir()
            else:
                path.unlink(missing_ok=True)


class StagedFile:
    """A StagedObject in the folder; raises BeingWritten if another run has staged the same key."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Outside the object's folder, so that a date's folder exists only if it has an object
        draft = path.parent.with_name(f".{path.parent.name}.{path.name}.tmp")
        with disk_errors(str(path), "written"):
            draft.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._draft = AtomicFile(path, draft=draft, wait=False)
            except BlockingIOError as error:
                raise BeingWritten(
                    f"{path} is being written by another run; wait until that run has ended"
                ) from error

    def write(self, content: bytes) -> None:
        with disk_errors(str(self._path), "written"):
            self._draft.file.write(content)

    def put(self, *, replace: bool) -> None:
        with disk_errors(str(self._path), "written"):
            if not replace and self._path.exists():
                raise ConditionNotMet(f"{self._path} exists already")
            self._path.parent.mkdir(exist_ok=True)
            self._draft.put()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with disk_errors(str(self._path), "written"):
            self._draft.__exit__(kind, error, traceback)


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
