"""An independent reading of JSON values, in plain Python; another type than documented is None."""

import re
from datetime import UTC, date, datetime
from typing import Any


def text(value: Any) -> str | None:
    """A text; half of a surrogate pair, which UTF-8 cannot encode, becomes a question mark."""
    return value.encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def whole(value: Any, bits: int = 31) -> int | None:
    """A whole number that fits into the column, also if it is written as 5.0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
        return None
    return int(value) if abs(value) < 2**bits else None


def spotify_id(value: Any) -> str | None:
    is_id = isinstance(value, str) and re.fullmatch("[0-9A-Za-z]{22}", value)
    return value if is_id and set(value) != {"0"} else None


def id_of(kind: str, thing: dict[str, Any]) -> str | None:
    """The id of an album or an artist; without one, that in its URI."""
    prefix, _, id_in_uri = (text(thing.get("uri")) or "").rpartition(":")
    return spotify_id(thing.get("id")) or (
        spotify_id(id_in_uri) if prefix == f"spotify:{kind}" else None
    )


def json_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def array(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def first_image(owner: dict[str, Any]) -> str | None:
    images = array(owner.get("images")) or [None]
    return text(json_object(images[0]).get("url"))


def instant(written: str | None) -> datetime | None:
    """An ISO 8601 time since 2006, when Spotify began; of earlier ones, the clock was wrong."""
    parts = re.fullmatch(
        r"([0-9-]{10})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?",
        written or "",
    )
    if not parts:
        return None
    day, minute, second, fraction, zone = parts.groups()
    offset = "+0000" if zone in (None, "Z") else zone
    try:
        stated = datetime.strptime(
            f"{day}T{minute}{second or ':00'}{offset}", "%Y-%m-%dT%H:%M:%S%z"
        )
        moment = stated.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    milliseconds = int((fraction or ".")[1:4].ljust(3, "0"))
    return moment.replace(microsecond=1000 * milliseconds) if moment.year >= 2006 else None


def release_date(raw: str | None, stated: str | None) -> tuple[date | None, str | None]:
    """The first day of a release date, and its precision: the coarser of text and statement."""
    lengths = {"year": 4, "month": 7, "day": 10}
    written = raw or ""
    length = min(len(written), lengths.get(stated or "", 10))
    day = written[:length] + "0000-01-01"[length:]
    try:
        found = (
            date.fromisoformat(day) if re.fullmatch("[0-9]{4}(-[0-9]{2}){0,2}", written) else None
        )
    except ValueError:
        found = None
    if found is None:
        return None, stated
    return found, next(name for name, size in lengths.items() if size == length)
