"""What to do about a table's file that is damaged or missing."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

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
    what = f"the tables cannot be read: {str(error).splitlines()[0]}"
    if on := _DATE_OF_FILE.search(file):
        return f"{what}; run {build_command(lake, [date.fromisoformat(on[1])])}"
    # The build cannot detect damage in undated tables, only a missing file
    return f"{what}; delete that file, then run {build_command(lake)}"
