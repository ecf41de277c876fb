"""The outcomes of extractions: an immutable object per extraction, with a line per followed list.

An object is `outcomes/snapshot_date=D/RUN_ID.jsonl`, JSON Lines. Its lines are in the order in
which the lists were tried.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple, cast, get_args

from lake.errors import LakeError
from lake.raw_format import raw_key
from lake.snapshot_dates import folder_dates
from lake.storage import Storage

Outcome = Literal[
    "extracted",
    "incomplete",
    "already_present",
    "not_found",
    "forbidden",
    "throttled",
    "failed",
    "pending",
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
READ: tuple[Outcome, ...] = ("extracted", "incomplete")
"""A snapshot was stored."""
UNAVAILABLE: tuple[Outcome, ...] = ("not_found", "forbidden")
"""Spotify does not serve the list to this account."""

FORMAT_VERSION = 1
OUTCOMES_FOLDER = "outcomes/"
# A line has about 300 bytes
MAX_OBJECT_BYTES = 64 * 1024 * 1024
"""The largest object that is read."""

_KEY = re.compile(
    rf"{OUTCOMES_FOLDER}snapshot_date=(\d{{4}}-\d{{2}}-\d{{2}})/([0-9A-Za-z][0-9A-Za-z_-]*)\.jsonl"
)


class OutcomesUnreadable(LakeError):
    """An outcomes object is damaged, or a newer version wrote it."""


class OutcomeRecord(NamedTuple):
    """What became of one list in one extraction: a line of an outcomes object.

    `reason` is a sentence. `items` is the number of items read, None if no snapshot was stored.
    `calls` counts the requests to the Web API. `cause` names the error's class, such as
    `login_needed`. `attempted_at` is in UTC and has milliseconds.
    """

    run_id: str
    snapshot_date: date
    playlist_id: str
    outcome: Outcome
    reason: str
    items: int | None
    calls: int
    cause: str | None
    attempted_at: datetime


def outcomes_key(snapshot_date: date, run_id: str) -> str:
    """The key of an extraction's outcomes."""
    return f"{outcomes_date_folder(snapshot_date)}{run_id}.jsonl"


def parse_outcomes_key(key: str) -> tuple[date, str]:
    """The snapshot date and run id in the key of an outcomes object; ValueError for others."""
    match = _KEY.fullmatch(key)
    if not match:
        raise ValueError(f"{key} is not the key of an outcomes object")
    return date.fromisoformat(match[1]), match[2]


def is_outcomes_key(key: str) -> bool:
    """Whether a key is that of an outcomes object."""
    return _KEY.fullmatch(key) is not None


def outcomes_date_folder(snapshot_date: date) -> str:
    """The prefix of the keys of a date."""
    return f"{OUTCOMES_FOLDER}snapshot_date={snapshot_date.isoformat()}/"


def outcomes_dates(storage: Storage) -> list[date]:
    """The dates that have outcomes, in order; raises StorageError."""
    return folder_dates(storage, OUTCOMES_FOLDER)


def outcomes_keys(storage: Storage, on: date) -> list[str]:
    """The keys of a date's outcomes objects, in order; raises StorageError."""
    stored = storage.list_objects(outcomes_date_folder(on))
    return [one.key for one in stored if is_outcomes_key(one.key)]


def put_outcomes(storage: Storage, records: Iterable[OutcomeRecord]) -> str:
    """Put the outcomes of one extraction in one step; returns the key.

    Raises ConditionNotMet if the key exists, StorageError.
    """
    records = list(records)
    key = outcomes_key(records[0].snapshot_date, records[0].run_id)
    with storage.stage(key) as staged:
        staged.write(as_json_lines(records))
        staged.put(replace=False)
    return key


def read_outcomes(storage: Storage, key: str) -> list[OutcomeRecord]:
    """The records of one object; raises OutcomesUnreadable, StorageError."""
    content = storage.read(key, MAX_OBJECT_BYTES + 1)
    if content is None:
        return []
    return parse_outcomes(key, content)


def as_json_lines(records: Iterable[OutcomeRecord]) -> bytes:
    """The content of an outcomes object."""
    return b"".join(_line(record) for record in records)


def parse_outcomes(key: str, content: bytes) -> list[OutcomeRecord]:
    """The records in an object's content; raises OutcomesUnreadable.

    The object is read whole or not at all. Keys that this version doesn't know are ignored.
    """
    try:
        named = parse_outcomes_key(key)
        if len(content) > MAX_OBJECT_BYTES or not content.endswith(b"\n"):
            raise ValueError("its end is missing, or it is too large")
        records = [_record(json.loads(line)) for line in content.splitlines()]
        if any((one.snapshot_date, one.run_id) != named for one in records):
            raise ValueError("it has the lines of another date or run")
    except (ValueError, KeyError, TypeError, AttributeError, LakeError, RecursionError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else error
        raise OutcomesUnreadable(
            f"{key} cannot be read ({reason}); restore it or delete it, or upgrade playlist-lake "
            "if a newer version wrote it"
        ) from error
    return records


def last_attempts(
    records: Iterable[OutcomeRecord],
) -> dict[tuple[date, str], OutcomeRecord]:
    """The row of each date and list: its newest attempt, by (snapshot_date, playlist_id).

    `already_present` is not an attempt. It counts only if the date has no other outcome.
    """
    rows: dict[tuple[date, str], OutcomeRecord] = {}
    for record in sorted(records, key=_age):
        rows[record.snapshot_date, record.playlist_id] = record
    return rows


def walk_back(storage: Storage, until: date) -> Iterator[tuple[date, list[str]]]:
    """The dates up to `until` and the keys of their outcomes, newest first; raises StorageError."""
    for on in reversed(outcomes_dates(storage)):
        if on <= until:
            yield on, outcomes_keys(storage, on)


def _age(record: OutcomeRecord) -> tuple[bool, datetime, str]:
    """Sorts the records of a date and list; the last one is the row."""
    return record.outcome != "already_present", record.attempted_at, record.run_id


def _line(record: OutcomeRecord) -> bytes:
    values: dict[str, Any] = {"format_version": FORMAT_VERSION, **record._asdict()}
    values["snapshot_date"] = record.snapshot_date.isoformat()
    at = record.attempted_at.astimezone(UTC).isoformat(timespec="milliseconds")
    values["attempted_at"] = at.replace("+00:00", "Z")
    return json.dumps(values).encode() + b"\n"


def _record(values: dict[str, Any]) -> OutcomeRecord:
    if values["format_version"] != FORMAT_VERSION:
        raise ValueError(f"its format_version is {values['format_version']!r}")
    if values["outcome"] not in OUTCOMES:
        raise ValueError(f"its outcome {values['outcome']!r} is unknown")
    record = OutcomeRecord(
        run_id=values["run_id"],
        snapshot_date=date.fromisoformat(values["snapshot_date"]),
        playlist_id=values["playlist_id"],
        outcome=cast(Outcome, values["outcome"]),
        reason=values["reason"],
        items=values["items"],
        calls=values["calls"],
        cause=values["cause"],
        attempted_at=datetime.fromisoformat(values["attempted_at"]),
    )
    # Raises InvalidPlaylistId
    raw_key(record.snapshot_date, record.playlist_id)
    counts = [record.calls] if record.items is None else [record.calls, record.items]
    texts = [record.reason] if record.cause is None else [record.reason, record.cause]
    if not all(type(one) is int for one in counts) or not all(type(one) is str for one in texts):
        raise TypeError("its calls, items, reason or cause has another type")
    if record.attempted_at.tzinfo is None:
        raise ValueError("its attempted_at has no time zone")
    return record
