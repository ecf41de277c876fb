"""The answers of MusicBrainz and ListenBrainz in the lake: their keys and lines.

An object is `genres/fetched_on=D/RUN_ID-NNN.jsonl.gz`, gzip JSON Lines, one line per call. A run
replaces its current object after every call, and begins another after some calls, or at midnight
UTC. Objects without `-NNN` are read, too.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, cast

from lake.errors import LakeError
from lake.genre_answers import MBID, SERVICES, GenreCall, Service, check_answer
from lake.snapshot_dates import DATE
from lake.storage import Storage

FORMAT_VERSION = 1
GENRES_FOLDER = "genres/"
# A call has at most 8 MiB, and usually 20 to 300 kB
MAX_OBJECT_BYTES = 64 * 2**20
"""The largest object that is read, unpacked."""

_KEY = re.compile(rf"{GENRES_FOLDER}fetched_on={DATE}/([0-9A-Za-z][0-9A-Za-z_-]*)\.jsonl\.gz")
_ARTIST_ID = r"[0-9A-Za-z]{22}"


class GenresUnreadable(LakeError):
    """A genres object is damaged, or a newer version wrote it."""


def genres_key(fetched_on: date, run_id: str, part: int) -> str:
    """The key of a part of a run's answers; parts are numbered from 1."""
    return f"{GENRES_FOLDER}fetched_on={fetched_on}/{run_id}-{part:03}.jsonl.gz"


def parse_genres_key(key: str) -> tuple[date, str]:
    """The date and the name in the key of a genres object; ValueError for others."""
    match = _KEY.fullmatch(key)
    if not match:
        raise ValueError(f"{key} is not the key of a genres object")
    return date.fromisoformat(match[1]), match[2]


def is_genres_key(key: str) -> bool:
    """Whether a key is that of a genres object."""
    try:
        parse_genres_key(key)
    except ValueError:
        return False
    return True


def genres_keys(storage: Storage) -> list[str]:
    """The keys of all genres objects, in order; raises StorageError."""
    return [one.key for one in storage.list_objects(GENRES_FOLDER) if is_genres_key(one.key)]


def read_genre_calls(storage: Storage, key: str) -> list[GenreCall]:
    """The calls of one object; raises GenresUnreadable, ObjectMissing, StorageError."""
    with storage.open(key) as packed:
        return parse_genre_calls(key, packed.read(MAX_OBJECT_BYTES + 1))


def as_gzip_lines(calls: Iterable[GenreCall]) -> bytes:
    """The content of a genres object; the same calls give the same bytes."""
    return gzip.compress(b"".join(_line(call) for call in calls), mtime=0)


def parse_genre_calls(key: str, content: bytes) -> list[GenreCall]:
    """The calls in an object's content, whose answers can be read; raises GenresUnreadable.

    The object is read whole or not at all. Keys that this version doesn't know are ignored.
    """
    try:
        on, _ = parse_genres_key(key)
        lines = gzip.GzipFile(fileobj=io.BytesIO(content)).read(MAX_OBJECT_BYTES + 1)
        if len(lines) > MAX_OBJECT_BYTES or not lines.endswith(b"\n"):
            raise ValueError("its end is missing, or it is too large")
        calls = [_call(json.loads(line)) for line in lines.split(b"\n")[:-1]]
        if any(call.fetched_at.astimezone(UTC).date() != on for call in calls):
            raise ValueError("it has the lines of another date")
    except (
        *(EOFError, gzip.BadGzipFile, zlib.error),
        *(ValueError, KeyError, TypeError, AttributeError, LakeError, RecursionError),
    ) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else error
        raise GenresUnreadable(
            f"{key} cannot be read ({reason}); restore it or delete it, or upgrade playlist-lake "
            "if a newer version wrote it"
        ) from error
    return calls


def _line(call: GenreCall) -> bytes:
    at = call.fetched_at.astimezone(UTC).isoformat(timespec="milliseconds")
    values = {
        "format_version": FORMAT_VERSION,
        "service": call.service,
        "fetched_at": at.replace("+00:00", "Z"),
        "asked": call.asked,
        "status": call.status,
        "answer": call.answer,
    }
    return json.dumps(values).encode() + b"\n"


def _call(values: dict[str, Any]) -> GenreCall:
    if values["format_version"] != FORMAT_VERSION:
        raise ValueError(f"its format_version is {values['format_version']!r}")
    if values["service"] not in SERVICES:
        raise ValueError(f"its service {values['service']!r} is unknown")
    call = GenreCall(
        service=cast(Service, values["service"]),
        fetched_at=datetime.fromisoformat(values["fetched_at"]),
        asked=tuple(values["asked"]),
        status=values["status"],
        answer=values["answer"],
    )
    if call.fetched_at.tzinfo is None:
        raise ValueError("its fetched_at has no time zone")
    pattern = _ARTIST_ID if call.service == "musicbrainz" else MBID
    if not call.asked or not all(re.fullmatch(pattern, one) for one in call.asked):
        raise ValueError("it asked for something that is not an id")
    check_answer(call)
    return call
