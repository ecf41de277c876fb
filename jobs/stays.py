"""The job build_stays: builds the stays, and then the tables of genres.

A stay is the period from an item's entry into a list to its exit.
"""

from collections.abc import Mapping
from functools import partial

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs import publish, reissues, run
from jobs.audit import any_null
from jobs.errors import JobError
from jobs.genres import build_genres
from jobs.list_snapshots import list_snapshots
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.reporting import report
from jobs.run import BuildResult, Clock, DateResult, OnStep, RunRecord, Steps
from jobs.scratch import Scratch, scratch_folder, write_rows
from jobs.session import configure, spark_errors
from jobs.staging import published_table, write_tables, written_table
from jobs.stay_transforms import stays, with_links
from jobs.stays_inputs import STAYS_INPUTS, digest_of_inputs
from jobs.tables import LIST_SNAPSHOTS, PLAYLIST_STAYS, STAYS_TABLES, Table


class StaysInvalid(JobError):
    """The written stays are inconsistent."""


def build_stays(
    spark: SparkSession,
    options: JobOptions,
    on_step: OnStep = run.no_progress,
    clock: Clock = run.utc_now,
) -> RunRecord:
    """Rebuild and publish `list_snapshots` and `playlist_stays` from every kept snapshot date.

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
    """Write and audit the snapshots of the lists, and the stays."""
    inputs_digest = digest_of_inputs(lake.catalog)
    with steps.begin("read"):
        read = {table.name: published_table(spark, lake, table) for table in STAYS_INPUTS}
        # Several parts of the plan read these; they have few rows
        rejects = read["rejects"].select("playlist_id", "snapshot_date", "position").persist()
        snapshots = list_snapshots(read["playlists"], rejects).persist()
    with scratch_folder(lake) as scratch:
        try:
            with steps.begin("write"):
                _write(lake, scratch, snapshots, read | {"rejects": rejects})
        finally:
            snapshots.unpersist()
            rejects.unpersist()
    with steps.begin("audit"):
        counts = {
            table.name: _audited(table, written_table(spark, lake, table)) for table in STAYS_TABLES
        }
    names = [table.name for table in STAYS_TABLES]
    result = DateResult("succeeded", counts)
    return BuildResult(names, {None: result}, inputs_digest=inputs_digest)


def _write(
    lake: LockedLake, scratch: Scratch, snapshots: DataFrame, read: Mapping[str, DataFrame]
) -> None:
    # Links are found in the stays, and then added to them
    found = stays(snapshots, read["playlist_entries"], read["rejects"]).persist()
    try:
        links = reissues.links(
            scratch, found, read["playlist_entries"], read["songs"], read["song_artists"]
        )
        write_rows(lake.storage, scratch.key("links"), reissues.LINK_TYPES, links)
        links_frame = scratch.read(snapshots.sparkSession, "links", reissues.LINK_TYPES)
        frames = {
            LIST_SNAPSHOTS.name: snapshots.select(*LIST_SNAPSHOTS.column_names),
            PLAYLIST_STAYS.name: with_links(found, links_frame),
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
