"""Which two snapshots of each list are compared."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from playlist_lake.answers.lists import KnownList, NoSnapshot, date_of_snapshot

if TYPE_CHECKING:
    import duckdb


class Snapshot(NamedTuple):
    """A snapshot of a list, as list_snapshots judges it."""

    snapshot_date: date
    item_count: int
    total: int
    is_complete: bool
    is_drop: bool
    previous_date: date | None


class Comparison(NamedTuple):
    """A snapshot of a list, and the earlier one that it is compared with, if there is one."""

    playlist_id: str
    title: str
    now: Snapshot
    before: Snapshot | None


class Chosen(NamedTuple):
    """What is compared, and a sentence on each list that is not, or not on the dates asked for."""

    comparisons: list[Comparison]
    remarks: list[str]


def newest_comparisons(
    con: duckdb.DuckDBPyConnection, lists: Sequence[KnownList]
) -> list[Comparison]:
    """The newest snapshot of each list, compared with the one that list_snapshots names."""
    return [_on_date(one, None) for one in _histories(con, lists)]


def choose(
    con: duckdb.DuckDBPyConnection, lists: Sequence[KnownList], dates: Sequence[date]
) -> Chosen:
    """What is compared for no, one or two dates.

    No date means the newest date of these lists. The snapshot of a single date is compared with the
    one that list_snapshots names. Of two dates, each means the newest snapshot up to that date. A
    list that has no such snapshot is left out. Raises NoSnapshot if that leaves nothing.
    """
    histories = _histories(con, lists)
    newest = max((one.snapshots[-1].snapshot_date for one in histories), default=None)
    comparisons = []
    lacks = defaultdict(list)
    for one in histories:
        try:
            if len(dates) < 2:
                comparisons.append(_on_date(one, dates[0] if dates else newest))
                continue
            comparison, lacking = _between(one, *sorted(dates))
            comparisons.append(comparison)
        except NoSnapshot as error:
            lacking = [error.lack]
        for text in lacking:
            lacks[text].append(one.title)
    remarks = [NoSnapshot(titles, lack) for lack, titles in lacks.items()]
    if not comparisons:
        raise remarks[0] if remarks else NoSnapshot(["the lake"], "no stays yet; build them")
    return Chosen(comparisons, [str(one) for one in remarks])


class _History(NamedTuple):
    """A list with its snapshots in order of date."""

    playlist_id: str
    title: str
    snapshots: Sequence[Snapshot]

    @property
    def dates(self) -> list[date]:
        return [one.snapshot_date for one in self.snapshots]


def _histories(con: duckdb.DuckDBPyConnection, lists: Sequence[KnownList]) -> list[_History]:
    """The lists that have snapshots in list_snapshots, in their order."""
    found = con.execute(
        """
        SELECT
            playlist_id, snapshot_date, item_count, total, is_complete, is_drop, previous_date
        FROM list_snapshots ORDER BY snapshot_date
        """
    )
    snapshots = defaultdict(list)
    for playlist_id, *values in found.fetchall():
        snapshots[playlist_id].append(Snapshot(*values))
    return [
        _History(one.playlist_id, one.title, snapshots[one.playlist_id])
        for one in lists
        if one.playlist_id in snapshots
    ]


def _on_date(history: _History, on: date | None) -> Comparison:
    """The snapshot of a date, or the newest one; raises NoSnapshot."""
    found = date_of_snapshot(history.title, history.dates, on)
    now = history.snapshots[history.dates.index(found)]
    before = [one for one in history.snapshots if one.snapshot_date == now.previous_date]
    return Comparison(history.playlist_id, history.title, now, before[0] if before else None)


def _between(history: _History, first: date, last: date) -> tuple[Comparison, list[str]]:
    """The newest snapshots up to two dates, and what the list lacks on them; raises NoSnapshot.

    If the list begins between the dates, its first snapshot stands for the first date.
    """
    up_to = [bisect_right(history.dates, on) for on in (first, last)]
    if not up_to[1]:
        # Raises the error that names the nearest date
        date_of_snapshot(history.title, history.dates, last)
    before, now = (history.snapshots[max(number, 1) - 1] for number in up_to)
    if before == now:
        raise NoSnapshot(
            [history.title], f"only the snapshot of {now.snapshot_date} for {first} and {last}"
        )
    lacks = [
        f"no snapshot of {on}; that of {snapshot.snapshot_date} is compared"
        for on, snapshot in ((first, before), (last, now))
        if snapshot.snapshot_date != on
    ]
    return Comparison(history.playlist_id, history.title, now, before), lacks
