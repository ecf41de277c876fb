"""The state of every followed list: its last snapshot and its newest attempt, from the lake."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from extract_lambda.history import MAX_DATES
from extract_lambda.playlists_file import NothingFollowed, Playlists, read_playlists
from lake.outcomes import (
    READ,
    UNAVAILABLE,
    OutcomeRecord,
    OutcomesUnreadable,
    last_attempts,
    read_outcomes,
    walk_back,
)
from lake.storage import Storage
from playlist_lake.console import on_one_line, remark
from playlist_lake.staleness import staleness
from playlist_lake.status.snapshots import LastSnapshot, last_snapshots, snapshot_dates

# The dates that are searched for missed ones
RECENT_DAYS = 30
_READ = (*READ, "already_present")


class Attempt(NamedTuple):
    """The newest attempt to read a list, and the date since when attempts end like it."""

    record: OutcomeRecord
    since: date

    @property
    def is_read(self) -> bool:
        """Whether the list was read, or had been read on that date."""
        return self.record.outcome in _READ


class ListStatus(NamedTuple):
    """A followed list: its last known name, its last snapshot and its newest attempt, if any."""

    playlist_id: str
    name: str | None
    snapshot: LastSnapshot | None
    attempt: Attempt | None

    @property
    def title(self) -> str:
        """The name, or the id of a list without one."""
        return on_one_line(self.name or "") or self.playlist_id

    @property
    def staleness(self) -> str | None:
        """Until when the list was read and what happens since; None if the attempt read it."""
        if self.attempt is None or self.attempt.is_read:
            return None
        read_on = self.snapshot.snapshot_date if self.snapshot else None
        return staleness(read_on, self.attempt.record.outcome, self.attempt.since)

    @property
    def is_unavailable(self) -> bool:
        """Whether Spotify does not serve the list."""
        return self.attempt is not None and self.attempt.record.outcome in UNAVAILABLE


class LakeStatus(NamedTuple):
    """The followed lists in the file's order, the file's faults, and the lake's other lists.

    `last_date` is the newest snapshot date of a followed list. `missed` are the recent dates
    before today, since the first snapshot, on which no followed list has a snapshot.
    """

    lists: list[ListStatus]
    playlists: Playlists
    not_followed: list[ListStatus]
    last_date: date | None
    missed: list[date]

    @property
    def has_failed(self) -> bool:
        """Whether a list needs another run."""
        return any(one.staleness and not one.is_unavailable for one in self.lists)

    @property
    def has_unavailable(self) -> bool:
        """Whether Spotify does not serve one of the lists."""
        return any(one.is_unavailable for one in self.lists)


def read_status(storage: Storage, today: date) -> LakeStatus:
    """The status of a lake's lists; raises PlaylistsUnreadable, StorageError.

    Warns of outcomes that cannot be read.
    """
    try:
        playlists = read_playlists(storage)
    except NothingFollowed:
        playlists = Playlists((), (), ())
    dates = snapshot_dates(storage)
    others = sorted(dates.keys() - set(playlists.ids))
    snapshots = last_snapshots(storage, dates, [*playlists.ids, *others])
    attempts = _attempts(storage, {one: snapshots.get(one) for one in playlists.ids})

    def status(playlist_id: str) -> ListStatus:
        snapshot = snapshots.get(playlist_id)
        name = (snapshot.name if snapshot else None) or playlists.comments.get(playlist_id)
        return ListStatus(playlist_id, name, snapshot, attempts.get(playlist_id))

    of_followed = {on for one in playlists.ids for on in dates.get(one, ())}
    return LakeStatus(
        [status(one) for one in playlists.ids],
        playlists,
        [status(one) for one in others],
        max(of_followed, default=None),
        _missed(of_followed, today),
    )


def _missed(dates: Collection[date], today: date) -> list[date]:
    recent = (today - timedelta(days=days) for days in range(RECENT_DAYS, 0, -1))
    return [on for on in recent if dates and on > min(dates) and on not in dates]


def _attempts(storage: Storage, snapshots: Mapping[str, LastSnapshot | None]) -> dict[str, Attempt]:
    """The newest attempt of each list, by playlist id; a list that was not tried has none.

    Outcomes are read from the newest date back: for 30 dates until a list's newest attempt, and
    from there to the date since when it has not been read, however long ago that is. So nothing
    more is read for lists that are read. The query `health` finds the same in the tables; `status`
    also works before the first build and on S3.
    """
    attempts: dict[str, Attempt] = {}
    open_ = set(snapshots)
    for number, (on, keys) in enumerate(walk_back(storage, date.max)):
        if number == MAX_DATES:
            open_ &= attempts.keys()
        if not open_:
            break
        rows = last_attempts(record for key in keys for record in _records(storage, key))
        for playlist_id in [one for one in open_ if (on, one) in rows]:
            row, newest = rows[on, playlist_id], attempts.get(playlist_id)
            snapshot = snapshots[playlist_id]
            is_after = snapshot is None or on > snapshot.snapshot_date
            if newest is None:
                attempts[playlist_id] = newest = Attempt(row, on)
            elif is_after and row.outcome == newest.record.outcome:
                attempts[playlist_id] = newest._replace(since=on)
            if newest.is_read or not is_after or row.outcome != newest.record.outcome:
                open_.discard(playlist_id)
    return attempts


def _records(storage: Storage, key: str) -> list[OutcomeRecord]:
    try:
        return read_outcomes(storage, key)
    except OutcomesUnreadable as error:
        remark(f"warning: {error}", "yellow")
        return []
