"""Removing folders that no reader uses: replaced, dropped, and those never published."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from jobs.locked_lake import LockedLake
from jobs.pending import read_pending, write_pending
from jobs.run import RunRecord
from jobs.run_folders import parse_run_folder, run_folder
from jobs.scratch import SCRATCH
from jobs.tables import DATED_TABLES, RUNS, TABLES

# A query that began before a switch or a drop may read the old folder for this long
GARBAGE_AGE = timedelta(hours=24)


def collect_garbage(lake: LockedLake, age: timedelta = GARBAGE_AGE) -> list[str]:
    """Delete folders that were superseded, or never published, at least `age` ago.

    Returns the folders and the runs whose folders were deleted.
    """
    pending, latest = read_pending(lake.storage), lake.clock() - age
    old = [folder for folder, since in pending.superseded.items() if _is_old(since, latest)]
    in_use = _in_use(lake, old)
    deleted = [folder for folder in old if folder not in in_use]
    abandoned = [run_id for run_id, since in pending.started.items() if _is_old(since, latest)]
    for folder in deleted:
        lake.storage.delete(f"{folder}/")
    for folder in old:
        del pending.superseded[folder]
    for run_id in abandoned:
        # The table `runs` has all failed runs, so readers may use its folder
        for name in (SCRATCH, *(name for name in TABLES if name != RUNS.name)):
            lake.storage.delete(f"{run_folder(name, run_id)}/")
        del pending.started[run_id]
    if old or abandoned:
        write_pending(lake.storage, pending)
    return deleted + abandoned


def superseded_by(record: RunRecord) -> Iterator[str]:
    """The folders that a finished run made useless: those replaced, and its own of failed dates."""
    for switch in record.switches:
        # The first location of a table is the declared one, which is not a run's folder
        if switch.old and switch.old != switch.new and parse_run_folder(switch.old):
            yield switch.old
    for on, result in record.dates.items():
        if on and result.status == "failed":
            yield from (run_folder(table.name, record.run_id, on) for table in DATED_TABLES)


def _in_use(lake: LockedLake, folders: Iterable[str]) -> set[str]:
    """Those folders that the catalog points at again, for example after an undo."""
    dates_by_table: dict[str, list[date]] = {}
    for folder in filter(None, map(parse_run_folder, folders)):
        dates = dates_by_table.setdefault(folder.table, [])
        if folder.snapshot_date:
            dates.append(folder.snapshot_date)
    return {
        location
        for table, dates in dates_by_table.items()
        for location in lake.catalog.locations(table, dates).values()
    }


def _is_old(since: str, latest: datetime) -> bool:
    return datetime.fromisoformat(since) <= latest
