"""What to do about a table's file that is damaged or missing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.file_catalog import FileCatalog
from jobs.run_folders import parse_run_folder
from lake.folder import FolderStorage

if TYPE_CHECKING:
    import duckdb

# A lake and a file in it, as DuckDB's errors name them
_TABLE_FILE = re.compile(r"""["']((/.*)/tables/\w+/[\w=./-]+\.parquet)["']""")
_DATE_OF_FILE = re.compile(r"/snapshot_date=(\d{4}-\d{2}-\d{2})/[^/]*$")


def build_command(lake: str | Path, dates: Collection[date] = ()) -> str:
    """The command that rebuilds all dates from the first of these to the last.

    Without dates it is the command that builds what is out of date.
    """
    command = f"playlist-lake build --lake {shlex.quote(str(lake))}"
    if not dates:
        return command
    first, last = min(dates), max(dates)
    return f"{command} --snapshot-dates {first}" + (f"..{last}" if first != last else "")


def damaged_file_message(error: duckdb.Error) -> str | None:
    """What to do about the damaged table file that an error names; None if it names none."""
    # Imported here because most commands that import this module run without DuckDB
    import duckdb

    match = _TABLE_FILE.search(str(error))
    if match is None or not isinstance(error, duckdb.InvalidInputException | duckdb.IOException):
        return None
    file, lake = match.groups()
    if not _is_published(lake, file):
        return "the tables have changed since this query began; run it again"
    what = f"the tables cannot be read: {str(error).splitlines()[0]}"
    if on := _DATE_OF_FILE.search(file):
        return f"{what}; run {build_command(lake, [date.fromisoformat(on[1])])}"
    # The build cannot detect damage in undated tables, only a missing file
    return f"{what}; delete that file, then run {build_command(lake)}"


def _is_published(lake: str, file: str) -> bool:
    """Whether the catalog has the folder of a table's file.

    A file of `runs` that an earlier version wrote has none.
    """
    folder = str(Path(file).parent.relative_to(lake))
    run_folder = parse_run_folder(folder)
    if run_folder is None:
        return True
    published = FileCatalog(FolderStorage(Path(lake))).locations(run_folder.table)
    return folder in published.values()
