"""The lines of a raw object: unpacked within limits of size, and parsed as JSON."""

import gzip
import io
import json
import re
from collections.abc import Iterator
from typing import IO, Any

import orjson

from jobs.json_values import NOTHING, Json
from lake.raw_format import MAX_LINE_BYTES

MAX_OBJECT_BYTES = 2 * 1024 * 1024 * 1024

_MB = 1024 * 1024
_READ_BYTES = _MB
# Nobody reads them, and until 2026 they were half of a page. Within a text, the quotes would be
# escaped, so this matches keys only
_MARKETS = re.compile(rb'"available_markets":\[[^\]]*\],')


class Damaged(Exception):
    """The object cannot be read on; the message completes "OBJECT …"."""


def unpacked_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of a gzip stream without line feed; raises Damaged above the size limits."""
    total = 0
    with io.BufferedReader(gzip.GzipFile(fileobj=stream), _READ_BYTES) as content:
        while line := content.readline(MAX_LINE_BYTES + 1):
            total += len(line)
            if len(line) > MAX_LINE_BYTES:
                raise Damaged(f"has a line of more than {MAX_LINE_BYTES // _MB} MB")
            if total > MAX_OBJECT_BYTES:
                raise Damaged(f"has more than {MAX_OBJECT_BYTES // _MB} MB unpacked")
            yield line.removesuffix(b"\n")


def parsed(line: bytes) -> Json:
    """A line's JSON object; without one, an empty object."""
    try:
        record = orjson.loads(_MARKETS.sub(b"", line))
    except orjson.JSONDecodeError:
        record = _parsed_by_python(line)
    return record if isinstance(record, dict) else NOTHING


def items_as_received(line: bytes) -> list[Any]:
    """The items of a page; Python's json keeps long integers, which orjson turns into floats."""
    record = json.loads(line)
    items: list[Any] = record["rows"] if "rows" in record else record["page"]["items"]
    return items


def as_json(value: Any) -> str:
    """Compact JSON; half of a surrogate pair, which UTF-8 cannot encode, stays an escape."""
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return content.encode("utf-8", "backslashreplace").decode()


def _parsed_by_python(line: bytes) -> Any:
    """JSON that orjson refuses: half a surrogate pair becomes `?`, and 1e999 is infinite."""
    try:
        value = json.loads(line)
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
