"""The steps of a run around its Spark work: start, switch readers over, remember, clean up.

They know neither which catalog nor which writer. What is still to be done in the lake stands in
state/pending.json, so that the next run can complete it after a kill at any instant:

1. the run and its start are noted, before its first file is written;
2. its record with every switch is saved, and noted as the publication under way;
3. the catalog is switched; inputs and record are saved; the run is no longer pending, and the
   folders that it superseded are noted for removal.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from jobs import run
from jobs.catalog import Catalog, GlueCatalog, Switch, open_catalog
from jobs.dates import write_inputs
from jobs.lock import Lock, LockLost, locked
from jobs.options import JobOptions
from jobs.run import Clock, JobName, OnStep, RunRecord
from jobs.tables import PARTITION_COLUMN, SNAPSHOT_TABLES, TABLES
from lake.storage import Storage, open_storage, state_file

PENDING_KEY = "state/pending.json"
_RUN_FOLDER = re.compile(rf"tables/(\w+)/[\w-]+(?:/{PARTITION_COLUMN}=([\d-]+))?")
# A query that started before a switch may read the old folder this long.
GARBAGE_AGE = timedelta(hours=24)


class Lake(NamedTuple):
    """All that a run works on, with the lock that it holds."""

    storage: Storage
    catalog: Catalog
    clock: Clock
    lock: Lock
    run_id: str


@dataclass
class Pending:
    """What is left to do: times are ISO 8601, locations relative to the lake."""

    publication: str | None = None
    started: dict[str, str] = field(default_factory=dict)
    superseded: dict[str, str] = field(default_factory=dict)


@contextmanager
def open_lake(options: JobOptions, clock: Clock = run.utc_now) -> Iterator[Lake]:
    """Hold the lake of a job's options for one run: Glue's catalog if a database is given.

    Completes what a killed run left before anything else, and removes garbage at the end.
    Raises LakeIsLocked at once if another run holds it.
    """
    storage = open_storage(options.lake)
    catalog = open_catalog(options, storage)
    if isinstance(catalog, GlueCatalog):
        catalog.check()
    run_id = options.run_id or run.new_run_id(clock())
    with locked(storage, run_id, clock) as lock:
        lake = Lake(storage, catalog, clock, lock, run_id)
        finish_pending_publication(lake)
        yield lake
        collect_garbage(lake)


def location(table: str, run_id: str, on: date | None) -> str:
    """The folder of a table's rows in a run, relative to the lake."""
    folder = f"tables/{table}/{run_id}"
    return f"{folder}/{PARTITION_COLUMN}={on}" if on else folder


def start_run(lake: Lake, job: JobName) -> RunRecord:
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


def perform(
    lake: Lake, job: JobName, build: Callable[[RunRecord], None], on_step: OnStep
) -> RunRecord:
    """One whole run: `build` writes, audits and puts into the record what is to be published."""
    record = start_run(lake, job)
    try:
        build(record)
    except Exception as error:
        fail(lake, record, error)
        raise
    on_step("publish")
    with run.timed(record, "publish"):
        publish(lake, record)
    return record


def plan_switches(lake: Lake, tables: Iterable[str], dates: Iterable[date | None]) -> list[Switch]:
    """The switches of a run: tables in the order given, each with its dates."""
    dates = list(dates)
    days = [on for on in dates if on]
    switches = []
    for table in tables:
        old = lake.catalog.locations(table, days)
        switches += [
            Switch(table, on, old.get(on), location(table, lake.run_id, on)) for on in dates
        ]
    return switches


def publish(lake: Lake, record: RunRecord) -> None:
    """Switch readers to what the record lists, and complete it.

    Where this fails half-way the publication stays pending, and the next run completes it.
    """
    try:
        lake.lock.renew()
    except LockLost as error:
        # Nothing but its own files is this run's any more
        _mark_failed(record, error)
        _conclude(lake, record)
        raise
    record.status = "publishing"
    run.save(lake.storage, record)
    pending = read_pending(lake.storage)
    pending.publication = record.run_id
    write_pending(lake.storage, pending)
    complete(lake, record)


