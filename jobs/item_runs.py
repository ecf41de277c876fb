"""Runs of items on lists, from the entries of consecutive dates.

A run is a sequence of snapshots of a list that have the item, without a gap. An example: snapshots
of a list by number, and the item's position in each:

    number    0  1  2  3  4  5
    position  7  5  6     9  9    two runs: 0 to 2 with the best position 5, and 4 to 5

Dates are read in parts, and a run ends with its part. That makes no difference to the stays: a run
that begins where another one ends continues its stay.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jobs.absences import Absences
from jobs.history import Dates
from jobs.list_snapshots import ListSnapshot, Rejects

ENTRY_COLUMNS = ("playlist_id", "position", "item_uri", "linked_from_uri")
"""The columns of `playlist_entries` that are needed."""

RUN_TYPES = {
    "playlist_id": "string",
    "item_uri": "string",
    "entered": "int",
    "seen": "int",
    "entered_on": "date",
    "last_seen_on": "date",
    "entry_position": "int",
    "last_position": "int",
    "best_position": "int",
    "best_position_on": "date",
    "starts_before_history": "boolean",
    "settled_at": "int",
    "absent_since": "date",
}
"""The columns of runs.

`entered` and `seen` are the numbers of a run's first and last snapshots. `settled_at` and
`absent_since` are of the absence after it, see absences.py.
"""

Run = tuple[Any, ...]

# Only the URI of a local file may have it
_SEPARATOR = "\n"


@dataclass
class _OpenRun:
    """A run that the next snapshot may continue; `entered` and `best` are numbers of snapshots."""

    entered: int
    entry_position: int
    best_position: int
    best: int


class _List:
    """The runs of one list while its snapshots are read in order."""

    def __init__(self, snapshots: Sequence[ListSnapshot], rejects: Rejects) -> None:
        self._snapshots = snapshots
        self._absences = Absences(snapshots, rejects)
        self._numbers = {one.snapshot_date: number for number, one in enumerate(snapshots)}
        complete = (number for number, one in enumerate(snapshots) if one.is_complete)
        self._first_complete = next(complete, len(snapshots))
        self._seen = -1
        self._positions: dict[str, int] = {}
        self._open: dict[str, _OpenRun] = {}

    def has(self, on: date) -> bool:
        """Whether there is a snapshot on that date."""
        return on in self._numbers

    def see(self, on: date, positions: dict[str, int]) -> Iterator[Run]:
        """Read a snapshot, and return the runs that ended before it."""
        number = self._numbers[on]
        # A snapshot without entries is in between
        if number > self._seen + 1:
            yield from self.end()
        for uri in self._positions.keys() - positions.keys():
            yield self._ended(uri)
        # Most items don't change, and sets find the others fast
        changed = positions.items() - self._positions.items()
        self._seen, self._positions = number, positions
        for uri, position in changed:
            run = self._open.get(uri)
            if run is None:
                self._open[uri] = _OpenRun(number, position, position, number)
            elif position < run.best_position:
                run.best_position, run.best = position, number

    def end(self) -> Iterator[Run]:
        """End all open runs at the newest snapshot so far."""
        for uri in self._positions:
            yield self._ended(uri)
        self._positions = {}

    def _ended(self, uri: str) -> Run:
        run, position = self._open.pop(uri), self._positions[uri]
        first, last = self._snapshots[run.entered], self._snapshots[self._seen]
        return (
            first.playlist_id,
            uri,
            run.entered,
            self._seen,
            first.snapshot_date,
            last.snapshot_date,
            run.entry_position,
            position,
            run.best_position,
            self._snapshots[run.best].snapshot_date,
            run.entered <= self._first_complete,
            *self._absences.after(self._seen, position),
        )


def runs(
    snapshots: Mapping[str, Sequence[ListSnapshot]], rejects: Rejects, dates: Dates
) -> Iterator[Run]:
    """The runs of all lists, in the order of RUN_TYPES.

    An item that is on a list twice counts once, at its best position. Memory holds the entries of
    one date and the runs that go on, not the history.
    """
    lists = {playlist_id: _List(of_list, rejects) for playlist_id, of_list in snapshots.items()}
    for on, entries in dates:
        for playlist_id, positions in by_list(entries):
            # A date whose `playlists` were deleted is skipped
            if playlist_id in lists and lists[playlist_id].has(on):
                yield from lists[playlist_id].see(on, positions)
    for one in lists.values():
        yield from one.end()


def by_list(entries: pa.Table) -> Iterator[tuple[str, dict[str, int]]]:
    """The positions of the items, list by list."""
    item_uri = pc.coalesce(entries["linked_from_uri"], entries["item_uri"])
    grouped = (
        entries.select(["playlist_id", "position"])
        .append_column("item_uri", item_uri)
        .group_by("playlist_id", use_threads=False)
        .aggregate([("item_uri", "list"), ("position", "list")])
    )
    # One text per list: Arrow makes Python texts one by one, which takes three times as long
    texts = pc.binary_join(grouped["item_uri_list"], _SEPARATOR).to_pylist()
    rows = (grouped["playlist_id"].to_pylist(), texts, grouped["position_list"].to_pylist())
    for number, (playlist_id, text, numbers) in enumerate(zip(*rows, strict=True)):
        uris = text.split(_SEPARATOR)
        if len(uris) != len(numbers):
            uris = grouped["item_uri_list"][number].as_py()
        positions = dict(zip(uris, numbers, strict=True))
        if len(positions) < len(uris):
            for uri, position in zip(uris, numbers, strict=True):
                positions[uri] = min(positions[uri], position)
        yield playlist_id, positions
