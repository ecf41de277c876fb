"""When an absence proves that an item left its list.

Presence is always evidence; only absence needs proof. The first complete snapshot that is not a
drop settles what happened since an item was last seen, unless a reject may be the item. An example,
with the snapshots of one list; item A was last seen on date 1, at position 2 of 50:

    number  snapshot                            A            says about A
    0       50 rows                             position 2
    1       incomplete                          absent       nothing: excused
    2       20 rows: a drop                     absent       it is missing
    3       20 rows                             absent       it left on date 3: settled

The exit is the first snapshot of the absence that settled it: the one after the newest snapshot
that had the item or was excused. With a reject at A's position on date 4, number 3 would be excused
too; and without date 4, A would still be current, and missing since date 3.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from jobs.list_snapshots import ListSnapshot, Rejects


class Absence(NamedTuple):
    """What is known of an item's absence.

    The snapshot with the number `settled_at` proves it; None if none does so far. `since` is the
    first snapshot of the absence; None if the list has no snapshot without the item.
    """

    settled_at: int | None
    since: date | None


class Absences:
    """The absences of the items of a list; its snapshots are numbered from 0, by date."""

    def __init__(self, snapshots: Sequence[ListSnapshot], rejects: Rejects) -> None:
        self._snapshots = snapshots
        self._settling = [number for number, one in enumerate(snapshots) if one.settles]
        self._incomplete = [number for number, one in enumerate(snapshots) if not one.is_complete]
        self._rejected_from_start: dict[int, list[int]] = defaultdict(list)
        self._rejected_from_end: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(snapshots):
            for position in rejects.get((one.playlist_id, one.snapshot_date), ()):
                self._rejected_from_start[position].append(number)
                self._rejected_from_end[one.total - position].append(number)
        # Few absences are hidden. All others are the same for all items last seen in one snapshot
        self._unhidden: dict[int, Absence] = {}

    def after(self, seen: int, position: int) -> Absence:
        """The absence of an item that was last seen in the snapshot `seen`, at `position`."""
        if hidden := self._hidden(seen, position):
            return self._after(seen, hidden)
        if seen not in self._unhidden:
            self._unhidden[seen] = self._after(seen, ())
        return self._unhidden[seen]

    def _hidden(self, seen: int, position: int) -> set[int]:
        """The snapshots in which a reject may be the item.

        They have more rejects than `seen`, one of them where the item stood, from the top or the
        end.
        """
        last = self._snapshots[seen]
        rejected = (
            *self._rejected_from_start.get(position, ()),
            *self._rejected_from_end.get(last.total - position, ()),
        )
        return {
            number
            for number in rejected
            if number > seen and self._snapshots[number].reject_count > last.reject_count
        }

    def _after(self, seen: int, hidden: Collection[int]) -> Absence:
        later = islice(self._settling, bisect_right(self._settling, seen), None)
        settled_at = next((number for number in later if number not in hidden), None)
        end = len(self._snapshots) if settled_at is None else settled_at
        excused = (number for number in (*self._incomplete, *hidden) if seen < number < end)
        first_absent = max(excused, default=seen) + 1
        is_absent = first_absent < len(self._snapshots)
        return Absence(
            settled_at, self._snapshots[first_absent].snapshot_date if is_absent else None
        )
