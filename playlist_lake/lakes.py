"""The folder of a lake on this machine: its path, whether a lake is in it, and its lock."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from lake.address import FolderAddress, InvalidAddress, S3Address, parse_address
from lake.folder import FolderStorage
from lake.storage import Storage, open_storage
from playlist_lake.errors import Misuse

if TYPE_CHECKING:
    from jobs.locked_lake import LockedLake

LAKE_FOLDERS = ("config", "raw", "outcomes", "state", "tables")


class LakeElsewhere(Misuse):
    """The lake is not in a folder on this machine."""


class NoLake(Misuse):
    """There is no lake in the folder."""


class FolderOfCode(Misuse):
    """The folder is a Python package, as lake/ in a clone of this repository is."""


def lake_folder(lake: str | Path) -> Path:
    """The absolute path of a lake's folder, which need not exist.

    Raises LakeElsewhere, InvalidAddress.
    """
    try:
        address = parse_address(lake)
    except InvalidAddress:
        if not str(lake).strip():
            raise
        address = None
    if not isinstance(address, FolderAddress):
        raise LakeElsewhere(
            f"{lake} is not a folder of this machine; build it with the Glue jobs and query it "
            "with Athena, or name a folder"
        )
    return address.path


def new_or_existing_lake(lake: str | Path) -> Path:
    """The absolute path of a folder that a lake can be built in.

    Raises NoLake, LakeElsewhere, FolderOfCode, LakeError.
    """
    folder = lake_folder(lake)
    if folder.exists() and not folder.is_dir():
        raise NoLake(f"{folder} is not a folder; name another one with --lake")
    FolderStorage(folder)
    _refuse_code(folder)
    return folder


def lake_storage(lake: str) -> Storage:
    """The storage of a lake that the extraction can write to: a folder or an S3 prefix.

    Raises LakeElsewhere, FolderOfCode, LakeError.
    """
    is_on_s3 = isinstance(parse_address(lake), S3Address)
    return open_storage(lake if is_on_s3 else new_or_existing_lake(lake))


def existing_lake(lake: str | Path) -> Path:
    """The absolute path of a lake's folder; raises NoLake, LakeElsewhere, FolderOfCode."""
    folder = lake_folder(lake)
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise NoLake(
            f"{folder} {what}; name a lake with --lake, or make one with playlist-lake demo"
        )
    _refuse_code(folder)
    if not any((folder / name).is_dir() for name in LAKE_FOLDERS):
        raise NoLake(
            f"{folder} is not a lake, since it has none of the folders "
            f"{', '.join(LAKE_FOLDERS)}; name a lake with --lake, or make one with "
            "playlist-lake import or demo"
        )
    return folder


def locked_lake(folder: Path) -> AbstractContextManager[LockedLake]:
    """The lake in a folder, locked until the block ends, so that a command locks it only once.

    Raises LakeIsLocked at once if another run holds the lock.
    """
    # Imported here because most commands lock no lake
    from jobs.options import JobOptions
    from jobs.publish import open_lake

    return open_lake(JobOptions(str(folder)))


def _refuse_code(folder: Path) -> None:
    if (folder / "__init__.py").exists():
        raise FolderOfCode(
            f"{folder} is a Python package, and a lake's files would be mixed with its code; name "
            "another folder with --lake"
        )
