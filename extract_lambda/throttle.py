"""The pause that Spotify asks for, stored in the lake from one run to the next."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from extract_lambda.moments import utc_moment
from extract_lambda.responses import PermanentError, RateLimited
from lake.storage import Storage

THROTTLE_KEY = "state/throttled_until.json"
# Users report 6 to 24 hours for a spent quota; calls during that time prolong it
DEFAULT_WAIT = timedelta(hours=6)
MAX_WAIT = timedelta(hours=24)
_MAX_FILE_BYTES = 10_000

_logger = logging.getLogger(__name__)


class Throttled(PermanentError):
    """Spotify accepts no calls before `until`."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class Throttle:
    """The pause that Spotify asked for. Check it before every call to Spotify."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock
        self._is_read = False
        self._until: datetime | None = None

    def until(self) -> datetime | None:
        """The end of the pause; None if there is none. Raises StorageError."""
        if not self._is_read:
            self._until = self._read()
            self._is_read = True
        now = self._clock()
        # No pause is longer than MAX_WAIT: a later time was written by a machine with a wrong clock
        if self._until is None or not now < self._until <= now + MAX_WAIT:
            return None
        return self._until

    def check(self) -> None:
        """Raise Throttled during the pause."""
        if until := self.until():
            raise self._throttled(until)

    def begin(self, limit: RateLimited) -> Throttled:
        """Store the pause that a response asks for, and return the error for the caller to raise.

        Raises StorageError.
        """
        asked_s = limit.retry_after_s
        pause = timedelta(seconds=asked_s) if asked_s and asked_s > 0 else DEFAULT_WAIT
        until = self._clock() + min(pause, MAX_WAIT)
        self._is_read, self._until = True, until
        content = {
            "throttled_until": until.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "reason": "quota" if limit.is_quota else "rate_limit",
        }
        self._storage.write(THROTTLE_KEY, json.dumps(content).encode() + b"\n")
        return self._throttled(until)

    def _read(self) -> datetime | None:
        content = self._storage.read(THROTTLE_KEY, _MAX_FILE_BYTES + 1)
        if content is None:
            return None
        try:
            if len(content) > _MAX_FILE_BYTES:
                raise ValueError("the file is too large")
            return utc_moment(json.loads(content)["throttled_until"])
        except (ValueError, TypeError, KeyError, RecursionError):
            _logger.warning("%s is damaged and was ignored", f"{self._storage.root}/{THROTTLE_KEY}")
            return None

    def _throttled(self, until: datetime) -> Throttled:
        return Throttled(
            f"Spotify accepts no calls before {until:%Y-%m-%d %H:%M:%S} UTC (rate limit or quota); "
            "run again after that",
            until,
        )
