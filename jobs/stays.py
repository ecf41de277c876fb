"""The job that builds stays: the periods from an item's entry into a list to its exit."""

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from jobs import publish, run
from jobs.audit import any_null
from jobs.errors import JobError
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.run import BuildResult, Clock, DateResult, OnStep, RunRecord, Steps
from jobs.session import configure, spark_errors
from jobs.staging import published_table, write_tables, written_table
from jobs.stays_inputs import digest_of_inputs
from jobs.tables import PLAYLIST_ENTRIES, PLAYLIST_STAYS, PLAYLISTS, REJECTS

_ITEM = ("playlist_id", "item_uri")
_ORDINAL_BITS = 32


class StaysInvalid(JobError):
    """The written stays are inconsistent."""


def build_stays(
    spark: SparkSession,
    options: JobOptions,
    on_step: OnStep = run.no_progress,
    clock: Clock = run.utc_now,
) -> RunRecord:
    """Rebuild and publish `playlist_stays` from every kept snapshot date."""
    with publish.open_lake(options, clock) as lake:
        return build_stays_locked(spark, lake, on_step)


def build_stays_locked(spark: SparkSession, lake: LockedLake, on_step: OnStep) -> RunRecord:
    """The same, in a locked lake."""
    configure(spark)
    return publish.perform(lake, "build_stays", lambda steps: _build(spark, lake, steps), on_step)


def stays(playlists: DataFrame, entries: DataFrame, rejects: DataFrame) -> DataFrame:
    """One row per list, item and stay, with the columns of playlist_stays.

    Only complete snapshots count: a date without one neither begins nor ends a stay. A snapshot
    with a null row at the item's last position does not end the stay either, since that row may be
    the item. An item that is on a list twice counts once, at its best position.
    """
    snapshots = _complete_snapshots(playlists)
    null_rows = _null_rows(rejects, snapshots)
    lists = snapshots.groupBy("playlist_id").agg(
        F.sort_array(F.collect_list("snapshot_date")).alias("complete_dates")
    )
    numbered = _numbered(_sightings(entries, snapshots), null_rows)
    # Packed into one number, because Spark sorts all rows for a minimum of structs
    position = F.col("position").cast("bigint")
    position_and_ordinal = F.shiftleft(position, _ORDINAL_BITS) + F.col("ordinal")
    grouped = numbered.groupBy(*_ITEM, "stay_number").agg(
        F.min("snapshot_date").alias("entered_on"),
        F.max("snapshot_date").alias("last_seen_on"),
        F.count(F.lit(1)).alias("snapshots_seen"),
        F.min_by("position", "snapshot_date").alias("entry_position"),
        F.min(position_and_ordinal).alias("best"),
        F.max_by("position", "snapshot_date").alias("last_position"),
        F.min("ordinal").alias("first_ordinal"),
        F.max("ordinal").alias("last_ordinal"),
    )
    null_rows_there = null_rows.withColumnRenamed("position", "last_position")
    dated = grouped.join(F.broadcast(lists), "playlist_id").join(
        F.broadcast(null_rows_there), ["playlist_id", "last_position"], "left"
    )
    exit_ordinal = _first_absence(F.col("last_ordinal"), F.size("complete_dates"))
    best_ordinal = F.col("best").bitwiseAND((1 << _ORDINAL_BITS) - 1).cast("int")
    exited = dated.withColumn("exited_on", F.get("complete_dates", exit_ordinal - 1))
    return exited.select(
        *_ITEM,
        F.col("stay_number").cast("int"),
        "entered_on",
        "last_seen_on",
        "exited_on",
        (F.datediff("last_seen_on", "entered_on") + 1).alias("days_spanned"),
        F.col("snapshots_seen").cast("int"),
        "entry_position",
        F.shiftright("best", _ORDINAL_BITS).cast("int").alias("best_position"),
        F.get("complete_dates", best_ordinal - 1).alias("best_position_on"),
        "last_position",
        F.col("exited_on").isNull().alias("is_current"),
        (F.col("first_ordinal") == 1).alias("starts_before_history"),
    )


def _complete_snapshots(playlists: DataFrame) -> DataFrame:
    """One row per list and complete snapshot, numbered from 1 by date."""
    by_date = Window.partitionBy("playlist_id").orderBy("snapshot_date")
    return playlists.where(F.col("is_complete")).select(
        "playlist_id", "snapshot_date", F.row_number().over(by_date).alias("ordinal")
    )


