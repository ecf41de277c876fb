"""What each snapshot of a list can say: is it complete, is it a drop, which one is before it."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs import drops


def list_snapshots(playlists: DataFrame, rejects: DataFrame) -> DataFrame:
    """One row per list and date, with the columns of list_snapshots and two numbers.

    `ordinal` is the snapshot's number among all snapshots of the list, from 1 by date. A snapshot
    settles what is absent if it is complete and not a drop; `settling_so_far` counts such snapshots
    up to this one.
    """
    counted = rejects.groupBy("playlist_id", "snapshot_date").agg(
        F.count(F.lit(1)).cast("int").alias("reject_count")
    )
    by_date = Window.partitionBy("playlist_id").orderBy("snapshot_date")
    before = by_date.rowsBetween(Window.unboundedPreceding, -1)
    complete_rows = F.when(F.col("is_complete"), F.col("item_count"))
    rows_before = F.last(complete_rows, ignorenulls=True).over(before)
    is_drop = F.col("is_complete") & drops.is_drop(rows_before, F.col("item_count"))
    judged = playlists.join(counted, ["playlist_id", "snapshot_date"], "left").withColumns(
        {
            "reject_count": F.coalesce("reject_count", F.lit(0)),
            "is_drop": F.coalesce(is_drop, F.lit(False)),
        }
    )
    settling_date = F.when(F.col("is_complete") & ~F.col("is_drop"), F.col("snapshot_date"))
    return judged.select(
        "playlist_id",
        "snapshot_date",
        "item_count",
        "reject_count",
        "total",
        "is_complete",
        "is_drop",
        F.last(settling_date, ignorenulls=True).over(before).alias("previous_date"),
        F.row_number().over(by_date).alias("ordinal"),
        F.count(settling_date).over(by_date).cast("int").alias("settling_so_far"),
    )