def complete(lake: Lake, record: RunRecord) -> None:
    """Carry out a saved publication; each step may have been done before."""
    if record.switches:
        lake.catalog.point(record.switches)
    for on, objects in record.inputs.items():
        write_inputs(lake.storage, on, objects, record.run_id)
    results = {result.status for result in record.dates.values()}
    if results <= {"succeeded"}:
        record.status = "succeeded"
    else:
        record.status = "partial" if record.switches else "failed"
    finish(lake, record)


def fail(lake: Lake, record: RunRecord, error: BaseException) -> None:
    """Record that a run published nothing, and why."""
    _mark_failed(record, error)
    finish(lake, record)


def _mark_failed(record: RunRecord, error: BaseException) -> None:
    record.status, record.error = "failed", str(error)
    record.dates = {
        on: run.DateResult("failed", result.counts, result.reason or record.error)
        for on, result in record.dates.items()
    } or {None: run.DateResult("failed", reason=record.error)}


def _conclude(lake: Lake, record: RunRecord) -> None:
    """Put how a run ended into its own files, which no other run writes."""
    record.finished_at = record.finished_at or lake.clock()
    run.append_to_runs(lake.storage, record)
    run.save(lake.storage, record)


def finish(lake: Lake, record: RunRecord) -> None:
    """Save how a run ended; note what it superseded for removal."""
    _conclude(lake, record)
    pending = read_pending(lake.storage)
    if record.status != "failed":
        pending.started.pop(record.run_id, None)
        since = lake.clock().isoformat()
        for place in _superseded(record):
            pending.superseded[place] = since
    pending.publication = None
    write_pending(lake.storage, pending)


def finish_pending_publication(lake: Lake) -> RunRecord | None:
    """Complete the publication that a killed run left; the first thing that every run does."""
    pending = read_pending(lake.storage)
    if pending.publication is None:
        return None
    record = run.load(lake.storage, pending.publication)
    complete(lake, record)
    return record


def collect_garbage(lake: Lake) -> list[str]:
    """Delete folders that were superseded, or never published, over 24 hours ago."""
    pending, now = read_pending(lake.storage), lake.clock()
    old = [place for place, since in pending.superseded.items() if _is_old(since, now)]
    in_use = _in_use(lake, old)
    deleted = [place for place in old if place not in in_use]
    abandoned = [run_id for run_id, since in pending.started.items() if _is_old(since, now)]
    for place in deleted:
        lake.storage.delete(f"{place}/")
    for place in old:
        del pending.superseded[place]
    for run_id in abandoned:
        for table in TABLES:
            lake.storage.delete(f"{location(table, run_id, None)}/")
        del pending.started[run_id]
    if old or abandoned:
        write_pending(lake.storage, pending)
    return deleted + abandoned


def read_pending(storage: Storage) -> Pending:
    """What is left to do in a lake."""
    content = storage.read(PENDING_KEY)
    with state_file(storage, PENDING_KEY, "restore it; without it killed runs leave garbage"):
        return Pending(**json.loads(content)) if content else Pending()


def write_pending(storage: Storage, pending: Pending) -> None:
    """Put what is left to do, whole."""
    storage.write(PENDING_KEY, json.dumps(asdict(pending), indent=1).encode())


def _in_use(lake: Lake, places: Iterable[str]) -> set[str]:
    """Those of some superseded folders that readers are pointed at again, as after an undo."""
    dates_by_table: dict[str, list[date]] = {}
    for place in places:
        match = _RUN_FOLDER.fullmatch(place)
        if match:
            on = [date.fromisoformat(match[2])] if match[2] else []
            dates_by_table.setdefault(match[1], []).extend(on)
    return {
        location
        for table, days in dates_by_table.items()
        for location in lake.catalog.locations(table, days).values()
    }


def _superseded(record: RunRecord) -> Iterator[str]:
    """Folders that nobody is pointed at any more, or that were written and held back."""
    for switch in record.switches:
        # A table's first location is the declared one, which is no run's folder
        if switch.old and switch.old != switch.new and _RUN_FOLDER.fullmatch(switch.old):
            yield switch.old
    for on, result in record.dates.items():
        if on and result.status == "failed":
            yield from (location(table.name, record.run_id, on) for table in SNAPSHOT_TABLES)


def _is_old(since: str, now: datetime) -> bool:
    return datetime.fromisoformat(since) + GARBAGE_AGE <= now
