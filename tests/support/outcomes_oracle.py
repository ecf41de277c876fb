"""Outcomes objects of bare lines, and an independent reckoning of the rows that they make."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from lake.storage import Storage
from tests.support.oracle import Row

DESIGN = "snapshot_date playlist_id outcome reason items? attempted_at"
COLUMNS = DESIGN.replace("?", "").split()


def put_lines(
    storage: Storage, on: date, run_id: str, outcomes: dict[str, str], hour: int = 6, **more: Any
) -> str:
    """Put the outcomes of one extraction, an outcome per list; returns the key."""
    key = f"outcomes/snapshot_date={on}/{run_id}.jsonl"
    lines = [
        {
            "format_version": 1,
            "run_id": run_id,
            "snapshot_date": f"{on}",
            "playlist_id": playlist_id,
            "outcome": outcome,
            "reason": f"playlist {playlist_id}: {outcome}",
            "items": 50 if outcome == "extracted" else None,
            "calls": 3,
            "cause": None,
            "attempted_at": f"{on}T{hour:02}:00:{second:02}.250Z",
        }
        | more
        for second, (playlist_id, outcome) in enumerate(outcomes.items())
    ]
    storage.write(key, b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    return key


def outcomes_in(storage: Storage) -> list[bytes]:
    """The contents of all outcomes objects of a lake."""
    return [storage.read(stored.key) or b"" for stored in storage.list_objects("outcomes/")]


def expected_outcomes(contents: Iterable[bytes]) -> list[Row]:
    """The rows of `outcomes` by date and list, from the contents of objects that are all sound."""
    rows: dict[tuple[str, str], Any] = {}
    for content in contents:
        for line in content.splitlines():
            new = json.loads(line)
            key = new["snapshot_date"], new["playlist_id"]
            old = rows.get(key)
            is_attempt = new["outcome"] != "already_present"
            was_attempt = old is not None and old["outcome"] != "already_present"
            # The texts of two instants in UTC are in the order of the instants
            is_newer = old is None or new["attempted_at"] > old["attempted_at"]
            if (is_attempt and not was_attempt) or (is_attempt == was_attempt and is_newer):
                rows[key] = new
    return [
        (
            date.fromisoformat(on),
            playlist_id,
            row["outcome"],
            row["reason"],
            row["items"],
            datetime.strptime(row["attempted_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC),
        )
        for (on, playlist_id), row in sorted(rows.items())
    ]
