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

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F


class Absences:
    """The absences that the snapshots of the lake can prove, for rows of items last seen."""

    def __init__(self, snapshots: DataFrame, rejects: DataFrame) -> None:
        """`snapshots` are those of list_snapshots(), with their ordinals."""
        settles = F.col("is_complete") & ~F.col("is_drop")
        so_far = Window.partitionBy("playlist_id").orderBy("ordinal")
        self._seen = snapshots.select(
            "playlist_id",
            F.col("ordinal").alias("seen"),
            F.col("total").alias("seen_total"),
            F.col("reject_count").alias("seen_rejects"),
            F.count(F.when(settles, F.lit(1))).over(so_far).cast("int").alias("settling_so_far"),
        )
        self._lists = snapshots.groupBy("playlist_id").agg(
            _ordinals_where(settles).alias("settling"),
            _ordinals_where(~F.col("is_complete")).alias("incomplete"),
            F.max("ordinal").alias("last_ordinal"),
        )
        hiding = rejects.join(F.broadcast(snapshots), ["playlist_id", "snapshot_date"])
        snapshot = F.struct("ordinal", "reject_count")
        self._from_top = hiding.groupBy("playlist_id", F.col("position").alias("seen_at")).agg(
            F.collect_list(snapshot).alias("from_top")
        )
        self._from_end = hiding.groupBy(
            "playlist_id", (F.col("total") - F.col("position")).alias("seen_from_end")
        ).agg(F.collect_list(snapshot).alias("from_end"))

    def settled(self, rows: DataFrame) -> DataFrame:
        """The rows with `settled_at` and `absent_from`, both ordinals.

        The rows need `playlist_id`, `seen` (the ordinal of the last sighting; NULL gives NULLs) and
        `seen_at` (the position there). The snapshot `settled_at` proves the absence, and is NULL if
        none does so far. `absent_from` is the first snapshot of that absence; without `settled_at`
        it may be one more than the list's last ordinal.
        """
        # Only rows with a last sighting have a key, so that others meet no arrays
        of_list = F.when(F.col("seen").isNotNull(), F.col("playlist_id")).alias("playlist_id")
        located = rows.withColumn("_list", of_list)
        for frame, key in (
            (self._seen, ["seen"]),
            (self._lists, []),
            (self._from_top, ["seen_at"]),
        ):
            located = _looked_up(located, frame, key)
        located = located.withColumn("seen_from_end", F.col("seen_total") - F.col("seen_at"))
        located = _looked_up(located, self._from_end, ["seen_from_end"])
        hidden = located.withColumn("hidden", _hidden_ordinals())
        settled = hidden.withColumn("settled_at", _first_settling())
        return settled.withColumn("absent_from", _first_absent()).drop(
            "_list",
            "seen_total",
            "seen_rejects",
            "settling_so_far",
            "settling",
            "incomplete",
            "last_ordinal",
            "from_top",
            "seen_from_end",
            "from_end",
            "hidden",
        )


def _looked_up(rows: DataFrame, frame: DataFrame, key: list[str]) -> DataFrame:
    return rows.join(
        F.broadcast(frame.withColumnRenamed("playlist_id", "_list")), ["_list", *key], "left"
    )


def _ordinals_where(condition: Column) -> Column:
    return F.sort_array(F.collect_list(F.when(condition, F.col("ordinal"))))


def _hidden_ordinals() -> Column:
    """The snapshots in which a reject may be the item, since more rows than before are rejects."""
    nothing = F.array().cast("array<struct<ordinal:int,reject_count:int>>")
    there = F.concat(F.coalesce("from_top", nothing), F.coalesce("from_end", nothing))
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
    candidates = F.slice(F.col("settling"), F.col("settling_so_far") + 1, F.size("hidden") + 1)
    return F.get(F.filter(candidates, lambda one: ~F.array_contains("hidden", one)), 0)


def _first_absent() -> Column:
    """The snapshot after the newest one that had the item, or was excused before it settled."""
    end = F.coalesce("settled_at", F.col("last_ordinal") + 1)
    excused = F.concat("incomplete", "hidden")
    return 1 + F.greatest(F.col("seen"), F.array_max(F.filter(excused, lambda one: one < end)))
