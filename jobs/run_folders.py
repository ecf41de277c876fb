"""The folders that runs write tables into: one per run and table, below it one per date."""

import re
from datetime import date
from typing import NamedTuple

from jobs.tables import PARTITION_COLUMN

_RUN_FOLDER = re.compile(rf"tables/(\w+)/([\w-]+)(?:/{PARTITION_COLUMN}=([\d-]+))?")


class RunFolder(NamedTuple):
    """A folder of a run: a table's rows of one date, or of all dates if the date is None."""

    table: str
    run_id: str
    snapshot_date: date | None


def run_folder(table: str, run_id: str, on: date | None = None) -> str:
    """The folder, relative to the lake, of a run's rows of a table: of one date or of all."""
    folder = f"tables/{table}/{run_id}"
    return f"{folder}/{PARTITION_COLUMN}={on}" if on else folder


def parse_run_folder(folder: str) -> RunFolder | None:
    """The inverse of `run_folder`; None for any other folder."""
    match = _RUN_FOLDER.fullmatch(folder)
    if not match:
        return None
    return RunFolder(match[1], match[2], date.fromisoformat(match[3]) if match[3] else None)
