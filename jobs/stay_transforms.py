"""The stays of items on lists, from the sightings of items in snapshots.

Sightings become runs, and runs become stays. A run is an unbroken sequence of snapshots of a list
that have the item. Two runs are one stay if nothing between them proves that the item left.
"""

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from jobs import absences

_ITEM = ("playlist_id", "item_uri")


def stays(snapshots: DataFrame, entries: DataFrame, rejects: DataFrame) -> DataFrame:
    """One row per list, item and stay, with the columns of playlist_stays up to `missing_since`.

    `snapshots` are those of list_snapshots(). An item that is on a list twice counts once, at its
    best position.
    """
    runs = absences.settled(_runs(_sightings(entries, snapshots)), snapshots, rejects)
    first_complete = (
        snapshots.where("is_complete")
        .groupBy("playlist_id")
        .agg(F.min("snapshot_date").alias("first_complete"))
    )
    found = (
        _joined(runs)
        .withColumn("entered_on", F.date_from_unix_date(_upper("first")))
        .withColumn("last_seen_on", F.date_from_unix_date(-_upper("last")))
        .join(F.broadcast(first_complete), "playlist_id", "left")
    )
    is_settled = F.col("settled_at").isNotNull()
    is_known_entry = F.coalesce(F.col("entered_on") > F.col("first_complete"), F.lit(False))
    return found.select(
        *_ITEM,
        F.col("stay_number").cast("int"),
        "entered_on",
        "last_seen_on",
        F.when(is_settled, F.col("absent_since")).alias("exited_on"),
        (F.datediff("last_seen_on", "entered_on") + 1).alias("days_spanned"),
        F.col("snapshots_seen").cast("int"),
        _lower("first").alias("entry_position"),
        _upper("best").alias("best_position"),
        F.date_from_unix_date(_lower("best")).alias("best_position_on"),
        _lower("last").alias("last_position"),
        (~is_settled).alias("is_current"),
        (~is_known_entry).alias("starts_before_history"),
        F.when(~is_settled, F.col("absent_since")).alias("missing_since"),
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
    """One row per entry: in which snapshot an item was, and where."""
    item = F.coalesce("linked_from_uri", "item_uri").alias("item_uri")
    ordinals = snapshots.select("playlist_id", "snapshot_date", "ordinal")
    return (
        entries.select("playlist_id", "snapshot_date", "position", item)
        .join(F.broadcast(ordinals), ["playlist_id", "snapshot_date"])
        .select(*_ITEM, "ordinal", F.unix_date("snapshot_date").alias("day"), "position")
        # One shuffle, which serves all windows and groupings
        .repartition(*_ITEM)
    )


def _runs(sightings: DataFrame) -> DataFrame:
    """One row per list, item and run. An item that is twice in snapshot 4 and not in 5 and 6:

    ordinal           3  4  4  7
    sighting          1  2  2  3
    missed_before     2  2  2  4   the same in all snapshots of a run
    """
    sighting = F.dense_rank().over(_items().orderBy("ordinal"))
    numbered = sightings.withColumn("missed_before", F.col("ordinal") - sighting)
    return (
        numbered.groupBy(*_ITEM, "missed_before")
        .agg(
            F.min("ordinal").alias("entered"),
            F.max("ordinal").alias("seen"),
            F.min(_packed(F.col("day"), F.col("position"))).alias("first"),
            F.min(_packed(-F.col("day"), F.col("position"))).alias("last"),
            F.min(_packed(F.col("position"), F.col("day"))).alias("best"),
        )
        .withColumn("seen_at", _lower("last"))
    )


def _joined(runs: DataFrame) -> DataFrame:
    """One row per list, item and stay."""
    in_order = _items().orderBy("entered")
    so_far = in_order.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    left_before = F.lag("settled_at").over(in_order) < F.col("entered")
    numbered = runs.withColumn("left_before", left_before).withColumn(
        "stay_number", 1 + F.count_if("left_before").over(so_far)
    )
    return numbered.groupBy(*_ITEM, "stay_number").agg(
        F.sum(F.col("seen") - F.col("entered") + 1).alias("snapshots_seen"),
        F.min("first").alias("first"),
        F.min("last").alias("last"),
        F.min("best").alias("best"),
        F.max_by("settled_at", "seen").alias("settled_at"),
        F.max_by("absent_since", "seen").alias("absent_since"),
    )


def _items() -> WindowSpec:
    """A window per list and item. The hash comes first, because numbers are sorted faster."""
    return Window.partitionBy(F.xxhash64(*_ITEM), *_ITEM)


def _packed(upper: Column, lower: Column) -> Column:
    """Two numbers in one, because Spark sorts all rows for a minimum of structs."""
    return F.shiftleft(upper.cast("bigint"), 32) + lower


def _upper(packed: str) -> Column:
    return F.shiftright(packed, 32).cast("int")


def _lower(packed: str) -> Column:
    return F.col(packed).bitwiseAND((1 << 32) - 1).cast("int")
