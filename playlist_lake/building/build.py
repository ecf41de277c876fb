"""Building a lake's tables: the two jobs, one after the other, in one small Spark session."""

import signal
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pyspark.sql import SparkSession

from jobs import run
from jobs.build_plan import BuildPlan, plan_build
from jobs.file_catalog import FileCatalog
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions, SnapshotDates
from jobs.pending import read_pending
from jobs.publish import open_lake
from jobs.run import RunRecord
from jobs.session import spark_errors
from jobs.stays import build_stays
from lake.storage import open_storage
from playlist_lake.building.local_session import local_session
from playlist_lake.building.up_to_date import plan_changed_dates, stays_are_current
from playlist_lake.console import OnStep

# Starting Spark, and the steps of the two jobs
STEP_COUNT = 1 + 4 + 4


@dataclass
class Build:
    """What a build did: the record of each job that ran; none if the tables were up to date."""

    records: list[RunRecord] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every date was built completely."""
        return all(record.status == "succeeded" for record in self.records)


def build(
    folder: Path,
    on_step: OnStep,
    *,
    snapshot_dates: SnapshotDates = "auto",
    allow_partial: bool = False,
    candidates: Collection[date] | None = None,
) -> Build:
    """Flatten snapshot dates, then rebuild the stays if they are outdated.

    Builds those of the `candidates` whose tables are out of date, else `snapshot_dates`. Raises
    JobError if nothing could be published. The records name what was refused.
    """
    options = JobOptions(str(folder), snapshot_dates=snapshot_dates, allow_partial=allow_partial)
    _complete_publication(options)
    plan = _plan(folder, options, candidates)
    result = Build()
    if plan.is_empty and stays_are_current(folder):
        return result
    on_step("start Spark")
    started = time.monotonic()
    spark = _session(plan.size)
    result.seconds["start Spark"] = time.monotonic() - started
    if not plan.is_empty:
        on_flatten = _of_job("flatten_playlists", on_step)
        flattened = flatten_playlists(spark, options, on_flatten, plan=plan)
        result.records.append(flattened)
        if flattened.status == "failed":
            return result
    result.records.append(build_stays(spark, options, _of_job("build_stays", on_step)))
    return result


def _plan(folder: Path, options: JobOptions, candidates: Collection[date] | None) -> BuildPlan:
    if candidates is not None:
        return plan_changed_dates(folder, candidates)
    storage = open_storage(folder)
    return plan_build(storage, FileCatalog(storage), options, run.utc_now().date())


def _complete_publication(options: JobOptions) -> None:
    """Complete the publication of a killed run, so that its dates are not built again."""
    if read_pending(open_storage(options.lake)).publication is not None:
        with open_lake(options):
            pass


def _session(input_bytes: int) -> SparkSession:
    with spark_errors():
        spark = local_session(input_bytes)
    # Spark's own handler would call Java in the middle of the call that Ctrl-C interrupts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return spark


def _of_job(job: str, on_step: OnStep) -> OnStep:
    return lambda step: on_step(f"{job}: {step}")
