"""Flatten runs that need no Spark, and the locations to which they point readers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs import publish
from jobs.dates import list_inputs, versions
from jobs.file_catalog import FileCatalog
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.outcomes import build_outcomes
from jobs.outcomes_plan import plan_outcomes
from jobs.retention import drop_expired
from jobs.run import Clock, DateResult, RunRecord, utc_now
from jobs.run_folders import run_folder
from jobs.stays_inputs import digest_of_inputs
from jobs.tables import STAYS_TABLES
from lake.folder import FolderStorage
from lake.s3 import S3Storage
from lake.storage import Storage
from tests.support.glue_tables import TABLE_NAMES


def _empty_parquet() -> bytes:
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table({"playlist_id": pa.array([], pa.string())}), buffer)
    return bytes(buffer.getvalue())


EMPTY_PARQUET = _empty_parquet()
"""What a faked run writes: a file without rows."""


class FakeClock:
    """A clock that is stopped at 06:00 UTC on 23 November 2026 until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_hours(self, hours: float) -> None:
        """Move on."""
        self.now += timedelta(hours=hours)


class Interrupted(BaseException):
    """Simulates the end of the process."""


class Interrupter:
    """Raises Interrupted before or after the n-th write since it was armed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
        self._after, self._left = after, 0
        for owner, name in ((FolderStorage, "write"), (FileCatalog, "point")):
            real = getattr(owner, name)
            monkeypatch.setattr(owner, name, lambda *args, real=real: self._step(real, *args))

    def arm(self, number: int) -> None:
        self._left = number

    def _step(self, action: Any, *arguments: Any) -> None:
        is_here = self._left == 1
        self._left = max(0, self._left - 1)
        if is_here and not self._after:
            raise Interrupted
        action(*arguments)
        if is_here:
            raise Interrupted


def day(number: int) -> date:
    """A snapshot date of November 2026."""
    return date(2026, 11, number)


def remove(storage: Storage, key: str) -> None:
    """Take an object away by hand."""
    if isinstance(storage, S3Storage):
        storage.client.delete_object(Bucket=storage.bucket, Key=storage.prefix + key)
    else:
        Path(storage.root, key).unlink()


def file_of(table: str, run_id: str, on: date | None) -> str:
    """The key of the one file that a faked run writes for a table and a date."""
    return f"{run_folder(table, run_id, on)}/part.parquet"


def write_run(lake: LockedLake, dates: Iterable[date]) -> RunRecord:
    """Start a flatten run and do what it does up to its publication, but for the rows."""
    record = publish.start_run(lake, "flatten_playlists")
    dates = list(dates)
    for on in dates:
        for table in TABLE_NAMES:
            lake.storage.write(file_of(table, lake.run_id, on), EMPTY_PARQUET)
        record.dates[on] = DateResult("succeeded", {"playlist_entries": 1})
        record.inputs[on] = versions(list_inputs(lake.storage, on).objects)
    record.switches = publish.plan_switches(lake, TABLE_NAMES, dates)
    return record


def publish_run(options: JobOptions, clock: Clock, dates: Iterable[date]) -> RunRecord:
    """A whole flatten run, but for the rows."""
    with publish.open_lake(options, clock) as lake:
        record = write_run(lake, dates)
        publish.publish(lake, record)
    return record


def publish_outcomes(options: JobOptions, clock: Clock) -> RunRecord | None:
    """A whole run of the outcomes that changed; None if no row did."""
    with publish.open_lake(options, clock) as lake:
        today = clock().date()
        return build_outcomes(lake, plan_outcomes(lake.storage, lake.catalog, options, today))


def publish_stays(options: JobOptions, clock: Clock) -> RunRecord:
    """A whole run of the stays, but for the rows."""
    with publish.open_lake(options, clock) as lake:
        record = publish.start_run(lake, "build_stays")
        record.inputs_digest = digest_of_inputs(lake.catalog)
        names = [table.name for table in STAYS_TABLES]
        for name in names:
            lake.storage.write(file_of(name, lake.run_id, None), EMPTY_PARQUET)
        record.dates[None] = DateResult("succeeded", dict.fromkeys(names, 1))
        record.switches = publish.plan_switches(lake, names, [None])
        publish.publish(lake, record)
    return record


def expire(options: JobOptions, cutoff: date, clock: Clock = utc_now) -> list[date]:
    """Drop the dates before the cutoff, as retention does; returns the dates dropped."""
    with publish.open_lake(options, clock) as lake:
        return drop_expired(lake, cutoff)


def visit(options: JobOptions, clock: Clock) -> None:
    """What every run does, whatever it then builds: complete what is pending, clean up."""
    with publish.open_lake(options, clock):
        pass


def with_run_id(options: JobOptions, run_id: str) -> JobOptions:
    """The same lake for a run of that name."""
    return replace(options, run_id=run_id)


def seen(options: JobOptions, clock: FakeClock) -> dict[str, dict[date | None, str]]:
    """Where readers find each partitioned table, as the next run sees it."""
    with publish.open_lake(options, clock) as lake:
        return locations(lake)


def locations(lake: LockedLake) -> dict[str, dict[date | None, str]]:
    """Where readers find each partitioned table now."""
    return {table: lake.catalog.locations(table) for table in TABLE_NAMES}


def expected_locations(runs: Mapping[date, str]) -> dict[str, dict[date | None, str]]:
    """`locations` of a lake whose dates were published by these runs."""
    return {
        table: {on: run_folder(table, run_id, on) for on, run_id in runs.items()}
        for table in TABLE_NAMES
    }


def keys(storage: Storage, prefix: str) -> list[str]:
    """The keys below a prefix."""
    return [stored.key for stored in storage.list_objects(prefix)]
