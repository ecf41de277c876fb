"""The stays of items on lists, from the runs of items in snapshots.

Two runs are one stay if nothing between them proves that the item left.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

_ITEM = ("playlist_id", "item_uri")


def stays(runs: DataFrame) -> DataFrame:
    """One row per list, item and stay, with the columns of playlist_stays up to `missing_since`.

    The runs are those of item_runs.py.
    """
    is_settled = F.col("settled_at").isNotNull()
    return _joined(runs).select(
        *_ITEM,
        F.col("stay_number").cast("int"),
        "entered_on",
        "last_seen_on",
        F.when(is_settled, F.col("absent_since")).alias("exited_on"),
        (F.datediff("last_seen_on", "entered_on") + 1).alias("days_spanned"),
        F.col("snapshots_seen").cast("int"),
        "entry_position",
        F.shiftright("best", 32).cast("int").alias("best_position"),
        F.date_from_unix_date(F.col("best").bitwiseAND((1 << 32) - 1).cast("int")).alias(
            "best_position_on"
        ),
        "last_position",
        (~is_settled).alias("is_current"),
        "starts_before_history",
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


def _joined(runs: DataFrame) -> DataFrame:
    """One row per list, item and stay."""
    in_order = Window.partitionBy(*_ITEM).orderBy("entered")
    so_far = in_order.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    left_before = F.lag("settled_at").over(in_order) < F.col("entered")
    numbered = runs.withColumn("left_before", left_before).withColumn(
        "stay_number", 1 + F.count_if("left_before").over(so_far)
    )
    return numbered.groupBy(*_ITEM, "stay_number").agg(
        F.sum(F.col("seen") - F.col("entered") + 1).alias("snapshots_seen"),
        F.min("entered_on").alias("entered_on"),
        F.max("last_seen_on").alias("last_seen_on"),
        F.min_by("entry_position", "entered").alias("entry_position"),
        F.max_by("last_position", "seen").alias("last_position"),
        F.min(_packed(F.col("best_position"), F.unix_date("best_position_on"))).alias("best"),
        F.max("starts_before_history").alias("starts_before_history"),
        F.max_by("settled_at", "seen").alias("settled_at"),
        F.max_by("absent_since", "seen").alias("absent_since"),
    )


def _packed(upper: Column, lower: Column) -> Column:
    """Two numbers in one, because Spark sorts all rows for a minimum of structs."""
    return F.shiftleft(upper.cast("bigint"), 32) + lower
