"""The stays of items on lists, from the sightings of items in snapshots.

Sightings become spans, and spans become stays. A span has no settling snapshot between its
sightings. Two spans are one stay if rejects excuse every settling snapshot between them.
"""

from pyspark.sql import DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from jobs import absences

_ITEM = ("playlist_id", "item_uri")
_ORDINAL_BITS = 32


def stays(snapshots: DataFrame, entries: DataFrame, rejects: DataFrame) -> DataFrame:
    """One row per list, item and stay, with the columns of playlist_stays up to `missing_since`.

    `snapshots` are those of list_snapshots(). An item that is on a list twice counts once, at its
    best position.
    """
    spans = absences.settled(_spans(_sightings(entries, snapshots)), snapshots, rejects)
    first_complete = (
        snapshots.where("is_complete")
        .groupBy("playlist_id")
        .agg(F.min("snapshot_date").alias("first_complete"))
    )
    best_on = snapshots.select(
        "playlist_id",
        F.col("ordinal").alias("best_ordinal"),
        F.col("snapshot_date").alias("best_position_on"),
    )
    dated = (
        _bridged(spans)
        .withColumn("best_ordinal", F.col("best").bitwiseAND((1 << _ORDINAL_BITS) - 1).cast("int"))
        .join(F.broadcast(best_on), ["playlist_id", "best_ordinal"])
        .join(F.broadcast(first_complete), "playlist_id", "left")
    )
    is_settled = F.col("settled_at").isNotNull()
    is_known_entry = F.coalesce(F.col("entered_on") > F.col("first_complete"), F.lit(False))
    return dated.select(
        *_ITEM,
        F.col("stay_number").cast("int"),
        "entered_on",
        "last_seen_on",
        F.when(is_settled, F.col("absent_since")).alias("exited_on"),
        (F.datediff("last_seen_on", "entered_on") + 1).alias("days_spanned"),
        F.col("snapshots_seen").cast("int"),
        "entry_position",
        F.shiftright("best", _ORDINAL_BITS).cast("int").alias("best_position"),
        "best_position_on",
        F.col("seen_at").alias("last_position"),
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
    """One row per list, item and snapshot with the item."""
    item = F.coalesce("linked_from_uri", "item_uri").alias("item_uri")
    numbers = ("ordinal", "settling_before", "settling_so_far")
    numbered = snapshots.select("playlist_id", "snapshot_date", *numbers)
    return (
        entries.select("playlist_id", "snapshot_date", "position", item)
        .join(F.broadcast(numbered), ["playlist_id", "snapshot_date"])
        .select(*_ITEM, "snapshot_date", *numbers, "position")
        # One shuffle, which serves the grouping here and the windows later
        .repartition(*_ITEM)
        .groupBy(*_ITEM, "snapshot_date", *numbers)
        .agg(F.min("position").alias("position"))
    )


def _spans(sightings: DataFrame) -> DataFrame:
    """One row per list, item and span."""
    by_date = Window.partitionBy(*_ITEM).orderBy("ordinal")
    settling_at_last = F.lag("settling_so_far").over(by_date)
    begins = F.coalesce(F.col("settling_before") > settling_at_last, F.lit(True))
    numbered = _counted(sightings.withColumn("begins", begins), by_date, "span_number")
    # Packed into one number, because Spark sorts all rows for a minimum of structs
    position = F.col("position").cast("bigint")
    position_and_ordinal = F.shiftleft(position, _ORDINAL_BITS) + F.col("ordinal")
    return numbered.groupBy(*_ITEM, "span_number").agg(
        F.min("snapshot_date").alias("entered_on"),
        F.max("snapshot_date").alias("last_seen_on"),
        F.min("ordinal").alias("entered"),
        F.max("ordinal").alias("seen"),
        F.count(F.lit(1)).alias("snapshots_seen"),
        F.min_by("position", "ordinal").alias("entry_position"),
        F.max_by("position", "ordinal").alias("seen_at"),
        F.min(position_and_ordinal).alias("best"),
    )


def _bridged(spans: DataFrame) -> DataFrame:
    """One row per list, item and stay."""
    by_number = Window.partitionBy(*_ITEM).orderBy("span_number")
    is_first = F.col("span_number") == 1
    begins = is_first | F.coalesce(
        F.lag("settled_at").over(by_number) < F.col("entered"), F.lit(False)
    )
    numbered = _counted(spans.withColumn("begins", begins), by_number, "stay_number")
    return numbered.groupBy(*_ITEM, "stay_number").agg(
        F.min("entered_on").alias("entered_on"),
        F.max("last_seen_on").alias("last_seen_on"),
        F.sum("snapshots_seen").alias("snapshots_seen"),
        F.min_by("entry_position", "entered").alias("entry_position"),
        F.max_by("seen_at", "seen").alias("seen_at"),
        F.min("best").alias("best"),
        F.max_by("settled_at", "seen").alias("settled_at"),
        F.max_by("absent_since", "seen").alias("absent_since"),
    )


def _counted(rows: DataFrame, in_order: WindowSpec, name: str) -> DataFrame:
    """The rows with the number of those so far that begin something."""
    so_far = in_order.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    return rows.withColumn(name, F.sum(F.col("begins").cast("int")).over(so_far)).drop("begins")
