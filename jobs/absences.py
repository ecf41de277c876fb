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
    """The rows with `settled_at`, an ordinal, and `absent_since`, a date.

    The rows need `playlist_id`, `seen` (the ordinal of an item's last sighting) and `seen_at` (its
    position there); `snapshots` are those of list_snapshots(). The snapshot `settled_at` proves the
    absence, and is NULL if none does so far. `absent_since` is the first snapshot of that absence,
    and is NULL if the list has no snapshot without the item.

    Few absences are hidden by a reject. All others are the same for the items that were last seen
    in one snapshot, so they are decided once per snapshot.
    """
    lists = _lists(snapshots)
    last_seen = snapshots.select(
        "playlist_id",
        F.col("ordinal").alias("seen"),
        F.col("total").alias("seen_total"),
        F.col("reject_count").alias("seen_rejects"),
        F.col("settling_so_far").alias("seen_settling"),
    )
    unhidden = last_seen.withColumn("hidden", F.array().cast("array<int>"))
    usual = unhidden.join(F.broadcast(lists), "playlist_id").select(
        *last_seen.columns,
        _first_settling().alias("usual_settled_at"),
        _first_absent().alias("usual_absent_since"),
    )
    located = rows.join(F.broadcast(usual), ["playlist_id", "seen"])
    hidden = _with_hidden(located, snapshots, rejects)
    is_hidden = F.size("hidden") > 0
    # Only hidden absences get the arrays of their list
    lists_of_hidden = lists.withColumnRenamed("playlist_id", "hidden_in")
    return (
        hidden.withColumn("hidden_in", F.when(is_hidden, F.col("playlist_id")))
        .join(F.broadcast(lists_of_hidden), "hidden_in", "left")
        .select(
            *rows.columns,
            F.when(is_hidden, _first_settling())
            .otherwise(F.col("usual_settled_at"))
            .alias("settled_at"),
            F.when(is_hidden, _first_absent())
            .otherwise(F.col("usual_absent_since"))
            .alias("absent_since"),
        )
    )


def _lists(snapshots: DataFrame) -> DataFrame:
    """One row per list: its dates, and the ordinals of its settling and incomplete snapshots."""
    return snapshots.groupBy("playlist_id").agg(
        F.sort_array(F.collect_list("snapshot_date")).alias("dates"),
        _ordinals_where(F.col("is_complete") & ~F.col("is_drop")).alias("settling"),
        _ordinals_where(~F.col("is_complete")).alias("incomplete"),
    )


def _ordinals_where(condition: Column) -> Column:
    return F.sort_array(F.collect_list(F.when(condition, F.col("ordinal"))))


def _with_hidden(located: DataFrame, snapshots: DataFrame, rejects: DataFrame) -> DataFrame:
    """The rows with `hidden`: the ordinals in which a reject may be the item.

    They have more rejects than `seen`, one of them where the item stood, from the top or the end.
    """
    from_start, from_end = F.col("position"), F.col("total") - F.col("position")
    places = F.array(
        F.struct(F.lit("start").alias("side"), from_start.alias("place")),
        F.struct(F.lit("end").alias("side"), from_end.alias("place")),
    )
    at_place = (
        rejects.join(F.broadcast(snapshots), ["playlist_id", "snapshot_date"])
        .select("playlist_id", "ordinal", "reject_count", F.inline(places))
        .groupBy("playlist_id", "side", "place")
        .agg(F.collect_list(F.struct("ordinal", "reject_count")).alias("there"))
    )
    seen_from_end = F.col("seen_total") - F.col("seen_at")
    placed = located
    for side, place in (("start", F.col("seen_at")), ("end", seen_from_end)):
        key = {"side": F.lit(side), "place": place}
        placed = (
            placed.withColumns(key)
            .join(F.broadcast(at_place), ["playlist_id", *key], "left")
            .withColumnRenamed("there", f"from_{side}")
            .drop(*key)
        )
    nothing = F.array().cast("array<struct<ordinal:int,reject_count:int>>")
    there = F.concat(F.coalesce("from_start", nothing), F.coalesce("from_end", nothing))
    may_be = F.filter(
        there,
        lambda one: (
            (one["ordinal"] > F.col("seen")) & (one["reject_count"] > F.col("seen_rejects"))
        ),
    )
    ordinals = F.array_distinct(F.transform(may_be, lambda one: one["ordinal"]))
    return placed.withColumn("hidden", ordinals)


def _first_settling() -> Column:
    """The first settling snapshot after the last sighting that is not hidden."""
    # One more than the hidden ones is enough to find one that is not hidden
    candidates = F.slice(F.col("settling"), F.col("seen_settling") + 1, F.size("hidden") + 1)
    return F.get(F.filter(candidates, lambda one: ~F.array_contains("hidden", one)), 0)


def _first_absent() -> Column:
    """The date after the newest snapshot that had the item, or was excused before it settled."""
    end = F.coalesce(_first_settling(), F.size("dates") + 1)
    excused = F.concat("incomplete", "hidden")
    newest = F.greatest(F.col("seen"), F.array_max(F.filter(excused, lambda one: one < end)))
    return F.get("dates", newest)
