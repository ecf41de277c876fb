"""An independent reckoning of stays, in plain Python: one walk over a list's snapshots by date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.support.oracle import Row, Snapshot, content, item_uri, linked_from_uri, reject_reason

STAY_COLUMNS = (
    "playlist_id item_uri stay_number entered_on last_seen_on exited_on days_spanned "
    "snapshots_seen entry_position best_position best_position_on last_position is_current "
    "starts_before_history"
)


@dataclass
class Stay:
    """A stay while the walk goes on: where the item was on each date that had it."""

    playlist_id: str
    item_uri: str
    number: int
    starts_before_history: bool
    positions: dict[date, int]
    exited_on: date | None = None

    def row(self) -> Row:
        dates = sorted(self.positions)
        best_on = min(dates, key=lambda on: (self.positions[on], on))
        return (
            self.playlist_id,
            self.item_uri,
            self.number,
            dates[0],
            dates[-1],
            self.exited_on,
            (dates[-1] - dates[0]).days + 1,
            len(dates),
            self.positions[dates[0]],
            self.positions[best_on],
            best_on,
            self.positions[dates[-1]],
            self.exited_on is None,
            self.starts_before_history,
        )


def expected_stays(snapshots: Iterable[Snapshot]) -> list[Row]:
    """The rows of playlist_stays, in no particular order."""
    by_list: dict[str, list[Snapshot]] = {}
    for snapshot in sorted(snapshots, key=lambda one: one.on):
        if snapshot.is_complete:
            by_list.setdefault(snapshot.playlist_id, []).append(snapshot)
    return [stay.row() for of_list in by_list.values() for stay in _walk(of_list)]


def _walk(snapshots: list[Snapshot]) -> list[Stay]:
    stays: list[Stay] = []
    on_the_list: dict[str, Stay] = {}
    for snapshot in snapshots:
        positions = _positions(snapshot)
        for uri, stay in list(on_the_list.items()):
            last = stay.positions[max(stay.positions)]
            is_hidden = reject_reason(snapshot.rows.get(last)) == "null_item"
            if uri not in positions and (last not in snapshot.rows or not is_hidden):
                stay.exited_on = snapshot.on
                del on_the_list[uri]
        for uri, position in positions.items():
            if uri not in on_the_list:
                number = 1 + sum(stay.item_uri == uri for stay in stays)
                first = snapshot is snapshots[0]
                stay = Stay(snapshot.playlist_id, uri, number, first, {})
                on_the_list[uri] = stay
                stays.append(stay)
            on_the_list[uri].positions[snapshot.on] = position
    return stays


def _positions(snapshot: Snapshot) -> dict[str, int]:
    """The best position of each item of a snapshot."""
    positions: dict[str, int] = {}
    for position, item in sorted(snapshot.rows.items()):
        if not reject_reason(item):
            thing = content(item)
            uri = linked_from_uri(thing) or item_uri(thing)
            positions.setdefault(str(uri), position)
    return positions
