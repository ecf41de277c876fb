"""Building a lake's tables: what both jobs do, one after the other, in one small Spark session."""

from __future__ import annotations

import signal
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from jobs.build_plan import BuildPlan, plan_build, plan_changed
from jobs.genres import build_genres
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions, SnapshotDates
from jobs.outcomes import build_outcomes
from jobs.outcomes_plan import plan_changed_outcomes, plan_outcomes
from jobs.run import JobName, RunRecord
from jobs.stays_inputs import stays_are_current
from playlist_lake.console import OnStep

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Starting Spark, and the steps of the two jobs
STEP_COUNT = 1 + 4 + 4


@dataclass
class Build:
    """What a build did: the record of each run; none if the tables were up to date."""

    records: list[RunRecord] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def incomplete_jobs(self) -> set[JobName]:
        """The jobs that could not build everything. A failure to build genres is only a warning."""
        jobs = {record.job for record in self.records if record.status != "succeeded"}
        return jobs - {"build_genres"}


def build(
    lake: LockedLake,
    on_step: OnStep,
    *,
    snapshot_dates: SnapshotDates = "auto",
    allow_partial: bool = False,
    candidates: Collection[date] | None = None,
) -> Build:
    """Build outcomes and snapshot dates of a locked lake, then the stays and genres if outdated.

    Builds those of the `candidates` whose tables are out of date, else `snapshot_dates`. Outcomes
    and genres need no Spark, which starts only if something else is out of date. Raises JobError if
    nothing could be published. The records name what was refused.
    """
    options = JobOptions(
        lake.storage.root, snapshot_dates=snapshot_dates, allow_partial=allow_partial
    )
    result = Build()
    _build_snapshots(lake, options, candidates, result, on_step)
    if of_genres := build_genres(lake.next_run()):
        result.records.append(of_genres)
    return result


def _build_snapshots(
    lake: LockedLake,
    options: JobOptions,
    candidates: Collection[date] | None,
    result: Build,
    on_step: OnStep,
) -> None:
    """Build everything but the genres; adds the records to the result."""
    if of_outcomes := _build_outcomes(lake, options, candidates):
        result.records.append(of_outcomes)
    plan = _plan(lake, options, candidates)
    if plan.is_empty and stays_are_current(lake.storage, lake.catalog):
        return
    on_step("start Spark")
    started = time.monotonic()
    # Imported here because they import PySpark, and most runs of a day build nothing
    from jobs.flatten import flatten_locked
    from jobs.stays import build_stays_locked

    spark = _session(plan.size)
    result.seconds["start Spark"] = time.monotonic() - started
    if not plan.is_empty:
        on_flatten = _of_job("flatten_playlists", on_step)
        flattened = flatten_locked(spark, lake.next_run(), options, on_flatten, plan)
        result.records.append(flattened)
        if flattened.status == "failed":
            return
    on_stays = _of_job("build_stays", on_step)
    result.records.append(build_stays_locked(spark, lake.next_run(), on_stays))


def _build_outcomes(
    lake: LockedLake, options: JobOptions, candidates: Collection[date] | None
) -> RunRecord | None:
    if candidates is not None:
        plan = plan_changed_outcomes(lake.storage, lake.catalog, candidates)
    else:
        plan = plan_outcomes(lake.storage, lake.catalog, options, lake.clock().date())
    return build_outcomes(lake.next_run(), plan)


def _plan(lake: LockedLake, options: JobOptions, candidates: Collection[date] | None) -> BuildPlan:
    if candidates is not None:
        return plan_changed(lake.storage, lake.catalog, candidates)
    return plan_build(lake.storage, lake.catalog, options, lake.clock().date())


def _session(input_bytes: int) -> SparkSession:
    from jobs.session import spark_errors
    from playlist_lake.building.local_session import local_session

    with spark_errors("the start of Spark"):
        spark = local_session(input_bytes)
    # Spark's own handler would call Java in the middle of the call that Ctrl-C interrupts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return spark


def _of_job(job: str, on_step: OnStep) -> OnStep:
    return lambda step: on_step(f"{job}: {step}")
