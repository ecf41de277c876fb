"""Typed values from parsed JSON: texts, numbers, flags, times and dates.

Types are strict: a value of another JSON type than Spotify documents is None, and its key is noted
as mistyped. JSON has one type for numbers, so 200000.0 is the integer 200000.
"""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

Json = dict[str, Any]
NOTHING: Json = {}
LONG_MAX = 2**63 - 1

_INT_MAX = 2**31 - 1
_RELEASE_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# A date alone, such as 2026-11-22, has at most ten characters
_DATE_LENGTH = 10
_PRECISIONS = ("year", "month", "day")


def text(thing: Json, key: str, mistyped: list[str]) -> str | None:
    """A text; an empty one is None."""
    value = thing.get(key)
    if value.__class__ is str:
        return value or None
    if value is not None:
        mistyped.append(key)
    return None


def flag(thing: Json, key: str, mistyped: list[str]) -> bool | None:
    """A boolean."""
    value = thing.get(key)
    if value is not None and value.__class__ is not bool:
        mistyped.append(key)
        return None
    return value


def whole(thing: Json, key: str, mistyped: list[str], largest: int = _INT_MAX) -> int | None:
    """A whole number up to a largest one, whether it is written 5 or 5.0."""
    value = thing.get(key)
    if value is None:
        return None
    if value.__class__ is float and value.is_integer():
        value = int(value)
    if value.__class__ is int and -largest <= value <= largest:
        return value
    mistyped.append(key)
    return None


def structure(thing: Json, key: str, mistyped: list[str]) -> Json:
    """An object; without one, an empty object."""
    value = thing.get(key)
    if value.__class__ is dict:
        return value
    if value is not None:
        mistyped.append(key)
    return NOTHING


def sequence(thing: Json, key: str, mistyped: list[str]) -> list[Any]:
    """An array; without one, an empty array."""
    value = thing.get(key)
    if value.__class__ is list:
        return value
    if value is not None:
        mistyped.append(key)
    return []


def first_image(thing: Json, mistyped: list[str]) -> str | None:
    """The URL of the first picture. Source: ImageObject."""
    for image in sequence(thing, "images", mistyped):
        if image.__class__ is dict:
            return text(image, "url", mistyped)
        if image is not None:
            mistyped.append("images")
        return None
    return None


@lru_cache(maxsize=100_000)
def instant(value: str) -> datetime | None:
    """An ISO 8601 time in UTC, cut to milliseconds; one without an offset is in UTC already."""
    if len(value) <= _DATE_LENGTH:
        return None
    try:
        # RFC 3339 allows small letters, and Python only the `t`
        moment = datetime.fromisoformat(value.upper())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@lru_cache(maxsize=100_000)
def release_date(value: str | None, stated: str | None) -> tuple[date | None, str | None]:
    """The first day of a release date, and its precision.

    The precision is the coarser one of that stated and that of the text: `1998` is a year, whatever
    is stated. Nonsense such as `0000` is None.
    """
    match = _RELEASE_DATE.fullmatch(value or "")
    if not match:
        return None, stated
    shape = _PRECISIONS[2 - match.groups().count(None)]
    precision = stated if stated in _PRECISIONS else shape
    precision = min(precision, shape, key=_PRECISIONS.index)
    year, month, day = match.groups()
    try:
        return date(
            int(year),
            int(month) if precision != "year" else 1,
            int(day) if precision == "day" else 1,
        ), precision
    except ValueError:
        return None, stated