def _null_rows(rejects: DataFrame, snapshots: DataFrame) -> DataFrame:
    """One row per list and position: the ordinals of the snapshots with a null row there."""
    return (
        rejects.where(F.col("reason") == "null_item")
        .join(F.broadcast(snapshots), ["playlist_id", "snapshot_date"])
        .groupBy("playlist_id", "position")
        .agg(F.collect_set("ordinal").alias("null_ordinals"))
    )


def _sightings(entries: DataFrame, snapshots: DataFrame) -> DataFrame:
    """One row per list, item and complete snapshot with the item."""
    item = F.coalesce("linked_from_uri", "item_uri").alias("item_uri")
    return (
        entries.select("playlist_id", "snapshot_date", "position", item)
        .join(F.broadcast(snapshots), ["playlist_id", "snapshot_date"])
        # One shuffle, which serves the grouping here and the window later
        .repartition(*_ITEM)
        .groupBy(*_ITEM, "snapshot_date", "ordinal")
        .agg(F.min("position").alias("position"))
    )


def _numbered(sightings: DataFrame, null_rows: DataFrame) -> DataFrame:
    """The sightings, each with the number of its stay."""
    by_date = Window.partitionBy(*_ITEM).orderBy("ordinal")
    before = sightings.withColumns(
        {
            "ordinal_before": F.lag("ordinal").over(by_date),
            "position_before": F.lag("position").over(by_date),
        }
    )
    null_rows_there = null_rows.withColumnRenamed("position", "position_before")
    joined = before.join(F.broadcast(null_rows_there), ["playlist_id", "position_before"], "left")
    absence = _first_absence(F.col("ordinal_before"), F.col("ordinal") - 1)
    begins = F.col("ordinal_before").isNull() | absence.isNotNull()
    so_far = by_date.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    return joined.withColumn("stay_number", F.sum(begins.cast("int")).over(so_far))


def _first_absence(seen: Column, until: Column) -> Column:
    """The first ordinal after `seen`, up to `until`, that is not in `null_ordinals`; else NULL."""
    absences = F.filter(
        F.sequence(seen + 1, until), lambda ordinal: ~F.array_contains("null_ordinals", ordinal)
    )
    first = F.when(F.col("null_ordinals").isNull(), seen + 1).otherwise(F.get(absences, 0))
    return F.when(until > seen, first)


@spark_errors("the build of the stays")
def _build(spark: SparkSession, lake: LockedLake, steps: Steps) -> BuildResult:
    """Write and audit the stays."""
    inputs_digest = digest_of_inputs(lake.catalog)
    with steps.begin("read"):
        # Three parts of the plan read it, and it has one row per list and date
        playlists = published_table(spark, lake, PLAYLISTS).persist()
        entries = published_table(spark, lake, PLAYLIST_ENTRIES)
        rejects = published_table(spark, lake, REJECTS)
    try:
        with steps.begin("write"):
            found = stays(playlists, entries, rejects).repartition(1)
            write_tables(lake, {PLAYLIST_STAYS.name: found})
    finally:
        playlists.unpersist()
    with steps.begin("audit"):
        count = _audited(written_table(spark, lake, PLAYLIST_STAYS))
    result = DateResult("succeeded", {PLAYLIST_STAYS.name: count})
    return BuildResult([PLAYLIST_STAYS.name], {None: result}, inputs_digest=inputs_digest)


def _audited(written: DataFrame) -> int:
    """The number of stays; raises StaysInvalid if their keys, dates or values are wrong."""
    is_incomplete = any_null(PLAYLIST_STAYS.required)
    in_order = (F.col("entered_on") <= F.col("last_seen_on")) & (
        F.coalesce(F.col("last_seen_on") < F.col("exited_on"), F.lit(True))
    )
    found = (
        written.groupBy(*PLAYLIST_STAYS.key)
        .agg(
            F.count(F.lit(1)).alias("rows"),
            F.max(is_incomplete | ~in_order).alias("is_invalid"),
        )
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
            f"playlist_stays: {found['duplicates']} keys have more than one row, "
            f"{found['invalid']} rows lack a value or have dates in the wrong order; nothing was "
            "published; this is a bug in playlist-lake"
        )
    return int(found["rows"])
