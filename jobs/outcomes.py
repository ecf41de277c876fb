"""Building the table `outcomes`: what became of each followed list, by snapshot date.

The rows are few, so they are written without Spark. Then a second run on one day, which changes
only outcomes, starts no JVM.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from jobs import publish, run
from jobs.arrow_files import read_arrow_file, write_arrow_file
from jobs.locked_lake import LockedLake
from jobs.outcomes_plan import OutcomesPlan, write_outcomes_inputs
from jobs.run import BuildResult, DateResult, RefusedOutcomes, RunRecord, Steps
from jobs.run_folders import run_folder
from jobs.tables import OUTCOMES, arrow_schema
from lake.outcomes import (
    OutcomeRecord,
    OutcomesUnreadable,
    is_outcomes_key,
    last_attempts,
    read_outcomes,
)
from lake.storage import Storage

_SCHEMA = arrow_schema(OUTCOMES)


class _Outcomes(NamedTuple):
    """The outcomes of a date: the records of its sound objects, and the objects refused.

    `ignored` are the keys in its folder that are not those of outcomes objects.
    """

    snapshot_date: date
    objects: Mapping[str, str]
    records: Sequence[OutcomeRecord]
    refused: Sequence[RefusedOutcomes]
    ignored: Sequence[str]

    @property
    def rows(self) -> pa.Table:
        """The rows of the table, in the order of the key."""
        last = last_attempts(self.records).values()
        ordered = sorted(last, key=lambda record: record.playlist_id)
        return _as_table(ordered)


def build_outcomes(lake: LockedLake, plan: OutcomesPlan) -> RunRecord | None:
    """Publish those dates of a plan whose rows changed; None if there are none.

    An object that cannot be read is refused, and the date is built from the others. Another file in
    its folder is ignored. The record names both, once: until they change, they are not looked at
    again.
    """
    changed = []
    for on, objects in plan.items():
        outcomes = _read(lake.storage, on, objects)
        is_odd = outcomes.refused or outcomes.ignored
        if is_odd or not outcomes.rows.equals(_published(lake, on)):
            changed.append(outcomes)
        else:
            # Such as after a run that found every list already present
            write_outcomes_inputs(lake.storage, on, objects)
    if not changed:
        return None
    return publish.perform(
        lake, "build_outcomes", lambda steps: _build(lake, changed, steps), run.no_progress
    )


def _read(storage: Storage, on: date, objects: Mapping[str, str]) -> _Outcomes:
    records: list[OutcomeRecord] = []
    refused, ignored = [], []
    for key in objects:
        if not is_outcomes_key(key):
            ignored.append(key)
            continue
        try:
            found = read_outcomes(storage, key)
            # Fails on values that the columns cannot hold
            _as_table(found)
            records += found
        except OutcomesUnreadable as error:
            refused.append(RefusedOutcomes(on, key, str(error).removeprefix(f"{key} ")))
        except (OverflowError, ValueError) as error:
            reason = f"has a value that no column can hold ({error}); restore it or delete it"
            refused.append(RefusedOutcomes(on, key, reason))
    return _Outcomes(on, objects, records, refused, ignored)


def _build(lake: LockedLake, changed: Sequence[_Outcomes], steps: Steps) -> BuildResult:
    """Write and audit some dates."""
    with steps.begin("write"):
        for outcomes in changed:
            if outcomes.records:
                folder = run_folder(OUTCOMES.name, lake.run_id, outcomes.snapshot_date)
                write_arrow_file(lake.storage, folder, outcomes.rows)
    with steps.begin("audit"):
        results: dict[date | None, DateResult] = {
            outcomes.snapshot_date: _audited(lake, outcomes)
            for outcomes in changed
            if outcomes.records or outcomes.refused
        }
    return BuildResult(
        [OUTCOMES.name],
        results,
        # A date that failed the audit is tried again
        inputs={
            one.snapshot_date: one.objects
            for one in changed
            if not one.records or results[one.snapshot_date].status != "failed"
        },
        refused=[refused for one in changed for refused in one.refused],
        warnings=[
            f"{key} is not an outcomes object and is ignored"
            for one in changed
            for key in one.ignored
        ],
    )


def _audited(lake: LockedLake, outcomes: _Outcomes) -> DateResult:
    """Whether a date may be published, with its number of rows."""
    if not outcomes.records:
        return DateResult("failed", reason="none of its outcomes objects can be read")
    folder = run_folder(OUTCOMES.name, lake.run_id, outcomes.snapshot_date)
    written = read_arrow_file(lake.storage, folder)
    violations = audit_outcomes(written, {record.playlist_id for record in outcomes.records})
    if written is None or violations:
        reason = f"failed the audit: {'; '.join(violations)}; this is a bug in playlist-lake"
        return DateResult("failed", reason=reason)
    counts = {OUTCOMES.name: written.num_rows}
    return DateResult("partial" if outcomes.refused else "succeeded", counts)


def audit_outcomes(written: pa.Table | None, playlist_ids: set[str]) -> list[str]:
    """What is wrong with the written rows of a date; `playlist_ids` are those of its objects."""
    if written is None or written.schema != _SCHEMA:
        return ["outcomes: the file cannot be read, or has other columns"]
    keys = written["playlist_id"].to_pylist()
    faults = {
        "rows lack a required value": sum(written[name].null_count for name in OUTCOMES.required),
        "keys have more than one row": len(keys) - len(set(keys)),
        "lists of the objects have no row": len(playlist_ids - set(keys)),
        "rows are of no list of the objects": len(set(keys) - playlist_ids),
    }
    return [f"outcomes: {number} {fault}" for fault, number in faults.items() if number]


def _published(lake: LockedLake, on: date) -> pa.Table | None:
    """The rows that readers see; None if there are none, or their file is damaged."""
    folder = lake.catalog.locations(OUTCOMES.name, [on]).get(on)
    return read_arrow_file(lake.storage, folder) if folder else None


def _as_table(records: Sequence[OutcomeRecord]) -> pa.Table:
    columns = {
        column.name: [getattr(record, column.name) for record in records]
        for column in OUTCOMES.columns
    }
    return pa.table(columns, _SCHEMA)
