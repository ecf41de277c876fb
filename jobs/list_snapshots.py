"""What each snapshot of a list can say: is it complete, is it a drop, which one is before it.

There is one row per list and date, few enough for plain Python: about 100 MB for 1,000 lists and a
year.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from jobs import drops
from jobs.history import Dates

SNAPSHOT_COLUMNS = ("playlist_id", "item_count", "total", "is_complete", "name")
"""The columns of `playlists` that are needed."""

REJECT_COLUMNS = ("playlist_id", "position")

Rejects = Mapping[tuple[str, date], list[int]]
"""The positions of the rejects, by list and date."""


class ListSnapshot(NamedTuple):
    """A row of list_snapshots."""

    playlist_id: str
    snapshot_date: date
    item_count: int
    reject_count: int
    total: int
    is_complete: bool
    is_drop: bool
    previous_date: date | None
    name: str | None

    @property
    def settles(self) -> bool:
        """Whether it settles what is absent."""
        return self.is_complete and not self.is_drop


def dated_rows(dates: Dates) -> Iterable[tuple[Any, ...]]:
    """The rows as they are, with the date first."""
    for on, rows in dates:
        yield from zip([on] * len(rows), *(column.to_pylist() for column in rows), strict=True)


def rejects_by_snapshot(rows: Iterable[tuple[date, str, int]]) -> Rejects:
    """The positions of rejects, from dated rows of REJECT_COLUMNS."""
    found: dict[tuple[str, date], list[int]] = defaultdict(list)
    for on, playlist_id, position in rows:
        found[playlist_id, on].append(position)
    return found


def list_snapshots(
    rows: Iterable[tuple[date, str, int, int, bool, str | None]], rejects: Rejects
) -> dict[str, list[ListSnapshot]]:
    """The snapshots of each list by date, from dated rows of SNAPSHOT_COLUMNS."""
    found: dict[str, list[ListSnapshot]] = defaultdict(list)
    rows_before: dict[str, int] = {}
    settling_before: dict[str, date] = {}
    for on, playlist_id, item_count, total, is_complete, name in sorted(rows):
        # Without a complete snapshot before it, a snapshot is not a drop
        is_drop = is_complete and drops.is_drop(rows_before.get(playlist_id, 0), item_count)
        snapshot = ListSnapshot(
            playlist_id,
            on,
            item_count,
            len(rejects.get((playlist_id, on), ())),
            total,
            is_complete,
            is_drop,
            settling_before.get(playlist_id),
            name,
        )
        found[playlist_id].append(snapshot)
        if is_complete:
            rows_before[playlist_id] = item_count
        if snapshot.settles:
            settling_before[playlist_id] = on
    return dict(found)
