"""A run from start to end: write, audit, switch readers to the new tables, save, clean up.

This module works with every catalog and writer. state/pending.json holds the unfinished work, so
that the next run can complete this one if it is killed at any moment:

1. Before the run writes its first file, it notes its id and its start.
2. It saves its record, which lists every switch of a table to its new folder. It notes the record
   as the pending publication.
3. It switches the catalog, and saves inputs and record. Then the publication is no longer
   pending, and the folders that it superseded are noted for removal.

The next run also completes a drop of expired dates that was killed, see retention.py.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from jobs import run
from jobs.catalog import Switch
from jobs.dates import for_each_date, read_inputs, write_inputs
from jobs.garbage import collect_garbage, superseded_by
from jobs.lock import LockLost
from jobs.locked_lake import LockedLake, lock_lake
from jobs.options import JobOptions
from jobs.outcomes_plan import write_outcomes_inputs
from jobs.pending import read_pending, write_pending
from jobs.retention import finish_drop
from jobs.run import BuildResult, Clock, DateResult, JobName, OnStep, RunRecord, Steps
from jobs.run_folders import run_folder
from jobs.runs_table import RunsDamaged, append_to_runs

# Called with the record of a killed run whose publication this run has completed
OnCompleted = Callable[[RunRecord], object]


def ignore_record(record: RunRecord) -> None:
    """An OnCompleted that does nothing."""


@contextmanager
def open_lake(
    options: JobOptions,
    clock: Clock = run.utc_now,
    on_completed: OnCompleted = ignore_record,
) -> Iterator[LockedLake]:
    """Lock the lake of a job's options until the block ends.

    First completes what a killed run left; at the end removes garbage. Raises LakeIsLocked at
    once if another run holds the lock.
    """
    with lock_lake(options, clock) as lake:
        if completed := finish_pending_publication(lake):
            on_completed(completed)
        add_failed_runs(lake)
        finish_drop(lake)
        yield lake
        collect_garbage(lake)


def perform(
    lake: LockedLake, job: JobName, build: Callable[[Steps], BuildResult], on_step: OnStep
) -> RunRecord:
    """A complete run: `build` writes and audits, and returns what to publish."""
    record = start_run(lake, job)
    steps = Steps(on_step, record.seconds)
    try:
        result = build(steps)
        record.take(result)
        record.switches = plan_switches(lake, result.tables, result.published)
    except Exception as error:
        fail(lake, record, error)
        raise
    with steps.begin("publish"):
        publish(lake, record)
    return record


def start_run(lake: LockedLake, job: JobName) -> RunRecord:
    """Note a run before it writes anything; raises RunExists for a used run id."""
    run_id = lake.run_id
    if lake.storage.read(run.record_key(run_id)) is not None:
        raise run.RunExists(f"{lake.storage.root} has a run {run_id} already; use another run id")
    record = RunRecord(run_id, job, lake.clock())
    pending = read_pending(lake.storage)
    pending.started[run_id] = record.started_at.isoformat()
    write_pending(lake.storage, pending)
    run.save(lake.storage, record)
    return record


def plan_switches(
    lake: LockedLake, tables: Iterable[str], dates: Iterable[date | None]
) -> list[Switch]:
    """The switches of a run: tables in the order given, each with its dates."""
    dates = list(dates)
    days = [on for on in dates if on]
    switches = []
    for table in tables:
        old = lake.catalog.locations(table, days)
        switches += [
            Switch(table, on, old.get(on), run_folder(table, lake.run_id, on)) for on in dates
        ]
    return switches


def publish(lake: LockedLake, record: RunRecord) -> None:
    """Switch readers to what the record lists, and complete it.

    If this is interrupted, the publication stays pending, and the next run completes it.
    """
    try:
        lake.lock.renew()
    except LockLost as error:
        _fail_without_lock(lake, record, error)
        raise
    record.status = "publishing"
    run.save(lake.storage, record)
    pending = read_pending(lake.storage)
    pending.publication = record.run_id
    write_pending(lake.storage, pending)
    complete(lake, record)


def complete(lake: LockedLake, record: RunRecord) -> None:
    """Carry out a saved publication; each step can be repeated."""
    if record.switches:
        lake.catalog.point(record.switches)
    for_each_date(lambda on: _save_inputs(lake, record, on), record.inputs)
    results = {result.status for result in record.dates.values()}
    if results <= {"succeeded"}:
        record.status = "succeeded"
    else:
        record.status = "partial" if record.switches else "failed"
    finish(lake, record)


def fail(lake: LockedLake, record: RunRecord, error: BaseException) -> None:
    """Record that a run published nothing, and why."""
    try:
        lake.lock.renew()
    except LockLost:
        _fail_without_lock(lake, record, error)
    else:
        _mark_failed(record, error)
        finish(lake, record)


def finish(lake: LockedLake, record: RunRecord) -> None:
    """Save how a run ended; note the folders that it superseded for removal."""
    record.finished_at = record.finished_at or lake.clock()
    run.save(lake.storage, record)
    _add_to_runs(lake, record)
    pending = read_pending(lake.storage)
    if record.status != "failed":
        pending.started.pop(record.run_id, None)
        pending.supersede(superseded_by(record), lake.clock())
    pending.publication = None
    write_pending(lake.storage, pending)


def finish_pending_publication(lake: LockedLake) -> RunRecord | None:
    """Complete the publication that a killed run left; every run does this first."""
    pending = read_pending(lake.storage)
    if pending.publication is None:
        return None
    record = run.load(lake.storage, pending.publication)
    complete(lake, record)
    return record


def add_failed_runs(lake: LockedLake) -> None:
    """Add to the table `runs` the failed runs that could not do it: without lock, or killed."""
    for run_id in read_pending(lake.storage).started:
        if lake.storage.exists(run.record_key(run_id)):
            record = run.load(lake.storage, run_id)
            if record.status == "failed":
                _add_to_runs(lake, record)


def _add_to_runs(lake: LockedLake, record: RunRecord) -> None:
    """Add a run's rows to the table `runs`, or a warning to its record if the table is damaged.

    Damage must neither stop a publication nor replace the error of a failed run.
    """
    try:
        append_to_runs(lake, record)
    except RunsDamaged as error:
        if str(error) not in record.warnings:
            record.warnings.append(str(error))
            run.save(lake.storage, record)


def _save_inputs(lake: LockedLake, record: RunRecord, on: date) -> None:
    """Save which objects of a date a run processed."""
    objects = record.inputs[on]
    if record.job == "build_outcomes":
        write_outcomes_inputs(lake.storage, on, objects)
        return
    if record.dates[on].status == "failed":
        # A date that was held back still has the tables that an earlier run built
        _, rules, lists = read_inputs(lake.storage, on)
    else:
        rules, lists = record.rules_version, record.lists.get(on, {})
    write_inputs(lake.storage, on, objects, record.run_id, rules, lists)


def _fail_without_lock(lake: LockedLake, record: RunRecord, error: BaseException) -> None:
    """Save only the record of a failed run; a later run adds its rows.

    Pending work and catalog belong to the run that took the lock.
    """
    _mark_failed(record, error)
    record.finished_at = lake.clock()
    run.save(lake.storage, record)


def _mark_failed(record: RunRecord, error: BaseException) -> None:
    record.status, record.error = "failed", str(error)
    record.dates = {
        on: replace(result, status="failed", reason=result.reason or record.error)
        for on, result in record.dates.items()
    } or {None: DateResult("failed", reason=record.error)}
