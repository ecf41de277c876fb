"""The Parquet files of every table, all of one state of the lake."""

import os
from datetime import date
from pathlib import Path
from typing import NamedTuple

from jobs import run
from jobs.file_catalog import FileCatalog
from jobs.tables import RUNS, TABLES
from lake.folder import FolderStorage
from lake.raw_format import RAW_FOLDER, is_raw_key
from playlist_lake.answers.repairs import build_command
from playlist_lake.errors import CommandError


class EmptyLake(CommandError):
    """The lake has no tables yet."""


class DatesMissing(CommandError):
    """The tables of some snapshot dates had rows, and have no file any more."""


class StaysMissing(CommandError):
    """`playlist_stays` had rows, and has no file any more."""


class _Place(NamedTuple):
    """A folder with the rows of a table, or of one of its dates."""

    table: str
    snapshot_date: date | None
    location: str


def table_files(folder: Path) -> dict[str, list[str]]:
    """The Parquet files of every table, all of one state of the lake.

    A place without files has no rows, or they are lost: the record of its run tells. Raises
    EmptyLake, DatesMissing, StaysMissing, JobError.
    """
    storage = _ReadOnce(folder)
    catalog = FileCatalog(storage)
    places = [
        _Place(table, on, location)
        for table in TABLES
        if table != RUNS.name
        for on, location in catalog.locations(table).items()
    ]
    if not places:
        remedy = (
            "build them with playlist-lake build"
            if any(is_raw_key(stored.key) for stored in storage.list_objects(RAW_FOLDER))
            else "bring snapshots in with playlist-lake import"
        )
        raise EmptyLake(f"{folder} has no tables yet; {remedy} --lake {folder}")
    files: dict[str, list[str]] = {table: [] for table in TABLES}
    empty = []
    for place in places:
        found = _parquet_files(f"{folder}/{place.location}")
        files[place.table] += found
        if not found:
            empty.append(place)
    _refuse_lost(storage, empty)
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


def _refuse_lost(storage: FolderStorage, empty: list[_Place]) -> None:
    """Raise DatesMissing or StaysMissing where the run of an empty place counted rows there."""
    run_ids = {
        place: place.location.removeprefix(f"tables/{place.table}/").partition("/")[0]
        for place in empty
    }
    results = {
        # Without its record nobody knows what a run wrote
        run_id: run.load(storage, run_id).dates if storage.read(run.record_key(run_id)) else {}
        for run_id in set(run_ids.values())
    }
    lost = [
        place
        for place, run_id in run_ids.items()
        if (result := results[run_id].get(place.snapshot_date)) and result.counts.get(place.table)
    ]
    if not lost:
        return
    more = f", nor have {len(lost) - 1} others like it" if lost[1:] else ""
    dates = {place.snapshot_date for place in lost if place.snapshot_date}
    error = DatesMissing if dates else StaysMissing
    raise error(
        f"{storage.root}/{lost[0].location} had rows and has no Parquet file any more{more}; "
        f"run {build_command(storage.root, dates)}"
    )


def _parquet_files(location: str) -> list[str]:
    try:
        with os.scandir(location) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".parquet"))
    except FileNotFoundError:
        return []
