"""Reads the times in events, credentials and state files."""

from datetime import UTC, datetime
from typing import Any


def utc_moment(value: Any) -> datetime:
    """The UTC time of a datetime or an ISO 8601 text, which is in UTC if it has no time zone.

    Raises ValueError for any other value, and for a time that is outside the years 1 to 9999.
    """
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (TypeError, OverflowError) as error:
        raise ValueError("this is not a time of the years 1 to 9999") from error
