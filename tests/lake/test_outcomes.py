"""The outcomes objects: their bytes, and what they say of each date and list."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lake.errors import ConditionNotMet
from lake.outcomes import (
    Outcome,
    OutcomeRecord,
    OutcomesUnreadable,
    last_attempts,
    outcomes_dates,
    outcomes_keys,
    parse_outcomes,
    put_outcomes,
    read_outcomes,
)
from lake.storage import open_storage

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = "outcomes/snapshot_date=2026-11-22/20261122T060708Z-0a1b2c.jsonl"
# What the extraction writes, and the jobs and the command line read
CONTENT = (
    b'{"format_version": 1, "run_id": "20261122T060708Z-0a1b2c", "snapshot_date": "2026-11-22", '
    b'"playlist_id": "37i9dQZEVXbMDoHDwVN2tF", "outcome": "extracted", '
    b'"reason": "playlist 37i9dQZEVXbMDoHDwVN2tF was read completely: 50 items", '
    b'"items": 50, "calls": 3, "cause": null, "attempted_at": "2026-11-22T06:07:08.009Z"}\n'
    b'{"format_version": 1, "run_id": "20261122T060708Z-0a1b2c", "snapshot_date": "2026-11-22", '
    b'"playlist_id": "liked-songs", "outcome": "forbidden", '
    b'"reason": "Spotify forbids it (\\"n\\u00e9e\\")", '
    b'"items": null, "calls": 1, "cause": "forbidden", '
    b'"attempted_at": "2026-11-22T06:07:09.000Z"}\n'
)
RECORDS = [
    OutcomeRecord(
        "20261122T060708Z-0a1b2c",
        DAY,
        "37i9dQZEVXbMDoHDwVN2tF",
        "extracted",
        "playlist 37i9dQZEVXbMDoHDwVN2tF was read completely: 50 items",
        50,
        3,
        None,
        datetime(2026, 11, 22, 6, 7, 8, 9000, tzinfo=UTC),
    ),
    OutcomeRecord(
        "20261122T060708Z-0a1b2c",
        DAY,
        "liked-songs",
        "forbidden",
        'Spotify forbids it ("née")',
        None,
        1,
        "forbidden",
        datetime(2026, 11, 22, 6, 7, 9, tzinfo=UTC),
    ),
]


def test_the_documented_bytes_are_written(tmp_path: Path) -> None:
    assert put_outcomes(open_storage(tmp_path), RECORDS) == KEY

    assert (tmp_path / KEY).read_bytes() == CONTENT


def test_the_documented_bytes_are_read(tmp_path: Path) -> None:
    (tmp_path / KEY).parent.mkdir(parents=True)
    (tmp_path / KEY).write_bytes(CONTENT)
    (tmp_path / KEY).with_name("notes.txt").write_text("mine")
    (tmp_path / "outcomes/snapshot_date=2026-02-30").mkdir()
    storage = open_storage(tmp_path)

    assert outcomes_dates(storage) == [DAY]
    assert outcomes_keys(storage, DAY) == [KEY]
    assert read_outcomes(storage, KEY) == RECORDS


def test_an_object_is_never_overwritten(tmp_path: Path) -> None:
    storage = open_storage(tmp_path)
    put_outcomes(storage, RECORDS)

    with pytest.raises(ConditionNotMet):
        put_outcomes(storage, RECORDS[:1])

    assert (tmp_path / KEY).read_bytes() == CONTENT


def test_unknown_keys_are_ignored() -> None:
    more = json.dumps({**json.loads(CONTENT.splitlines()[0]), "new": [1]}).encode() + b"\n"

    assert parse_outcomes(KEY, more) == RECORDS[:1]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format_version": 2}, "its format_version is 2"),
        ({"outcome": "vanished"}, "its outcome 'vanished' is unknown"),
        ({"run_id": "another"}, "it has the lines of another date or run"),
        ({"snapshot_date": "2026-11-23"}, "it has the lines of another date or run"),
        ({"snapshot_date": 5}, "argument must be str"),
        ({"playlist_id": "a/b"}, "'a/b' is not a playlist id"),
        ({"items": True}, "has another type"),
        ({"calls": None}, "has another type"),
        ({"reason": None}, "has another type"),
        ({"cause": 5}, "has another type"),
        ({"attempted_at": "2026-11-22T06:07:08"}, "its attempted_at has no time zone"),
    ],
)
def test_an_unreadable_object_is_named_with_the_reason(change: dict[str, Any], reason: str) -> None:
    values = {**json.loads(CONTENT.splitlines()[0]), **change}

    with pytest.raises(OutcomesUnreadable) as caught:
        parse_outcomes(KEY, json.dumps(values).encode() + b"\n")

    assert str(caught.value).startswith(f"{KEY} cannot be read (")
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"[]\n",
        b"\xff\n",
        b"{}\n",
        CONTENT[:-1],
        CONTENT + CONTENT[:20],
        b"[" * 9999 + b"\n",
    ],
)
def test_a_damaged_object_is_unreadable(content: bytes) -> None:
    with pytest.raises(OutcomesUnreadable, match=f"^{KEY} cannot be read"):
        parse_outcomes(KEY, content)


def record(outcome: Outcome, hours: int = 0, run_id: str = "r") -> OutcomeRecord:
    """A record of the list `x`."""
    at = NOON + timedelta(hours=hours)
    return OutcomeRecord(run_id, at.date(), "x", outcome, "why", None, 1, None, at)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([record("failed"), record("extracted", hours=3)], "extracted"),
        ([record("extracted", hours=3), record("failed")], "extracted"),
        ([record("extracted"), record("already_present", hours=3)], "extracted"),
        ([record("extracted"), record("forbidden", hours=3)], "forbidden"),
        ([record("already_present"), record("already_present", hours=3)], "already_present"),
        ([record("pending", run_id="s"), record("failed", run_id="r")], "pending"),
    ],
)
def test_the_row_of_a_date_is_its_newest_attempt(
    records: list[OutcomeRecord], expected: Outcome
) -> None:
    assert [row.outcome for row in last_attempts(records).values()] == [expected]
