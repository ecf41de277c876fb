"""An independent reckoning of playlist_stays and list_snapshots, in plain Python.

It walks over the snapshots of each list by date. On each date it decides with what is known by
then, and it never takes a decision back.
"""

from collections import Counter
from datetime import date

from tests.support.oracle import Row
from tests.support.stays_inputs import (
    ListOnDate,
    Recordings,
    Tables,
    known_by,
    lists_by_date,
    recordings_of,
)
from tests.support.walked_stay import Stay


def expected_rows(tables: Tables) -> tuple[list[Row], list[Row]]:
    """The rows of playlist_stays and of list_snapshots, from the tables of all dates."""
    recordings = recordings_of(tables)
    stay_rows, list_snapshot_rows = [], []
    for playlist_id, snapshots in lists_by_date(tables).items():
        walk = _Walk(recordings)
        list_snapshot_rows += [walk.step(now) for now in snapshots]
        stay_rows += [stay.row(playlist_id) for stay in walk.stays]
    return stay_rows, list_snapshot_rows


class _Walk:
    """A walk over the snapshots of a list."""

    def __init__(self, recordings: Recordings) -> None:
        self.recordings = recordings
        self.entered: dict[date | None, list[Stay]] = {}
        # The stays that have no end yet, by item
        self.open: dict[str, Stay] = {}
        self.numbers: Counter[str] = Counter()
        # The last complete snapshot; the date of the last one that was not a drop either
        self.complete: ListOnDate | None = None
        self.undropped_on: date | None = None

    @property
    def stays(self) -> list[Stay]:
        return [stay for of_date in self.entered.values() for stay in of_date]

    def step(self, now: ListOnDate) -> Row:
        """Take the next snapshot; return its row of list_snapshots."""
        is_drop = now.is_complete and self.complete is not None and _is_drop(self.complete, now)
        row = (*now.counts, is_drop, self.undropped_on, now.name)
        for uri, stay in list(self.open.items()):
            if uri not in now.positions:
                self._miss(stay, now, is_drop)
        for uri in now.positions:
            self._see(uri, now)
        self._link()
        if now.is_complete:
            self.complete = now
            self.undropped_on = self.undropped_on if is_drop else now.on
        return row

    def _miss(self, stay: Stay, now: ListOnDate, is_drop: bool) -> None:
        if not now.is_complete or _may_be_a_reject(stay, now):
            stay.missing_since = None
            return
        exited_on = stay.missing_since or now.on
        if is_drop:
            stay.missing_since = exited_on
        else:
            known = known_by(self.recordings, stay.item_uri, exited_on)
            stay.end(exited_on, known[-1] if known else None)
            del self.open[stay.item_uri]

    def _see(self, uri: str, now: ListOnDate) -> None:
        if uri not in self.open:
            self.numbers[uri] += 1
            self.open[uri] = Stay(uri, self.numbers[uri], self.complete is None)
            self.entered.setdefault(now.on, []).append(self.open[uri])
        known = known_by(self.recordings, uri, now.on)
        self.open[uri].see(now, known[-1] if known else None)

    def _link(self) -> None:
        """Let stays continue those that ended when they began, the best pair first."""
        pairs = []
        for old in self.stays:
            for new in self.entered.get(old.exited_on, ()):
                if not old.continued_by and not new.continues and new.is_reissue_of(old):
                    distance = abs(old.last_position - new.entry_position)
                    positions = distance, new.entry_position, old.last_position
                    uris = new.item_uri, old.item_uri
                    pairs.append(((new.recording_known_on, *positions, *uris), old, new))
        for _, old, new in sorted(pairs, key=lambda pair: pair[0]):
            if not old.continued_by and not new.continues:
                old.continued_by, new.continues = new, old


def _is_drop(before: ListOnDate, now: ListOnDate) -> bool:
    return before.item_count >= 10 and now.item_count < before.item_count / 2


def _may_be_a_reject(stay: Stay, now: ListOnDate) -> bool:
    """Whether a row that could not be read stands where the item stood last."""
    then = stay.last_seen_in
    assert then is not None
    from_the_end = then.total - stay.last_position
    is_there = {stay.last_position, now.total - from_the_end} & now.rejects
    return len(now.rejects) > len(then.rejects) and bool(is_there)
