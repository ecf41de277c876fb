"""The job that flattens playlists: raw objects of some snapshot dates become tables."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs import dates, descriptions, findings, inspection, publish, run, transforms
from jobs.audit import Audit, audit
from jobs.inspection import ObjectSummary
from jobs.options import JobOptions
from jobs.publish import Lake
from jobs.raw_objects import OBJECT_KEY, read_lines
from jobs.retention import drop_expired
from jobs.run import Clock, DateResult, OnStep, RefusedObject, RunRecord, timed
from jobs.session import configure, spark_errors
from jobs.staging import write_tables, written_tables
from jobs.tables import PARTITION_COLUMN, SNAPSHOT_TABLES
from lake.storage import StoredObject

SNAPSHOT_TABLE_NAMES = [table.name for table in SNAPSHOT_TABLES]
# Of gzip, ten times as much JSON: what one task takes
_BYTES_PER_TASK = 8 * 1024 * 1024
# Of these most stay empty. In as many as there are dates, several dates would share one by chance
_PARTITIONS_PER_DATE = 8
# The ids that are shuffled are a fifth of the gzip that was read
_READING_TASKS_PER_PARTITION = 4


def flatten_playlists(
    spark: SparkSession,
    options: JobOptions,
    on_step: OnStep = run.no_progress,
    clock: Clock = run.utc_now,
) -> RunRecord:
    """Build and publish the snapshot dates of the options; with nothing to do, only look.

    Raises JobError where nothing could be published. What was refused is in the record.
    """
    configure(spark)
    with publish.open_lake(options, clock) as lake:
        record = publish.perform(
            lake,
            "flatten_playlists",
            lambda record: _build(spark, lake, options, record, on_step),
            on_step,
        )
        if options.retention_days is not None:
            drop_expired(lake, clock().date() - timedelta(days=options.retention_days))
    return record


@spark_errors()
def _build(
    spark: SparkSession, lake: Lake, options: JobOptions, record: RunRecord, on_step: OnStep
) -> None:
    """Write and audit the dates, and put into the record what is to be published."""
    inputs = _inputs(lake, options, record)
    if not inputs:
        return
    on_step("read")
    keys = [stored.key for objects in inputs.values() for stored in objects]
    lines = read_lines(spark, [f"{lake.storage.root}/{key}" for key in keys])
    tasks = _plan_for(spark, inputs)
    is_by_date = tasks <= len(inputs)
    if is_by_date:
        # Whole dates in a task: then no table needs to move a row again
        lines = lines.repartition(tasks, PARTITION_COLUMN)
    objects = inspection.objects(lines)
    # Each is read for refusals, descriptions and tables
    with _persisted(lines, objects):
        with timed(record, "read"):
            found = {summary.key: summary for summary in inspection.summaries(objects)}
            record.refused = inspection.refusals(lake.storage, keys, found)
        building = _decide(lake, options, record, inputs)
        if not building:
            return
        accepted = _accepted(found.values(), building, record.refused)
        on_step("write")
        with timed(record, "write"):
            lines = _only(lines, building, record.refused)
            objects = _only(objects, building, record.refused)
            item_count = sum(summary.item_count for summary in accepted)
            described = descriptions.described(lines, objects, item_count)
            if not is_by_date:
                described = _by_date(described, building)
            # Five tables are made of it
            with _persisted(described):
                frames = transforms.all_tables(transforms.items(lines), objects, described)
                if not is_by_date:
                    frames = {name: _by_date(frame, building) for name, frame in frames.items()}
                write_tables(lake, frames)
        on_step("audit")
        with timed(record, "audit"):
            result = audit(written_tables(spark, lake), _raw_items(accepted, building))
    _judge(lake, record, inputs, building, result)
    published = [on for on in building if record.dates[on].status != "failed"]
    record.warnings += findings.malformed_items(accepted)
    shrunk = findings.shrunk_lists(spark, lake, accepted, published)
    record.warnings += shrunk
    record.shrunk_lists = len(shrunk)
    record.switches = publish.plan_switches(lake, SNAPSHOT_TABLE_NAMES, published)


def _by_date(frame: DataFrame, building: Sequence[date]) -> DataFrame:
    """A frame with each date whole in one partition, and few of them in the same."""
    return frame.repartition(_PARTITIONS_PER_DATE * len(building), PARTITION_COLUMN)


@contextmanager
def _persisted(*frames: DataFrame) -> Iterator[None]:
    for frame in frames:
        frame.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        yield
    finally:
        for frame in frames:
            frame.unpersist()


def _inputs(lake: Lake, options: JobOptions, record: RunRecord) -> dict[date, list[StoredObject]]:
    """The raw objects to build from, by date, listed once."""
    today = lake.clock().date()
    inputs = {}
    if options.snapshot_dates != "auto":
        missing = sorted(set(options.snapshot_dates) - set(dates.raw_dates(lake.storage)))
        if missing:
            more = f" and {len(missing) - 1} more dates" if missing[1:] else ""
            record.warnings.append(f"raw/ has nothing for {missing[0]}{more}")
    for on in dates.dates_to_build(lake.storage, options, today):
        listed = dates.list_inputs(lake.storage, on)
        record.warnings += [f"{key} is no raw object and is ignored" for key in listed.ignored]
        if listed.objects:
            inputs[on] = listed.objects
    return inputs


def _decide(
    lake: Lake,
    options: JobOptions,
    record: RunRecord,
    inputs: Mapping[date, Sequence[StoredObject]],
) -> list[date]:
    """The dates to build: a published one is not rebuilt without an object that is refused."""
    refused = {refused.object for refused in record.refused}
    published = set(lake.catalog.locations("playlists", list(inputs)))
    if refused:
        # Of these nothing is there that could stay
        published -= dates.lost_dates(lake.storage, lake.catalog)
    building = []
    for on, objects in inputs.items():
        refused_here = [stored.key for stored in objects if stored.key in refused]
        if len(refused_here) == len(objects):
            reason = "all its raw objects are refused"
        elif refused_here and on in published and not options.allow_partial:
            reason = (
                f"stays as it was published, since {len(refused_here)} of its raw objects are "
                "refused; --allow_partial true builds it without them"
            )
        else:
            building.append(on)
            continue
        record.dates[on] = DateResult("failed", reason=reason)
        record.inputs[on] = dates.versions(objects)
    return building


def _judge(
    lake: Lake,
    record: RunRecord,
    inputs: Mapping[date, Sequence[StoredObject]],
    building: Sequence[date],
    result: Audit,
) -> None:
    """Say of each date whether it may be published."""
    for on in building:
        counts = result.counts[on]
        if violations := result.violations.get(on):
            reason = f"failed the audit: {'; '.join(violations)}; this is a fault of playlist-lake"
            record.dates[on] = DateResult("failed", counts, reason)
        elif dates.list_inputs(lake.storage, on).objects != inputs[on]:
            reason = "raw objects changed while it was built; build it again"
            record.dates[on] = DateResult("failed", counts, reason)
        else:
            is_whole = not any(f"={on}/" in refused.object for refused in record.refused)
            record.dates[on] = DateResult("succeeded" if is_whole else "partial", counts)
            record.inputs[on] = dates.versions(inputs[on])


def _accepted(
    found: Iterable[ObjectSummary], building: Sequence[date], refused: Sequence[RefusedObject]
) -> list[ObjectSummary]:
    left_out = {refused.object for refused in refused}
    return [s for s in found if s.snapshot_date in building and s.key not in left_out]


def _raw_items(accepted: Iterable[ObjectSummary], building: Sequence[date]) -> dict[date, int]:
    counts = dict.fromkeys(building, 0)
    for summary in accepted:
        counts[summary.snapshot_date] += summary.item_count
    return counts


def _only(
    frame: DataFrame, building: Sequence[date], refused: Sequence[RefusedObject]
) -> DataFrame:
    """The rows of dates that are built and of objects that are not refused."""
    place = F.concat_ws("/", F.col("snapshot_date").cast("string"), "playlist_id")
    left_out = [_KEY_PLACE.sub(r"\1/\2", refused.object) for refused in refused]
    kept = frame.where(F.col("snapshot_date").isin(list(building)))
    return kept.where(~place.isin(left_out)) if left_out else kept


_KEY_PLACE = re.compile(OBJECT_KEY)


def _plan_for(spark: SparkSession, inputs: Mapping[date, Sequence[StoredObject]]) -> int:
    """Set up Spark for the size of the input; returns how many tasks that asks for."""
    size = sum(stored.size for objects in inputs.values() for stored in objects)
    cores = spark.sparkContext.defaultParallelism
    is_small = size <= cores * _BYTES_PER_TASK
    tasks = min(cores, len(inputs)) if is_small else max(cores, math.ceil(size / _BYTES_PER_TASK))
    spark.conf.set(
        "spark.sql.shuffle.partitions",
        max(min(cores, tasks), tasks // _READING_TASKS_PER_PARTITION),
    )
    # To compile a plan, or to plan anew, takes longer on a small input than it saves
    spark.conf.set("spark.sql.codegen.wholeStage", not is_small)
    if is_small:
        spark.conf.set("spark.sql.adaptive.enabled", value=False)
    return tasks
