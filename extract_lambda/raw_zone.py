"""The writer of the raw zone: one object per list and date, stored whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import IO

from extract_lambda.errors import ExtractError
from extract_lambda.snapshot_draft import SnapshotDraft
from lake.errors import ConditionNotMet
from lake.raw_format import raw_key
from lake.storage import Storage


class AlreadyPresent(ExtractError):
    """The raw zone has that list and date, and `replace` was not set."""


class RawZone:
    """The raw zone of one lake."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def has(self, snapshot_date: date, playlist_id: str) -> bool:
        """Whether the raw zone has that list and date; raises InvalidPlaylistId, StorageError."""
        return self._storage.exists(raw_key(snapshot_date, playlist_id))

    def open(self, snapshot_date: date, playlist_id: str) -> IO[bytes]:
        """The object of that list and date; raises ObjectMissing, StorageError."""
        return self._storage.open(raw_key(snapshot_date, playlist_id))

    @contextmanager
    def draft(
        self, snapshot_date: date, playlist_id: str, *, source: str, replace: bool = False
    ) -> Iterator[SnapshotDraft]:
        """Write one list of one date: `with zone.draft(...) as draft:`.

        The object is put in one step when the block ends after `draft.end()`. If the block
        raises, or the process dies, the raw zone stays as it was. The same content gives the same
        bytes.

        `source` is the API's host, or one that lake/raw_format.py names; `replace` replaces an
        existing object. Raises AlreadyPresent, BeingWritten, InvalidPlaylistId, StorageError, and
        what SnapshotDraft raises.
        """
        key = raw_key(snapshot_date, playlist_id)
        if not replace and self._storage.exists(key):
            raise self._already_present(key)
        with self._storage.stage(key) as staged:
            draft = SnapshotDraft(staged.write, snapshot_date, playlist_id, source)
            yield draft
            draft.finish()
            try:
                staged.put(replace=replace)
            except ConditionNotMet as error:
                raise self._already_present(key) from error

    def _already_present(self, key: str) -> AlreadyPresent:
        return AlreadyPresent(
            f"{self._storage.root}/{key} exists already; use --refresh to replace it"
        )
