"""Building a lake's tables: the two jobs, one after the other, in one small Spark session."""

import signal
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from pyspark.sql import SparkSession

from jobs import run
from jobs.dates import dates_to_build, list_inputs
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.publish import read_pending
from jobs.run import RunRecord
from jobs.session import spark_errors
from jobs.stays import build_stays
from lake.storage import open_storage
from playlist_lake.answers.database import connect
from playlist_lake.building.local_session import local_session
from playlist_lake.console import OnStep
from playlist_lake.lakes import EmptyLake, StaysMissing

# Starting Spark, and what each of the two jobs tells
STEP_COUNT = 1 + 4 + 4


@dataclass
class Build:
    """What was done to the tables; no record: there was nothing to do."""

    records: list[RunRecord] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether everything that was to be built was built."""
        return all(record.status == "succeeded" for record in self.records)


def build(
    folder: Path,
    on_step: OnStep,
    *,
    snapshot_dates: Literal["auto"] | tuple[date, ...] = "auto",
    allow_partial: bool = False,
) -> Build:
    """Flatten the snapshot dates that need it, then rebuild the stays if they are out of date.

    Raises JobError where nothing could be published. What was refused is in the records.
    """
    options = JobOptions(str(folder), snapshot_dates=snapshot_dates, allow_partial=allow_partial)
    result = Build()
    storage = open_storage(options.lake)
    dates = dates_to_build(storage, options, run.utc_now().date())
    if not dates and _stays_are_current(folder):
        return result
    on_step("start Spark")
    started = time.monotonic()
    spark = _session(
        sum(stored.size for on in dates for stored in list_inputs(storage, on).objects)
    )
    result.seconds["start Spark"] = time.monotonic() - started
    if dates:
        flattened = flatten_playlists(spark, options, _of_job("flatten_playlists", on_step))
        result.records.append(flattened)
        if flattened.status == "failed":
            return result
    result.records.append(build_stays(spark, options, _of_job("build_stays", on_step)))
    return result


def _session(input_bytes: int) -> SparkSession:
    with spark_errors():
        spark = local_session(input_bytes)
    # Spark's handler asks Java to cancel, in the middle of the call that it interrupts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return spark


def _stays_are_current(folder: Path) -> bool:
    """Whether the stays were built after all that was flattened and dropped, kills included."""
    if read_pending(open_storage(str(folder))).publication is not None:
        return False
    try:
        con = connect(folder)
    except EmptyLake:
        return True
    except StaysMissing:
        return False
    last = con.execute(
        "SELECT job FROM runs WHERE status <> 'failed' ORDER BY finished_at DESC LIMIT 1"
    ).fetchone()
    dropped = con.execute(
        """
        SELECT 1 FROM playlist_stays
        WHERE entered_on < (SELECT coalesce(min(snapshot_date), 'infinity') FROM playlists)
        LIMIT 1
        """
    ).fetchone()
    return last == ("build_stays",) and dropped is None


def _of_job(job: str, on_step: OnStep) -> OnStep:
    return lambda step: on_step(f"{job}: {step}")
