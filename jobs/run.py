"""A run and what becomes of it: its record in state/runs/ and its rows in the table `runs`."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.catalog import Switch
from jobs.errors import JobError
from jobs.tables import RUNS, arrow_schema
from lake.storage import Storage, state_file

Clock = Callable[[], datetime]
# Told the name of each step of a run as it begins
OnStep = Callable[[str], None]
JobName = Literal["flatten_playlists", "build_stays"]
# `running` and `publishing` are seen only after a kill; the others are how a run ended.
Status = Literal["running", "publishing", "succeeded", "partial", "failed"]


class RunExists(JobError):
    """The run id was used before."""


class RefusedObject(NamedTuple):
    """A raw object that was left out, with the reason and the remedy."""

    object: str
    reason: str


@dataclass
class DateResult:
    """What a run did for one snapshot date (or for all: None); counts are rows by table."""

    status: Literal["succeeded", "partial", "failed"]
    counts: dict[str, int] = field(default_factory=dict)
    reason: str | None = None


@dataclass
class RunRecord:
    """Everything about one run; saved before the first switch, so that it can be completed."""

    run_id: str
    job: JobName
    started_at: datetime
    status: Status = "running"
    finished_at: datetime | None = None
    dates: dict[date | None, DateResult] = field(default_factory=dict)
    refused: list[RefusedObject] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    # How many lists lost more than half since the date before
    shrunk_lists: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    switches: list[Switch] = field(default_factory=list)
    # By date: the raw objects it was built from, as in state/inputs/
    inputs: dict[date, dict[str, str]] = field(default_factory=dict)
    error: str | None = None

    def to_json(self) -> bytes:
        """The record as a readable JSON document."""
        content = asdict(self)
        content["dates"] = {str(on or ""): asdict(result) for on, result in self.dates.items()}
        content["inputs"] = {str(on): versions for on, versions in self.inputs.items()}
        content["switches"] = [switch._asdict() for switch in self.switches]
        content["refused"] = [refused._asdict() for refused in self.refused]
        return json.dumps(content, indent=1, default=str).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "RunRecord":
        """The record that `to_json` wrote."""
        values: dict[str, Any] = json.loads(content)
        finished_at = values["finished_at"]
        return cls(
            **values
            | {
                "started_at": datetime.fromisoformat(values["started_at"]),
                "finished_at": datetime.fromisoformat(finished_at) if finished_at else None,
                "dates": {_day(on): DateResult(**result) for on, result in values["dates"].items()},
                "inputs": {date.fromisoformat(on): v for on, v in values["inputs"].items()},
                "refused": [RefusedObject(**refused) for refused in values["refused"]],
                "switches": [_switch(switch) for switch in values["switches"]],
            }
        )


def new_run_id(now: datetime) -> str:
    """A run id for a run that was not given one; unique, and sorted by time."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@contextmanager
def timed(record: RunRecord, step: str) -> Iterator[None]:
    """Add the seconds that a step takes to a run's record."""
    start = time.monotonic()
    yield
    record.seconds[step] = round(time.monotonic() - start, 2)


def no_progress(step: str) -> None:
    """Tell nobody."""


def utc_now() -> datetime:
    """The clock of a run outside tests, cut to milliseconds as every timestamp is."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def record_key(run_id: str) -> str:
    """Where a run's record stands."""
    return f"state/runs/{run_id}.json"


def save(storage: Storage, record: RunRecord) -> None:
    """Write a run's record, over an earlier one of the same run."""
    storage.write(record_key(record.run_id), record.to_json())


def load(storage: Storage, run_id: str) -> RunRecord:
    """Read a run's record."""
    content = storage.read(record_key(run_id))
    if content is None:
        raise JobError(f"{storage.root}/{record_key(run_id)} is not there; restore it")
    with state_file(storage, record_key(run_id), "restore it"):
        return RunRecord.from_json(content)


def append_to_runs(storage: Storage, record: RunRecord) -> None:
    """Add a finished run's rows to the table `runs`: one file named after the run.

    The name makes a repetition harmless. Written without Spark, so that a run which failed
    with Spark is in the table too.
    """
    rows = [
        {
            "run_id": record.run_id,
            "job": record.job,
            "snapshot_date": on,
            "status": result.status,
            "started_at": record.started_at,
            "finished_at": record.finished_at,
            "counts": sorted(result.counts.items()),
            "refused_objects": [
                refused._asdict()
                for refused in record.refused
                if on is None or f"snapshot_date={on}/" in refused.object
            ],
        }
        for on, result in record.dates.items()
    ]
    if rows:
        buffer = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(rows, arrow_schema(RUNS)), buffer)
        storage.write(f"tables/runs/{record.run_id}.parquet", buffer.getvalue().to_pybytes())


def _switch(values: dict[str, Any]) -> Switch:
    return Switch(**values | {"snapshot_date": _day(values["snapshot_date"])})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
