"""The snapshot dates in the names of folders."""

import re
from datetime import date

from lake.storage import Storage

_FOLDER = re.compile(r"snapshot_date=(\d{4}-\d{2}-\d{2})")


def folder_dates(storage: Storage, prefix: str) -> list[date]:
    """The dates of the folders `snapshot_date=D` below a prefix, in order; raises StorageError."""
    found = []
    for name in storage.list_folders(prefix):
        if match := _FOLDER.fullmatch(name):
            try:
                found.append(date.fromisoformat(match[1]))
            except ValueError:
                # Such as 2026-02-30
                continue
    return sorted(found)
