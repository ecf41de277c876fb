"""A warning for readers of stays and genres that are older than what they are built from."""

from pathlib import Path

from jobs.file_catalog import FileCatalog
from jobs.genres_inputs import genres_are_current
from jobs.lock import publishing_run
from jobs.stays_inputs import stays_are_current
from lake.folder import FolderStorage
from playlist_lake.answers.repairs import build_command
from playlist_lake.console import remark
from playlist_lake.lakes import existing_lake


def warn_of_outdated_tables(lake: str | Path) -> None:
    """Print a warning if the stays or genres of a lake in a folder are missing or out of date.

    Queries that need none of them are right all the same, so this is not an error. Raises NoLake,
    LakeElsewhere, JobError, LakeError.
    """
    storage = FolderStorage(existing_lake(lake))
    catalog = FileCatalog(storage)
    outdated = [] if stays_are_current(storage, catalog) else ["the stays"]
    outdated += [] if genres_are_current(storage, catalog) else ["the genres"]
    if not outdated:
        return
    if running := publishing_run(storage):
        remedy = f"{running} is building the tables, so wait until it ends"
    else:
        remedy = f"run {build_command(lake)}"
    remark(
        f"warning: {' and '.join(outdated)} are out of date, so rows and names may be missing; "
        f"{remedy}",
        "yellow",
    )
