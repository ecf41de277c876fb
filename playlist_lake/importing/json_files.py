"""JSON files: their document, and the whole numbers in it."""

import json
import math
from collections.abc import Callable
from typing import Any

from lake.raw_format import MAX_ITEMS
from playlist_lake.importing.files import UnusableFile

# No real number is longer; Python itself refuses to convert more than 4,300 digits.
MAX_NUMBER_LENGTH = 1000


def parse_json(text: str) -> Any:
    """The document in a file's text; raises UnusableFile.

    A number that Python could not write back is kept as text. A key that an object has twice
    would hide a value, so it is refused.
    """
    try:
        return json.loads(
            text,
            parse_int=_number_or_text(int),
            parse_float=_number_or_text(float),
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise UnusableFile(
                f"holds more than one JSON document (line {error.lineno}, column {error.colno}); "
                "save each in a file of its own, or all in one JSON array"
            ) from error
        raise UnusableFile(
            f"is not JSON (line {error.lineno}, column {error.colno}: {error.msg}); "
            "save the response unchanged"
        ) from error
    except RecursionError as error:
        raise UnusableFile("is nested too deeply; save the response unchanged") from error


def count(value: Any) -> int | None:
    """A whole number from 0 to MAX_ITEMS, also if it is written as 12.0; None for other values."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_ITEMS
    return value if is_count else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in found if keys.count(key) > 1)
        raise UnusableFile(
            f"has the key {twice[:40]!r} twice in one object; save the response unchanged"
        )
    return found


def _number_or_text(convert: Callable[[str], int | float]) -> Callable[[str], int | float | str]:
    """Convert the text of a number, or keep the text if Python could not write it back."""

    def converted(text: str) -> int | float | str:
        if len(text) > MAX_NUMBER_LENGTH:
            return text
        value = convert(text)
        return text if isinstance(value, float) and math.isinf(value) else value

    return converted


def _refuse_constant(name: str) -> None:
    raise UnusableFile(f"contains {name}, which is not JSON; save the response unchanged")
