"""Check, without Spark, whether the tables of a lake are up to date."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from jobs.build_plan import BuildPlan, plan_changed
from jobs.file_catalog import FileCatalog
from jobs.pending import read_pending
from lake.storage import open_storage
from playlist_lake.answers.database import connect
from playlist_lake.answers.table_files import EmptyLake, StaysMissing


def is_up_to_date(folder: Path, dates: Collection[date]) -> bool:
    """Whether the tables of these dates, and the stays, are built from the current raw objects."""
    if read_pending(open_storage(str(folder))).publication is not None:
        return False
    return plan_changed_dates(folder, dates).is_empty and stays_are_current(folder)


def plan_changed_dates(folder: Path, candidates: Collection[date]) -> BuildPlan:
    """The plan to build those candidates whose tables are out of date."""
    storage = open_storage(str(folder))
    return plan_changed(storage, FileCatalog(storage), candidates)


def stays_are_current(folder: Path) -> bool:
    """Whether the stays were built after everything that was flattened and dropped."""
    try:
        con = connect(folder)
    except EmptyLake:
        return True
    except StaysMissing:
        return False
    last = con.execute(
        "SELECT job FROM runs WHERE status <> 'failed' ORDER BY finished_at DESC LIMIT 1"
    ).fetchone()
    dropped = con.execute(
        """
        SELECT 1 FROM playlist_stays
        WHERE entered_on < (SELECT coalesce(min(snapshot_date), 'infinity') FROM playlists)
        LIMIT 1
        """
    ).fetchone()
    return last == ("build_stays",) and dropped is None
