"""Reads the event of an invocation: `{"snapshot_date"?, "playlist_ids"?, "refresh"?}`."""

import reprlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from extract_lambda.errors import ExtractError
from extract_lambda.moments import utc_moment

_KEYS = ("snapshot_date", "playlist_ids", "refresh")
# Cuts a value of any size and depth so that it fits into a message
_short = reprlib.Repr()
_short.maxstring = 100


class InvalidEvent(ExtractError):
    """The event has an unknown key or an invalid value."""


@dataclass(frozen=True)
class Request:
    """The date, the lists (None: config/playlists.txt), and whether to replace snapshots."""

    snapshot_date: date
    playlist_ids: tuple[str, ...] | None
    refresh: bool


def read_event(event: Any, now: datetime) -> Request:
    """The request in an event; the defaults are today, all lists and no refresh.

    Raises InvalidEvent.
    """
    if not isinstance(event, dict) or not set(event) <= set(_KEYS):
        raise InvalidEvent(
            f"the event must be a JSON object with only these keys: {', '.join(_KEYS)}"
        )
    refresh = event.get("refresh") or False
    if not isinstance(refresh, bool):
        raise InvalidEvent(
            f"refresh in the event must be true or false, not {_short.repr(refresh)}"
        )
    return Request(_date(event.get("snapshot_date"), now), _ids(event.get("playlist_ids")), refresh)


def _date(value: Any, now: datetime) -> date:
    """The UTC date of a date or a time; EventBridge Scheduler sends a time."""
    if value is None:
        return now.date()
    try:
        return utc_moment(value).date()
    except ValueError:
        raise InvalidEvent(
            "snapshot_date in the event must be a date such as 2026-11-23, or a time such as "
            f"2026-11-23T06:00:00Z, not {_short.repr(value)}"
        ) from None


def _ids(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise InvalidEvent(
            "playlist_ids in the event must be a list of ids, URIs or links; leave it out to read "
            "all of config/playlists.txt"
        )
    return tuple(value)
