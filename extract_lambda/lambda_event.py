"""What an invocation asks for: `{"snapshot_date"?, "playlist_ids"?, "refresh"?}`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from extract_lambda.errors import ExtractError

_KEYS = ("snapshot_date", "playlist_ids", "refresh")


class InvalidEvent(ExtractError):
    """An event asks for something that cannot be done."""


@dataclass(frozen=True)
class Request:
    """The date, the lists (None: those of config/playlists.txt), and whether to replace."""

    snapshot_date: date
    playlist_ids: tuple[str, ...] | None
    refresh: bool


def read_event(event: Any, now: datetime) -> Request:
    """The request in an event; what is absent or null is today, all lists, and no refresh.

    Raises InvalidEvent.
    """
    if not isinstance(event, dict) or not set(event) <= set(_KEYS):
        raise InvalidEvent(
            f"the event is no object with no other keys than {', '.join(_KEYS)}; correct it"
        )
    refresh = event.get("refresh") or False
    if not isinstance(refresh, bool):
        raise InvalidEvent(f"refresh is {refresh!r} in the event; give true or false")
    return Request(_date(event.get("snapshot_date"), now), _ids(event.get("playlist_ids")), refresh)


def _date(value: Any, now: datetime) -> date:
    """The UTC date of a date or an instant, as EventBridge Scheduler gives its time."""
    if value is None:
        return now.date()
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidEvent(
            f"snapshot_date is {value!r} in the event; give a date such as 2026-11-23, or a time "
            "such as 2026-11-23T06:00:00Z"
        ) from None
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()


def _ids(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise InvalidEvent(
            "playlist_ids is no list of ids, URIs or links in the event; correct it, or leave it "
            "out for all of config/playlists.txt"
        )
    return tuple(value)
