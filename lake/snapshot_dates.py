"""The snapshot dates in the names of folders and files."""

import re
from collections.abc import Iterable
from datetime import date

from lake.storage import Storage

DATE = r"(\d{4}-\d{2}-\d{2})"
"""The pattern of a date, a group."""


def folder_dates(storage: Storage, prefix: str) -> list[date]:
    """The dates of the folders `snapshot_date=D` below a prefix, in order; raises StorageError."""
    return dates_in(storage.list_folders(prefix), f"snapshot_date={DATE}")


def dates_in(names: Iterable[str], pattern: str) -> list[date]:
    """The dates in those names that match a pattern with the group DATE, in order."""
    found = []
    for name in names:
        if match := re.fullmatch(pattern, name):
            try:
                found.append(date.fromisoformat(match[1]))
            except ValueError:
                # Such as 2026-02-30
                continue
    return sorted(found)
