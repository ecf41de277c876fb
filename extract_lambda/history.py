"""What the lake knows of each list before an extraction: its last outcome and its last snapshot."""

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from itertools import islice

from extract_lambda.raw_zone import RawZone
from lake.errors import LakeError
from lake.outcomes import (
    READ,
    UNAVAILABLE,
    Outcome,
    OutcomeRecord,
    OutcomesUnreadable,
    last_attempts,
    read_outcomes,
    walk_back,
)

MAX_DATES = 30
"""How many dates with outcomes or snapshots are looked at for a list."""

# An answer of Spotify about the list. The other outcomes say nothing about it
_ANSWERS: tuple[Outcome, ...] = (*READ, *UNAVAILABLE)

_logger = logging.getLogger(__name__)


class ListHistory:
    """The outcomes and snapshots of the followed lists before an extraction of one date.

    Everything is read when it is first asked for. Objects that cannot be read are logged and
    ignored: they must not keep today's lists from being read.
    """

    def __init__(self, zone: RawZone, playlist_ids: Sequence[str], snapshot_date: date) -> None:
        self._zone = zone
        self._playlist_ids = playlist_ids
        self._snapshot_date = snapshot_date

    def least_recently_tried(self) -> list[str]:
        """The lists in the order in which they are read: never tried first, ties in file order.

        A list counts as tried on a date if Spotify answered for it or it failed. A list that a
        spent quota or the time limit cut off comes first the next time, unless it had a whole run
        to itself: then it is too large, and must not starve the others.
        """
        return sorted(self._playlist_ids, key=lambda one: self._attempts.tried.get(one, date.min))

    def was_read(self, playlist_id: str) -> bool:
        """Whether Spotify served the list when it last answered for it.

        Without any answer in the outcomes: whether the day before has a snapshot.
        """
        if answer := self._attempts.answers.get(playlist_id):
            return answer.outcome in READ
        return self.newest_snapshot(playlist_id) == self._snapshot_date - timedelta(days=1)

    def is_news(self, record: OutcomeRecord) -> bool:
        """Whether a new record changes the outcome of its list and date."""
        before = self._attempts.rows.get((record.snapshot_date, record.playlist_id))
        return before is None or record.outcome not in ("already_present", before.outcome)

    def newest_snapshot(self, playlist_id: str) -> date | None:
        """The date of the list's newest snapshot before the snapshot date; None if unknown."""
        return self._snapshots.get(playlist_id)

    def last_item_count(self, playlist_id: str) -> int | None:
        """The number of items in the newest snapshot before; None if there is none, or unknown."""
        on = self.newest_snapshot(playlist_id)
        try:
            return self._zone.item_count(on, playlist_id) if on else None
        except LakeError as error:
            _logger.warning(
                "the last snapshot of playlist %s cannot be read: %s", playlist_id, error
            )
            return None

    @cached_property
    def _attempts(self) -> "_Attempts":
        """The newest outcomes, back to the date on which each list has been answered for."""
        found = _Attempts()
        missing = set(self._playlist_ids)
        try:
            for _, keys in islice(walk_back(self._zone.storage, self._snapshot_date), MAX_DATES):
                runs = [records for key in keys if (records := self._records(key))]
                found.add(runs)
                missing -= found.answers.keys()
                if not missing:
                    break
        except LakeError as error:
            _logger.warning("the earlier outcomes cannot be read: %s", error)
        return found

    def _records(self, key: str) -> list[OutcomeRecord]:
        try:
            return read_outcomes(self._zone.storage, key)
        except OutcomesUnreadable as error:
            _logger.warning("%s", error)
            return []

    @cached_property
    def _snapshots(self) -> dict[str, date]:
        """The date of each list's newest snapshot."""
        found: dict[str, date] = {}
        missing = set(self._playlist_ids)
        try:
            dates = [on for on in self._zone.dates() if on < self._snapshot_date]
            for on in reversed(dates[-MAX_DATES:]):
                found |= dict.fromkeys(missing & self._zone.playlist_ids(on), on)
                missing -= found.keys()
                if not missing:
                    break
        except LakeError as error:
            _logger.warning("the earlier snapshots cannot be listed: %s", error)
        return found


class _Attempts:
    """The newest outcomes, added date by date, newest first."""

    def __init__(self) -> None:
        self.rows: dict[tuple[date, str], OutcomeRecord] = {}
        """The row of each date and list."""
        self.answers: dict[str, OutcomeRecord] = {}
        """The newest answer of Spotify about each list."""
        self.tried: dict[str, date] = {}
        """The newest date on which each list was tried."""

    def add(self, runs: Sequence[Sequence[OutcomeRecord]]) -> None:
        """Add the records of each run of one date."""
        records = [record for run in runs for record in run]
        self.rows |= last_attempts(records)
        answers = last_attempts(one for one in records if one.outcome in _ANSWERS)
        for (_, playlist_id), record in answers.items():
            self.answers.setdefault(playlist_id, record)
        for run in runs:
            for record in _tried(run):
                self.tried.setdefault(record.playlist_id, record.snapshot_date)


def _tried(run: Sequence[OutcomeRecord]) -> list[OutcomeRecord]:
    """The lists that Spotify answered for or that failed, and the first one that took calls."""
    first = next((record for record in run if record.calls), None)
    return [record for record in run if record.outcome in (*_ANSWERS, "failed") or record is first]
