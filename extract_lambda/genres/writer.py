"""The writer of genres/: every answer is in the lake before the next call."""

from datetime import UTC, date

from lake.genre_answers import GenreCall
from lake.genres import as_gzip_lines, genres_key
from lake.storage import Storage

MAX_CALLS = 20
"""The most calls in an object, which is put again after each of them."""


class GenreWriter:
    """The objects of one run: one for each 20 calls and each date."""

    def __init__(self, storage: Storage, run_id: str) -> None:
        self._storage = storage
        self._run_id = run_id
        self._part = 0
        self._on: date | None = None
        self._calls: list[GenreCall] = []
        self.keys: list[str] = []
        """The keys of the objects so far."""

    def add(self, call: GenreCall) -> None:
        """Put a call and its answer; raises StorageError."""
        on = call.fetched_at.astimezone(UTC).date()
        if on != self._on or len(self._calls) == MAX_CALLS:
            self._part += 1
            self._on, self._calls = on, []
            self.keys.append(genres_key(on, self._run_id, self._part))
        self._calls.append(call)
        self._storage.write(self.keys[-1], as_gzip_lines(self._calls))
