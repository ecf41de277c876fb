"""The files to import in the files and folders that the user names."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from playlist_lake.importing.files import ImportFile, file_on_disk

# Written by macOS into ZIP files
_NOT_THE_USERS = "__MACOSX"


def files_at(paths: Iterable[Path]) -> list[ImportFile]:
    """The files at some paths: those named, and those in folders and the folders in them.

    Hidden files and folders are left out, unless they are named. A file that does not exist is
    returned, too; reading it raises UnusableFile.
    """
    found: dict[ImportFile, None] = {}
    for path in paths:
        found |= dict.fromkeys(_files_in(path) if path.is_dir() else [file_on_disk(path)])
    return list(found)


def _files_in(folder: Path) -> Iterator[ImportFile]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(filter(_is_visible, folders))
        within = Path(folder.resolve().name, os.path.relpath(parent, folder))
        for path in (Path(parent, name) for name in sorted(filter(_is_visible, names))):
            # Reading a pipe would wait for ever
            if path.is_file():
                yield replace(file_on_disk(path), is_found=True, folder=str(within))


def _is_visible(name: str) -> bool:
    return not name.startswith(".") and name != _NOT_THE_USERS
