"""A warning for readers of stays that are older than the tables they are built from."""

from pathlib import Path

from jobs.file_catalog import FileCatalog
from jobs.lock import publishing_run
from jobs.stays_inputs import stays_are_current
from lake.folder import FolderStorage
from playlist_lake.answers.repairs import build_command
from playlist_lake.console import remark
from playlist_lake.lakes import existing_lake


def warn_of_outdated_stays(lake: str | Path) -> None:
    """Print a warning if the stays of a lake in a folder are missing or out of date.

    Queries that need no stays are right all the same, so this is not an error. Raises NoLake,
    LakeElsewhere, JobError, LakeError.
    """
    storage = FolderStorage(existing_lake(lake))
    if stays_are_current(storage, FileCatalog(storage)):
        return
    if running := publishing_run(storage):
        remedy = f"{running} is building the tables, so wait until it ends"
    else:
        remedy = f"run {build_command(lake)}"
    remark(f"warning: the stays are out of date; {remedy}", "yellow")
