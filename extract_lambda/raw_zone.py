"""The writer of the raw zone: one object per list and date, stored whole or not at all."""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import IO

from extract_lambda.errors import ExtractError
from extract_lambda.snapshot_draft import SnapshotDraft
from lake.errors import ConditionNotMet
from lake.raw_format import (
    END,
    RAW_FOLDER,
    is_raw_key,
    parse_raw_key,
    raw_date_folder,
    raw_key,
)
from lake.snapshot_dates import folder_dates
from lake.storage import Storage

# A list of 10,000 items, Spotify's limit, has about 3 MB
_MAX_COUNTED_BYTES = 32 * 2**20
_READ_BYTES = 2**20
# More than an end record has
_TAIL_BYTES = 2**16


class AlreadyPresent(ExtractError):
    """The raw zone has that list and date, and `replace` was not set."""


class RawZone:
    """The raw zone of one lake."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage

    def has(self, snapshot_date: date, playlist_id: str) -> bool:
        """Whether the raw zone has that list and date; raises InvalidPlaylistId, StorageError."""
        return self.storage.exists(raw_key(snapshot_date, playlist_id))

    def dates(self) -> list[date]:
        """The dates that have snapshots, in order; raises StorageError."""
        return folder_dates(self.storage, RAW_FOLDER)

    def playlist_ids(self, snapshot_date: date) -> set[str]:
        """The lists that have a snapshot of a date; raises StorageError."""
        stored = self.storage.list_objects(raw_date_folder(snapshot_date))
        return {parse_raw_key(one.key)[1] for one in stored if is_raw_key(one.key)}

    def item_count(self, snapshot_date: date, playlist_id: str) -> int | None:
        """The number of items in a snapshot, from its end record.

        None if there is no such record, or if the object is larger than any list of Spotify's.
        Raises InvalidPlaylistId, StorageError.
        """
        content = self.storage.read(raw_key(snapshot_date, playlist_id), _MAX_COUNTED_BYTES + 1)
        if content is None or len(content) > _MAX_COUNTED_BYTES:
            return None
        try:
            end = json.loads(_last_line(gzip.GzipFile(fileobj=io.BytesIO(content))))
            count = end["item_count"] if end["record"] == END else None
        except (EOFError, gzip.BadGzipFile, zlib.error, ValueError, KeyError, TypeError):
            return None
        return count if type(count) is int else None

    def open(self, snapshot_date: date, playlist_id: str) -> IO[bytes]:
        """The object of that list and date; raises ObjectMissing, StorageError."""
        return self.storage.open(raw_key(snapshot_date, playlist_id))

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
        if not replace and self.storage.exists(key):
            raise self._already_present(key)
        with self.storage.stage(key) as staged:
            draft = SnapshotDraft(staged.write, snapshot_date, playlist_id, source)
            yield draft
            draft.finish()
            try:
                staged.put(replace=replace)
            except ConditionNotMet as error:
                raise self._already_present(key) from error

    def _already_present(self, key: str) -> AlreadyPresent:
        return AlreadyPresent(
            f"{self.storage.root}/{key} exists already; use --refresh to replace it"
        )


def _last_line(content: gzip.GzipFile) -> bytes:
    """The last line of a stream, which is read in pieces; cut off if it is very long."""
    tail = b""
    while piece := content.read(_READ_BYTES):
        tail = (tail + piece)[-_TAIL_BYTES:]
    return tail.removesuffix(b"\n").rpartition(b"\n")[2]
