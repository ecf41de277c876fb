"""A run and how it ended: its record in state/runs/."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal, NamedTuple

from jobs.catalog import Switch
from jobs.errors import JobError
from jobs.list_counts import ListCounts
from jobs.rules import FIRST_RULES_VERSION, RULES_VERSION
from lake.raw_format import parse_raw_key, raw_key
from lake.storage import Storage, state_file

Clock = Callable[[], datetime]
# Called with the name of each step of a run as it begins
OnStep = Callable[[str], None]
# Both the job scripts and the command line run build_outcomes before the tables of snapshots, and
# build_genres after the stays
JobName = Literal["build_outcomes", "flatten_playlists", "build_stays", "build_genres"]
# Only a kill leaves `running` and `publishing` behind; the others are how a run ended
Status = Literal["running", "publishing", "succeeded", "partial", "failed"]


class RunExists(JobError):
    """The run id was used before."""


class RefusedObject(NamedTuple):
    """A raw object that was left out, with the reason and the remedy."""

    snapshot_date: date
    playlist_id: str
    reason: str

    @property
    def key(self) -> str:
        """The object's key in the lake."""
        return raw_key(self.snapshot_date, self.playlist_id)


class RefusedOutcomes(NamedTuple):
    """An outcomes object that was left out, with the reason and the remedy."""

    snapshot_date: date
    key: str
    reason: str


Refused = RefusedObject | RefusedOutcomes


@dataclass(frozen=True)
class DateResult:
    """What a run did for one snapshot date (or, with the key None, for all dates).

    `counts` are rows by table, and `raw_items`; `rejects` are rejects by reason.
    """

    status: Literal["succeeded", "partial", "failed"]
    counts: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    rejects: Mapping[str, int] = field(default_factory=dict)

    @property
    def all_counts(self) -> dict[str, int]:
        """Counts and rejects together, with rejects as `rejects:REASON`; see the table `runs`."""
        return {
            **self.counts,
            **{f"rejects:{reason}": number for reason, number in self.rejects.items()},
        }


@dataclass(frozen=True)
class BuildResult:
    """What a job wrote, and what it found in its input.

    `tables` are in the order of their publication. `inputs` are, by date, the raw objects or the
    outcomes objects that were processed, in the form of state/inputs/. `lists` are the counts of
    the lists that were built, by date and playlist id. `drifted_columns` are key columns that lost
    their values, see drift.py. `inputs_digest` is that of what undated tables were built from, see
    undated.py.
    """

    tables: Sequence[str]
    dates: Mapping[date | None, DateResult] = field(default_factory=dict)
    inputs: Mapping[date, Mapping[str, str]] = field(default_factory=dict)
    refused: Sequence[Refused] = ()
    warnings: Sequence[str] = ()
    shrunk_lists: int = 0
    drifted_columns: Sequence[str] = ()
    unconfirmed_dates: int = 0
    lists: Mapping[date, Mapping[str, ListCounts]] = field(default_factory=dict)
    inputs_digest: str | None = None

    @property
    def published(self) -> list[date | None]:
        """The dates that may be published."""
        return [on for on, result in self.dates.items() if result.status != "failed"]


