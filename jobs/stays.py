"""The job build_stays: builds the stays, and then the tables of genres.

A stay is the period from an item's entry into a list to its exit.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs import item_runs, items, publish, reissues, run
from jobs.arrow_audit import table_faults
from jobs.arrow_files import read_arrow_file, write_arrow_file
from jobs.audit import any_null
from jobs.errors import JobError
from jobs.genres import build_genres
from jobs.history import History
from jobs.item_runs import ENTRY_COLUMNS, RUN_TYPES
from jobs.list_snapshots import (
    REJECT_COLUMNS,
    SNAPSHOT_COLUMNS,
    ListSnapshot,
    dated_rows,
    list_snapshots,
    rejects_by_snapshot,
)
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.reporting import report
from jobs.run import BuildResult, Clock, DateResult, OnStep, RunRecord, Steps
from jobs.run_folders import run_folder
from jobs.scratch import Scratch, scratch_folder, write_rows
from jobs.session import configure, spark_errors
from jobs.staging import write_tables, written_table
from jobs.stay_transforms import stays, with_links
from jobs.stays_inputs import digest_of_inputs
from jobs.tables import (
    ITEMS,
    LIST_SNAPSHOTS,
    PLAYLIST_ENTRIES,
    PLAYLIST_STAYS,
    PLAYLISTS,
    REJECTS,
    STAYS_TABLES,
    Table,
)


class StaysInvalid(JobError):
    """The written stays are inconsistent."""


def build_stays(
    spark: SparkSession,
    options: JobOptions,
    on_step: OnStep = run.no_progress,
    clock: Clock = run.utc_now,
) -> RunRecord:
    """Rebuild and publish `list_snapshots`, `items` and `playlist_stays` from every kept date.

    The tables of genres come last, in a run of their own, whose failure is only reported. The
    record is that of the stays.
    """
    with publish.open_lake(options, clock, on_completed=partial(report, spark)) as lake:
        record = build_stays_locked(spark, lake, on_step)
        if of_genres := build_genres(lake.next_run()):
            report(spark, of_genres)
    return record


def build_stays_locked(spark: SparkSession, lake: LockedLake, on_step: OnStep) -> RunRecord:
    """Rebuild and publish the stays in a locked lake."""
    configure(spark)
    return publish.perform(lake, "build_stays", lambda steps: _build(spark, lake, steps), on_step)


@spark_errors("the build of the stays")
def _build(spark: SparkSession, lake: LockedLake, steps: Steps) -> BuildResult:
    """Write and audit the snapshots of the lists, the items, and the stays."""
    inputs_digest = digest_of_inputs(lake.catalog)
    folder_of_items = run_folder(ITEMS.name, lake.run_id)
    with scratch_folder(lake) as scratch:
        history = History(spark, lake, scratch)
        with steps.begin("read"):
            rejects = rejects_by_snapshot(history.rows(REJECTS, REJECT_COLUMNS, dated_rows))
            rows = history.rows(PLAYLISTS, SNAPSHOT_COLUMNS, dated_rows)
            snapshots = list_snapshots(rows, rejects)
            runs = history.frame(
                PLAYLIST_ENTRIES,
                ENTRY_COLUMNS,
                partial(item_runs.runs, snapshots, rejects),
                "runs",
                RUN_TYPES,
            )
            known = items.items_table(
                history.newest_first(
                    PLAYLIST_ENTRIES, items.ENTRY_COLUMNS, items.last_known, "items"
                )
            )
        with steps.begin("write"):
            _write(lake, scratch, history, snapshots, runs)
            write_arrow_file(lake.storage, folder_of_items, known)
    with steps.begin("audit"):
        counts = {
            table.name: _audited_items(read_arrow_file(lake.storage, folder_of_items))
            if table is ITEMS
            else _audited(table, written_table(spark, lake, table))
            for table in STAYS_TABLES
        }
    result = DateResult("succeeded", counts)
    return BuildResult(list(counts), {None: result}, inputs_digest=inputs_digest)


def _write(
    lake: LockedLake,
    scratch: Scratch,
    history: History,
    snapshots: Mapping[str, Sequence[ListSnapshot]],
    runs: DataFrame,
) -> None:
    spark = runs.sparkSession
    types = {column.name: column.type for column in LIST_SNAPSHOTS.columns}
    rows = [snapshot for of_list in snapshots.values() for snapshot in of_list]
    first_on = min((snapshot.snapshot_date for snapshot in rows), default=date.max)
    write_rows(lake.storage, scratch.key("list_snapshots"), types, rows)
    # Links are found in the stays, and then added to them
    found = stays(runs).persist()
    try:
        links = reissues.links(scratch, history, found, first_on)
        write_rows(lake.storage, scratch.key("links"), reissues.LINK_TYPES, links)
        frames = {
            LIST_SNAPSHOTS.name: scratch.read(spark, "list_snapshots", types),
            PLAYLIST_STAYS.name: with_links(
                found, scratch.read(spark, "links", reissues.LINK_TYPES)
            ),
        }
        write_tables(lake, {name: frame.coalesce(1) for name, frame in frames.items()})
    finally:
        found.unpersist()


def _audited(table: Table, written: DataFrame) -> int:
    """The number of rows; raises StaysInvalid if their keys, dates or values are wrong."""
    is_invalid = any_null(table.required)
    if table is PLAYLIST_STAYS:
        in_order = (F.col("entered_on") <= F.col("last_seen_on")) & F.coalesce(
            F.col("last_seen_on") < F.coalesce("exited_on", "missing_since"), F.lit(True)
        )
        is_invalid = is_invalid | ~in_order
    found = (
        written.groupBy(*table.key)
        .agg(F.count(F.lit(1)).alias("rows"), F.max(is_invalid).alias("is_invalid"))
        .agg(
            F.sum("rows").alias("rows"),
            F.sum((F.col("rows") > 1).cast("int")).alias("duplicates"),
            F.sum(F.col("is_invalid").cast("int")).alias("invalid"),
        )
        .first()
    )
    if found is None or found["rows"] is None:
        return 0
    if found["duplicates"] or found["invalid"]:
        raise StaysInvalid(
            f"{table.name}: {found['duplicates']} keys have more than one row, "
            f"{found['invalid']} rows lack a value or have dates in the wrong order; nothing was "
            "published; this is a bug in playlist-lake"
        )
    return int(found["rows"])


def _audited_items(written: pa.Table | None) -> int:
    """The number of rows; raises StaysInvalid."""
    if faults := table_faults(ITEMS, written):
        raise StaysInvalid(
            f"{'; '.join(faults)}; nothing was published; this is a bug in playlist-lake"
        )
    return 0 if written is None else written.num_rows
