"""The lake as its readers see it: a folder of this machine, and one whole state of its tables."""

import os
import re
from pathlib import Path

from jobs.catalog import FileCatalog
from jobs.storage import FolderStorage, open_storage
from jobs.tables import RUNS, TABLES
from playlist_lake.errors import CommandError

_LAKE_FOLDERS = ("config", "raw", "state", "tables")


class LakeElsewhere(CommandError):
    """The lake is named by an address, not by a folder."""


class NoLake(CommandError):
    """There is no lake in the folder."""


class EmptyLake(CommandError):
    """The lake has no tables yet."""


def lake_folder(lake: str | Path) -> Path:
    """The absolute path of a lake's folder, which need not exist; raises LakeElsewhere."""
    # A Path makes one slash of an address' two
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:/", str(lake)):
        raise LakeElsewhere(
            f"{lake} is no folder of this machine; build it with the Glue jobs and query it with "
            "Athena, or name a folder"
        )
    return Path(lake).expanduser().absolute()


def new_or_existing_lake(lake: str | Path) -> Path:
    """The absolute path of a lake's folder that jobs can build; raises LakeElsewhere, JobError."""
    folder = lake_folder(lake)
    open_storage(str(folder))
    return folder


def existing_lake(lake: str | Path) -> Path:
    """The absolute path of a lake's folder; raises NoLake, LakeElsewhere."""
    folder = lake_folder(lake)
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise NoLake(
            f"{folder} {what}; name a lake with --lake, or make one with playlist-lake demo"
        )
    if not any((folder / name).is_dir() for name in _LAKE_FOLDERS):
        raise NoLake(
            f"{folder} is no lake, since it has none of the folders {', '.join(_LAKE_FOLDERS)}; "
            "name a lake with --lake, or make one with playlist-lake import or demo"
        )
    return folder


def table_files(folder: Path) -> dict[str, list[str]]:
    """The Parquet files of every table, all of one state of the lake; raises EmptyLake.

    A location that does not exist has no files: the table has no rows there.
    """
    catalog = FileCatalog(_ReadOnce(folder))
    files = {
        table: [
            path
            for location in catalog.locations(table).values()
            for path in _parquet_files(f"{folder}/{location}")
        ]
        for table in TABLES
        if table != RUNS.name
    }
    if not any(catalog.locations(table) for table in files):
        remedy = (
            "build them with playlist-lake build"
            if any(folder.glob("raw/*/*.jsonl.gz"))
            else "bring snapshots in with playlist-lake import"
        )
        raise EmptyLake(f"{folder} has no tables yet; {remedy} --lake {folder}")
    return files | {RUNS.name: _parquet_files(f"{folder}/tables/{RUNS.name}")}


class _ReadOnce(FolderStorage):
    """A lake whose catalog is read once, so that all tables are of one state."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._contents: dict[str, bytes | None] = {}

    def read(self, key: str) -> bytes | None:
        if key not in self._contents:
            self._contents[key] = super().read(key)
        return self._contents[key]


def _parquet_files(location: str) -> list[str]:
    try:
        with os.scandir(location) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".parquet"))
    except FileNotFoundError:
        return []
