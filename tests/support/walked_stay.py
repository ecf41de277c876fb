"""A stay while the stays oracle walks over the snapshots of a list, and the row that it becomes."""

from dataclasses import dataclass, field
from datetime import date

from tests.support.oracle import Row
from tests.support.stays_inputs import ListOnDate, Recording

STAY_COLUMNS = (
    "playlist_id item_uri stay_number entered_on last_seen_on exited_on days_spanned "
    "snapshots_seen entry_position best_position best_position_on last_position is_current "
    "starts_before_history missing_since continues_uri continued_by_uri listed_since first_uri"
)


@dataclass(eq=False)
class Stay:
    """A stay as it is known so far, with where the item stood on each date that had it."""

    item_uri: str
    number: int
    starts_before_history: bool
    positions: dict[date, int] = field(default_factory=dict)
    last_seen_in: ListOnDate | None = None
    missing_since: date | None = None
    exited_on: date | None = None
    # What the stay was known as first, and on which date of the stay
    recording: Recording | None = None
    recording_known_on: date | None = None
    # What it was known as last when the item left
    last_recording: Recording | None = None
    continues: "Stay | None" = None
    continued_by: "Stay | None" = None

    def see(self, now: ListOnDate, recording: Recording | None) -> None:
        """Take in a snapshot that has the item, and the recording that is known by then."""
        self.positions[now.on] = now.positions[self.item_uri]
        self.last_seen_in, self.missing_since = now, None
        if self.recording is None and recording:
            self.recording, self.recording_known_on = recording, now.on

    def end(self, exited_on: date, recording: Recording | None) -> None:
        """Let the item leave, with the recording that is known by then."""
        self.exited_on, self.missing_since, self.last_recording = exited_on, None, recording

    def is_reissue_of(self, old: "Stay") -> bool:
        """Whether the recordings are the same, and an artist too."""
        left, began = old.last_recording, self.recording
        return bool(left and began and left.isrc == began.isrc and left.artists & began.artists)

    @property
    def entered_on(self) -> date:
        return min(self.positions)

    @property
    def last_seen_on(self) -> date:
        return max(self.positions)

    @property
    def entry_position(self) -> int:
        return self.positions[self.entered_on]

    @property
    def last_position(self) -> int:
        return self.positions[self.last_seen_on]

    def row(self, playlist_id: str) -> Row:
        """The row of playlist_stays."""
        best_on = min(self.positions, key=lambda on: (self.positions[on], on))
        first = self
        while first.continues:
            first = first.continues
        return (
            playlist_id,
            self.item_uri,
            self.number,
            self.entered_on,
            self.last_seen_on,
            self.exited_on,
            (self.last_seen_on - self.entered_on).days + 1,
            len(self.positions),
            self.entry_position,
            self.positions[best_on],
            best_on,
            self.last_position,
            self.exited_on is None,
            self.starts_before_history,
            self.missing_since,
            self.continues.item_uri if self.continues else None,
            self.continued_by.item_uri if self.continued_by else None,
            first.entered_on,
            first.item_uri,
        )
