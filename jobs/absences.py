"""When an absence proves that an item left its list.

Presence is always evidence; only absence needs proof. The first complete snapshot that is not a
drop settles what happened since an item was last seen, unless a reject may be the item. An example,
with the snapshots of one list; item A was last seen on date 1, at position 2 of 50:

    ordinal  snapshot                            A            says about A
    1        50 rows                             position 2
    2        incomplete                          absent       nothing: excused
    3        20 rows: a drop                     absent       it is missing
    4        20 rows                             absent       it left on date 3: settled

The exit is the first snapshot of the absence that settled it: 1 + the newest ordinal that had the
item or was excused. With a reject at A's position on date 4, ordinal 4 would be excused too; and
without date 4, A would still be current, and missing since date 3.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F


def settled(rows: DataFrame, snapshots: DataFrame, rejects: DataFrame) -> DataFrame:
    """The rows with `settled_at` and `absent_from`, both ordinals.

    The rows need `playlist_id`, `seen` (the ordinal of an item's last sighting) and `seen_at` (its
    position there); `snapshots` are those of list_snapshots(). The snapshot `settled_at` proves the
    absence, and is NULL if none does so far. `absent_from` is the first snapshot of that absence;
    without `settled_at` it may be one more than the list's last ordinal.
    """
    last_seen = snapshots.select(
        "playlist_id",
        F.col("ordinal").alias("seen"),
        F.col("total").alias("seen_total"),
        F.col("reject_count").alias("seen_rejects"),
        F.col("settling_so_far").alias("seen_settling"),
    )
    lists = snapshots.groupBy("playlist_id").agg(
        _ordinals_where(F.col("is_complete") & ~F.col("is_drop")).alias("settling"),
        _ordinals_where(~F.col("is_complete")).alias("incomplete"),
        F.max("ordinal").alias("last_ordinal"),
    )
    hiding = rejects.join(F.broadcast(snapshots), ["playlist_id", "snapshot_date"]).select(
        "playlist_id",
        F.struct("ordinal", "reject_count").alias("snapshot"),
        F.col("position").alias("seen_at"),
        (F.col("total") - F.col("position")).alias("seen_from_end"),
    )
    located = (
        rows.join(F.broadcast(last_seen), ["playlist_id", "seen"])
        .withColumn("seen_from_end", F.col("seen_total") - F.col("seen_at"))
        .join(F.broadcast(lists), "playlist_id")
        .join(F.broadcast(_by(hiding, "seen_at")), ["playlist_id", "seen_at"], "left")
        .join(F.broadcast(_by(hiding, "seen_from_end")), ["playlist_id", "seen_from_end"], "left")
    )
    judged = located.withColumn("hidden", _hidden()).withColumn("settled_at", _first_settling())
    return judged.select(*rows.columns, "settled_at", _first_absent().alias("absent_from"))


def _ordinals_where(condition: Column) -> Column:
    return F.sort_array(F.collect_list(F.when(condition, F.col("ordinal"))))


def _by(hiding: DataFrame, place: str) -> DataFrame:
    """One row per list and place: the snapshots with a reject there."""
    return hiding.groupBy("playlist_id", place).agg(F.collect_list("snapshot").alias(f"at_{place}"))


def _hidden() -> Column:
    """The ordinals with more rejects than `seen`, one of which is where the item stood."""
    nothing = F.array().cast("array<struct<ordinal:int,reject_count:int>>")
    there = F.concat(F.coalesce("at_seen_at", nothing), F.coalesce("at_seen_from_end", nothing))
    may_be = F.filter(
        there,
        lambda one: (
            (one["ordinal"] > F.col("seen")) & (one["reject_count"] > F.col("seen_rejects"))
        ),
    )
    return F.array_distinct(F.transform(may_be, lambda one: one["ordinal"]))


def _first_settling() -> Column:
    """The first settling snapshot after the last sighting that is not hidden."""
    # One more than the hidden ones is enough to find one that is not hidden
    candidates = F.slice(F.col("settling"), F.col("seen_settling") + 1, F.size("hidden") + 1)
    return F.get(F.filter(candidates, lambda one: ~F.array_contains("hidden", one)), 0)


def _first_absent() -> Column:
    """The snapshot after the newest one that had the item, or was excused before it settled."""
    end = F.coalesce("settled_at", F.col("last_ordinal") + 1)
    excused = F.concat("incomplete", "hidden")
    return 1 + F.greatest(F.col("seen"), F.array_max(F.filter(excused, lambda one: one < end)))
