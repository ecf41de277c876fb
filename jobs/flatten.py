"""The job flatten_playlists: builds the tables of snapshot dates from their raw objects."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession

from jobs import decisions, descriptions, findings, inspection, publish, run, transforms
from jobs.audit import audit
from jobs.build_plan import BuildPlan, plan_build
from jobs.descriptions import FIRST_NUMBER_TYPES
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.outcomes import build_outcomes
from jobs.outcomes_plan import plan_outcomes
from jobs.parsed_items import parse_items
from jobs.playlist_rows import PLAYLIST_TYPES, playlist_row
from jobs.raw_objects import ObjectSummary
from jobs.reporting import report
from jobs.retention import confirmation_needed, drop_expired, unpublished_dates
from jobs.run import BuildResult, Clock, OnStep, RefusedObject, RunRecord, Steps
from jobs.scratch import Scratch, scratch_folder, write_rows
from jobs.session import configure, spark_errors
from jobs.staging import write_tables, written_tables
from jobs.tables import PARTITION_COLUMN, SNAPSHOT_TABLES

SNAPSHOT_TABLE_NAMES = [table.name for table in SNAPSHOT_TABLES]
# The bytes of gzip that one task reads; the JSON in them is about ten times as large
_BYTES_PER_TASK = 8 * 1024 * 1024
# Dates are assigned to partitions by hash. With one partition per date, some dates would share one
_PARTITIONS_PER_DATE = 8
# A shuffle moves mostly ids, about a fifth of the gzip that was read. So one shuffle partition for
# four reading tasks is enough
_READING_TASKS_PER_PARTITION = 4


def flatten_playlists(
    spark: SparkSession,
    options: JobOptions,
    on_step: OnStep = run.no_progress,
    clock: Clock = run.utc_now,
) -> RunRecord:
    """Build and publish the dates of the options, then drop the expired dates.

    The outcomes come first, in a run of their own. Expired dates that were never published here
    are only reported, unless the options confirm. Raises JobError if nothing could be published.
    The record is that of the tables of snapshots, and names what was refused. A killed run whose
    publication is completed is reported first, because it could not report itself.
    """
    with publish.open_lake(options, clock, on_completed=partial(report, spark)) as lake:
        today = clock().date()
        outcomes = plan_outcomes(lake.storage, lake.catalog, options, today)
        if of_outcomes := build_outcomes(lake.next_run(), outcomes):
            report(spark, of_outcomes)
        if options.retention_days is None:
            return flatten_locked(spark, lake, options, on_step)
        cutoff = today - timedelta(days=options.retention_days)
        unconfirmed = [] if options.confirm_retention else unpublished_dates(lake, cutoff)
        record = flatten_locked(spark, lake, options, on_step, unconfirmed=unconfirmed)
        # Looks again, because dates may have been copied here during the build
        drop_expired(lake, cutoff, keep_unpublished=not options.confirm_retention)
    return record


def flatten_locked(
    spark: SparkSession,
    lake: LockedLake,
    options: JobOptions,
    on_step: OnStep,
    plan: BuildPlan | None = None,
    unconfirmed: Sequence[date] = (),
) -> RunRecord:
    """Build and publish the dates of a plan, else those of the options, in a locked lake.

    `unconfirmed` are expired dates that wait for a confirmation; the record names them.
    """
    configure(spark)

    def build(steps: Steps) -> BuildResult:
        chosen = plan or plan_build(lake.storage, lake.catalog, options, lake.clock().date())
        result = _build(spark, lake, options, chosen, steps)
        notices = confirmation_needed(unconfirmed, options.retention_days)
        return replace(
            result, warnings=[*result.warnings, *notices], unconfirmed_dates=len(unconfirmed)
        )

    return publish.perform(lake, "flatten_playlists", build, on_step)


@spark_errors("the build of the snapshot dates")
def _build(
    spark: SparkSession, lake: LockedLake, options: JobOptions, plan: BuildPlan, steps: Steps
) -> BuildResult:
    """Write and audit the dates of a plan."""
    if not plan.inputs:
        return BuildResult(SNAPSHOT_TABLE_NAMES, warnings=plan.warnings)
    tasks = _set_up_for(spark, plan)
    with scratch_folder(lake) as scratch:
        with steps.begin("read"):
            parsed = parse_items(spark, scratch, plan.objects, _BYTES_PER_TASK)
            refused = inspection.refusals(plan.objects, parsed.summaries)
        held_back = decisions.held_back(lake, options, plan, refused)
        building = [on for on in plan.inputs if on not in held_back]
        if not building:
            inputs = plan.versions(plan.inputs)
            return BuildResult(SNAPSHOT_TABLE_NAMES, held_back, inputs, refused, plan.warnings)
        accepted = _accepted(parsed.summaries, building, refused)
        with steps.begin("write"):
            _write(lake, scratch, parsed.items, accepted, tasks=tasks, dates=len(building))
    with steps.begin("audit"):
        audited = audit(written_tables(spark, lake), _raw_items(accepted, building))
    judged = decisions.judged(lake, plan, building, refused, audited)
    published = [on for on in building if judged[on].status != "failed"]
    counts = findings.counts_by_date(accepted, published)
    found = findings.compare_dates(lake.storage, counts)
    return BuildResult(
        SNAPSHOT_TABLE_NAMES,
        dates=held_back | judged,
        inputs=plan.versions([on for on in plan.inputs if on in held_back or on in published]),
        refused=refused,
        warnings=[*plan.warnings, *findings.mistyped_values(accepted), *found.warnings],
        shrunk_lists=found.shrunk_lists,
        drifted_columns=found.drifted_columns,
        lists=counts,
    )


def _write(
    lake: LockedLake,
    scratch: Scratch,
    items: DataFrame,
    accepted: Sequence[ObjectSummary],
    *,
    tasks: int,
    dates: int,
) -> None:
    """Write every table of the accepted objects."""
    spark = items.sparkSession
    first_numbers = descriptions.first_numbers(accepted)
    write_rows(lake.storage, scratch.key("numbers"), FIRST_NUMBER_TYPES, first_numbers)
    playlists = map(playlist_row, accepted)
    write_rows(lake.storage, scratch.key("playlists"), PLAYLIST_TYPES, playlists)
    numbers = scratch.read(spark, "numbers", FIRST_NUMBER_TYPES)
    numbered = descriptions.numbered(items, numbers)
    is_by_date = tasks <= dates
    partitions = tasks if is_by_date else _PARTITIONS_PER_DATE * dates

    def by_date(frame: DataFrame) -> DataFrame:
        return frame.repartition(partitions, PARTITION_COLUMN)

    if is_by_date:
        # Each task has whole dates, so that no table needs another shuffle
        numbered = by_date(numbered)
    with _persisted(*([numbered] if is_by_date else [])):
        winners = descriptions.winners(numbered, sum(summary.item_count for summary in accepted))
        winners = winners if is_by_date else by_date(winners)
        # Five tables are built from them
        with _persisted(winners):
            playlists_frame = scratch.read(spark, "playlists", PLAYLIST_TYPES)
            frames = transforms.all_tables(numbered, playlists_frame, winners)
            frames = {
                name: frame if is_by_date and name != "playlists" else by_date(frame)
                for name, frame in frames.items()
            }
            write_tables(lake, frames)


@contextmanager
def _persisted(*frames: DataFrame) -> Iterator[None]:
    for frame in frames:
        frame.persist(StorageLevel.MEMORY_AND_DISK)
    try:
        yield
    finally:
        for frame in frames:
            frame.unpersist()


def _set_up_for(spark: SparkSession, plan: BuildPlan) -> int:
    """Set up Spark for the size of the input; returns the number of tasks to read it with."""
    cores = spark.sparkContext.defaultParallelism
    is_small = plan.size <= cores * _BYTES_PER_TASK
    tasks = (
        min(cores, len(plan.inputs))
        if is_small
        else max(cores, math.ceil(plan.size / _BYTES_PER_TASK))
    )
    spark.conf.set(
        "spark.sql.shuffle.partitions",
        max(min(cores, tasks), tasks // _READING_TASKS_PER_PARTITION),
    )
    # On a small input, compiling a plan or planning again takes longer than it saves
    spark.conf.set("spark.sql.codegen.wholeStage", not is_small)
    if is_small:
        spark.conf.set("spark.sql.adaptive.enabled", value=False)
    return tasks


def _accepted(
    summaries: Iterable[ObjectSummary], building: Collection[date], refused: Iterable[RefusedObject]
) -> list[ObjectSummary]:
    left_out = {(one.snapshot_date, one.playlist_id) for one in refused}
    return [
        summary
        for summary in summaries
        if summary.snapshot_date in building
        and (summary.snapshot_date, summary.playlist_id) not in left_out
    ]


def _raw_items(accepted: Iterable[ObjectSummary], building: Sequence[date]) -> dict[date, int]:
    counts = dict.fromkeys(building, 0)
    for summary in accepted:
        counts[summary.snapshot_date] += summary.item_count
    return counts
