"""The stays of items on lists, from the sightings of items in snapshots."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.absences import Absences

_ITEM = ("playlist_id", "item_uri")
_ORDINAL_BITS = 32


def stays(snapshots: DataFrame, entries: DataFrame, rejects: DataFrame) -> DataFrame:
    """One row per list, item and stay, with the columns of playlist_stays up to `missing_since`.

    `snapshots` are those of list_snapshots(). An item that is on a list twice counts once, at its
    best position. Every sighting counts; what ends a stay is decided by Absences.
    """
    absences = Absences(snapshots, rejects)
    numbered = _numbered(_sightings(entries, snapshots), absences)
    # Packed into one number, because Spark sorts all rows for a minimum of structs
    position = F.col("position").cast("bigint")
    position_and_ordinal = F.shiftleft(position, _ORDINAL_BITS) + F.col("ordinal")
    grouped = numbered.groupBy(*_ITEM, "stay_number").agg(
        F.min("snapshot_date").alias("entered_on"),
        F.max("snapshot_date").alias("last_seen_on"),
        F.count(F.lit(1)).alias("snapshots_seen"),
        F.min_by("position", "snapshot_date").alias("entry_position"),
        F.min(position_and_ordinal).alias("best"),
        F.max_by("position", "snapshot_date").alias("seen_at"),
        F.min("ordinal").alias("entered_at"),
        F.max("ordinal").alias("seen"),
    )
    lists = snapshots.groupBy("playlist_id").agg(
        F.sort_array(F.collect_list("snapshot_date")).alias("dates"),
        F.min(F.when(F.col("is_complete"), F.col("ordinal"))).alias("first_complete"),
    )
    dated = absences.settled(grouped).join(F.broadcast(lists), "playlist_id")
    best_ordinal = F.col("best").bitwiseAND((1 << _ORDINAL_BITS) - 1).cast("int")
    # NULL after the list's last snapshot
    absent_since = F.get("dates", F.col("absent_from") - 1)
    is_settled = F.col("settled_at").isNotNull()
    is_known_entry = F.col("entered_at") > F.col("first_complete")
    return dated.select(
        *_ITEM,
        F.col("stay_number").cast("int"),
        "entered_on",
        "last_seen_on",
        F.when(is_settled, absent_since).alias("exited_on"),
        (F.datediff("last_seen_on", "entered_on") + 1).alias("days_spanned"),
        F.col("snapshots_seen").cast("int"),
        "entry_position",
        F.shiftright("best", _ORDINAL_BITS).cast("int").alias("best_position"),
        F.get("dates", best_ordinal - 1).alias("best_position_on"),
        F.col("seen_at").alias("last_position"),
        (~is_settled).alias("is_current"),
        (~F.coalesce(is_known_entry, F.lit(False))).alias("starts_before_history"),
        F.when(~is_settled, absent_since).alias("missing_since"),
    )


def with_links(stays: DataFrame, links: DataFrame) -> DataFrame:
    """The stays with all columns of playlist_stays; the links are those of reissues.py."""
    linked = stays.join(F.broadcast(links), [*_ITEM, "stay_number"], "left")
    return linked.select(
        *stays.columns,
        "continues_uri",
        "continued_by_uri",
        F.coalesce("listed_since", "entered_on").alias("listed_since"),
        F.coalesce("first_uri", "item_uri").alias("first_uri"),
    )


def _sightings(entries: DataFrame, snapshots: DataFrame) -> DataFrame:
    """One row per list, item and snapshot with the item."""
    item = F.coalesce("linked_from_uri", "item_uri").alias("item_uri")
    numbers = snapshots.select("playlist_id", "snapshot_date", "ordinal")
    return (
        entries.select("playlist_id", "snapshot_date", "position", item)
        .join(F.broadcast(numbers), ["playlist_id", "snapshot_date"])
        # One shuffle, which serves the grouping here and the window later
        .repartition(*_ITEM)
        .groupBy(*_ITEM, "snapshot_date", "ordinal")
        .agg(F.min("position").alias("position"))
    )


def _numbered(sightings: DataFrame, absences: Absences) -> DataFrame:
    """The sightings, each with the number of its stay."""
    by_date = Window.partitionBy(*_ITEM).orderBy("ordinal")
    before = sightings.withColumns(
        {
            "ordinal_before": F.lag("ordinal").over(by_date),
            "seen_at": F.lag("position").over(by_date),
        }
    )
    # Nothing can settle between two snapshots in a row
    is_gap = F.col("ordinal_before") < F.col("ordinal") - 1
    gaps = before.withColumn("seen", F.when(is_gap, F.col("ordinal_before")))
    begins = F.col("ordinal_before").isNull() | (F.col("settled_at") < F.col("ordinal"))
    so_far = by_date.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    number = F.sum(F.coalesce(begins, F.lit(False)).cast("int")).over(so_far)
    return absences.settled(gaps).select(
        *_ITEM, "snapshot_date", "ordinal", "position", number.alias("stay_number")
    )
