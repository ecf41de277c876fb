"""An import that writes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from extract_lambda.raw_zone import AlreadyPresent, RawZone
from extract_lambda.snapshot_draft import SnapshotDraft


class UnwrittenZone(RawZone):
    """A raw zone that is read as it is, and whose drafts are checked and thrown away."""

    @contextmanager
    def draft(
        self, snapshot_date: date, playlist_id: str, *, source: str, replace: bool = False
    ) -> Iterator[SnapshotDraft]:
        """Check one list of one date; raises what the draft of a raw zone raises."""
        if not replace and self.has(snapshot_date, playlist_id):
            raise AlreadyPresent(f"{playlist_id} of {snapshot_date} exists already")
        draft = SnapshotDraft(lambda _: None, snapshot_date, playlist_id, source)
        yield draft
        draft.finish()