@dataclass
class RunRecord:
    """Everything about one run; saved before the first switch, so that it can be completed."""

    run_id: str
    job: JobName
    started_at: datetime
    status: Status = "running"
    finished_at: datetime | None = None
    dates: dict[date | None, DateResult] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    # The number of lists that lost more than half of their items since the date before
    shrunk_lists: int = 0
    # Key columns that lost their values, see drift.py
    drifted_columns: list[str] = field(default_factory=list)
    # The number of expired dates that wait for --confirm_retention, see retention.py
    unconfirmed_dates: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    switches: list[Switch] = field(default_factory=list)
    # By date: the objects that were processed, in the form of state/inputs/
    inputs: dict[date, dict[str, str]] = field(default_factory=dict)
    # By date and playlist id: the counts of the lists that were built
    lists: dict[date, dict[str, ListCounts]] = field(default_factory=dict)
    rules_version: int = RULES_VERSION
    # Of what undated tables were built from, see undated.py
    inputs_digest: str | None = None
    error: str | None = None

    def take(self, result: BuildResult) -> None:
        """Copy what a job returned into the record."""
        self.dates = dict(result.dates)
        self.inputs = {on: dict(versions) for on, versions in result.inputs.items()}
        self.lists = {on: dict(lists) for on, lists in result.lists.items()}
        self.inputs_digest = result.inputs_digest
        self.refused = list(result.refused)
        self.warnings = list(result.warnings)
        self.shrunk_lists = result.shrunk_lists
        self.drifted_columns = list(result.drifted_columns)
        self.unconfirmed_dates = result.unconfirmed_dates

    def to_json(self) -> bytes:
        """The record as a readable JSON document."""
        content = asdict(self)
        content["dates"] = {str(on or ""): asdict(result) for on, result in self.dates.items()}
        content["inputs"] = {str(on): versions for on, versions in self.inputs.items()}
        content["lists"] = {
            str(on): {playlist_id: counts._asdict() for playlist_id, counts in lists.items()}
            for on, lists in self.lists.items()
        }
        content["switches"] = [switch._asdict() for switch in self.switches]
        content["refused"] = [refused._asdict() for refused in self.refused]
        return json.dumps(content, indent=1, default=str).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "RunRecord":
        """The record that `to_json` wrote, in this version or an earlier one."""
        values: dict[str, Any] = json.loads(content)
        finished_at = values["finished_at"]
        return cls(
            **{"rules_version": FIRST_RULES_VERSION}
            | values
            | {
                "started_at": datetime.fromisoformat(values["started_at"]),
                "finished_at": datetime.fromisoformat(finished_at) if finished_at else None,
                "dates": {_day(on): DateResult(**result) for on, result in values["dates"].items()},
                "inputs": {date.fromisoformat(on): v for on, v in values["inputs"].items()},
                "lists": {
                    date.fromisoformat(on): {key: ListCounts(**one) for key, one in lists.items()}
                    for on, lists in values.get("lists", {}).items()
                },
                "refused": [_refused(refused) for refused in values["refused"]],
                "switches": [_switch(switch) for switch in values["switches"]],
            }
        )


class Steps:
    """The steps of a run: each is announced when it begins, and timed."""

    def __init__(self, on_step: OnStep, seconds: dict[str, float]) -> None:
        self._on_step, self._seconds = on_step, seconds

    @contextmanager
    def begin(self, name: str) -> Iterator[None]:
        """Announce a step; when it has succeeded, keep how many seconds it took."""
        self._on_step(name)
        start = time.monotonic()
        yield
        self._seconds[name] = round(time.monotonic() - start, 2)


def no_progress(step: str) -> None:
    """An OnStep that does nothing."""


def utc_now() -> datetime:
    """The clock of a run outside tests, cut to milliseconds as every timestamp is."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def record_key(run_id: str) -> str:
    """The key of a run's record."""
    return f"state/runs/{run_id}.json"


def save(storage: Storage, record: RunRecord) -> None:
    """Write a run's record; it replaces an earlier one of the same run."""
    storage.write(record_key(record.run_id), record.to_json())


def load(storage: Storage, run_id: str) -> RunRecord:
    """Read a run's record."""
    content = storage.read(record_key(run_id))
    if content is None:
        raise JobError(f"{storage.root}/{record_key(run_id)} does not exist; restore it")
    with state_file(storage, record_key(run_id), "restore it"):
        return RunRecord.from_json(content)


def _refused(values: dict[str, str]) -> Refused:
    # Earlier versions wrote the object's key in place of date and list
    if "object" in values:
        return RefusedObject(*parse_raw_key(values["object"]), values["reason"])
    on = date.fromisoformat(values["snapshot_date"])
    if "key" in values:
        return RefusedOutcomes(on, values["key"], values["reason"])
    return RefusedObject(on, values["playlist_id"], values["reason"])


def _switch(values: dict[str, Any]) -> Switch:
    return Switch(**values | {"snapshot_date": _day(values["snapshot_date"])})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
