"""The Parquet files of every table, all of one state of the lake."""

import os
import shlex
from datetime import date
from pathlib import Path
from typing import NamedTuple

from jobs import run
from jobs.file_catalog import FileCatalog
from jobs.lock import publishing_run
from jobs.runs_table import DECLARED_FOLDER
from jobs.tables import RUNS, TABLES
from lake.folder import FolderStorage
from lake.outcomes import outcomes_dates
from lake.raw_format import RAW_FOLDER, is_raw_key
from playlist_lake.answers.repairs import build_command
from playlist_lake.errors import CommandError


class EmptyLake(CommandError):
    """The lake has no tables yet."""


class DatesMissing(CommandError):
    """Files are missing that had rows of some snapshot dates."""


class StaysMissing(CommandError):
    """The file that had the rows of `playlist_stays` is missing."""


class _TableFolder(NamedTuple):
    """A folder with the rows of a table, or of one of its dates."""

    table: str
    snapshot_date: date | None
    location: str


def table_files(folder: Path) -> dict[str, list[str]]:
    """The Parquet files of every table, all of one state of the lake.

    A folder without files either had no rows, or its files were deleted: the record of its run
    shows which. Raises EmptyLake, DatesMissing, StaysMissing, JobError.
    """
    storage = FolderStorage(folder)
    catalog = FileCatalog(storage)
    table_folders = [
        _TableFolder(table, on, location)
        for table in TABLES
        for on, location in catalog.locations(table).items()
    ]
    if all(one.table == RUNS.name for one in table_folders):
        raise EmptyLake(f"{folder} has no tables yet; {_remedy(storage)}")
    files: dict[str, list[str]] = {table: [] for table in TABLES}
    empty = []
    for table_folder in table_folders:
        found = _parquet_files(f"{folder}/{table_folder.location}")
        files[table_folder.table] += found
        if not found:
            empty.append(table_folder)
    if empty and _is_changed(catalog, FileCatalog(storage)):
        # Files of the state that was read may be deleted already
        return table_files(folder)
    _refuse_lost(storage, empty)
    if not catalog.locations(RUNS.name):
        # As earlier versions left it
        files[RUNS.name] = _parquet_files(f"{folder}/{DECLARED_FOLDER}")
    return files


def _is_changed(catalog: FileCatalog, now: FileCatalog) -> bool:
    return any(catalog.locations(table) != now.locations(table) for table in TABLES)


def _remedy(storage: FolderStorage) -> str:
    """What to do about a lake without tables."""
    if running := publishing_run(storage):
        return f"{running} is building them; wait until it ends"
    has_raw = any(is_raw_key(stored.key) for stored in storage.list_objects(RAW_FOLDER))
    if has_raw or outcomes_dates(storage):
        return f"build them with {build_command(storage.root)}"
    return f"bring snapshots in with playlist-lake import --lake {shlex.quote(storage.root)}"


def _refuse_lost(storage: FolderStorage, empty: list[_TableFolder]) -> None:
    """Raise DatesMissing or StaysMissing if a run's record has rows for an empty folder."""
    run_ids = {
        one: one.location.removeprefix(f"tables/{one.table}/").partition("/")[0] for one in empty
    }
    results = {
        # Without the run's record it is not known whether there were rows
        run_id: run.load(storage, run_id).dates if storage.read(run.record_key(run_id)) else {}
        for run_id in set(run_ids.values())
    }
    lost = [
        one
        for one, run_id in run_ids.items()
        if (result := results[run_id].get(one.snapshot_date)) and result.counts.get(one.table)
    ]
    if not lost:
        return
    more = f" (one of {len(lost)} such folders)" if lost[1:] else ""
    dates = {one.snapshot_date for one in lost if one.snapshot_date}
    error = DatesMissing if dates else StaysMissing
    raise error(
        f"{storage.root}/{lost[0].location} had rows, but its Parquet files are missing{more}; "
        f"run {build_command(storage.root, dates)}"
    )


def _parquet_files(location: str) -> list[str]:
    try:
        with os.scandir(location) as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".parquet"))
    except FileNotFoundError:
        return []
