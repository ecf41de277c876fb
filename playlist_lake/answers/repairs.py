"""What to do where a file of a table is damaged or gone."""

import re
import shlex
from collections.abc import Collection
from datetime import date
from pathlib import Path

import duckdb

from jobs.tables import PARTITION_COLUMN

# As DuckDB names it: lake and file
_TABLE_FILE = re.compile(r"""["']((/.*)/tables/\w+/[\w=./-]+\.parquet)["']""")
_DATE_OF_FILE = re.compile(rf"/{PARTITION_COLUMN}=(\d{{4}}-\d{{2}}-\d{{2}})/[^/]*$")


def build_command(lake: str | Path, dates: Collection[date] = ()) -> str:
    """The command that builds some dates again and all between, or whatever needs it."""
    command = f"playlist-lake build --lake {shlex.quote(str(lake))}"
    if not dates:
        return command
    first, last = min(dates), max(dates)
    return f"{command} --snapshot-dates {first}" + (f"..{last}" if first != last else "")


def unreadable(error: duckdb.Error) -> str | None:
    """The sentence on a damaged file of a table with its remedy; none if no such file is named."""
    named = _TABLE_FILE.search(str(error))
    if named is None or not isinstance(error, duckdb.InvalidInputException | duckdb.IOException):
        return None
    file, lake = named.groups()
    what = f"the tables cannot be read: {str(error).splitlines()[0]}"
    if on := _DATE_OF_FILE.search(file):
        return f"{what}; run {build_command(lake, [date.fromisoformat(on[1])])}"
    # Nothing else tells the build that the tables of no date are not what they were
    return f"{what}; delete that file, then run {build_command(lake)}"
