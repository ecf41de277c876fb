"""Which item describes a song, an album or an artist where the lists of a date disagree.

The API wins over a chart CSV, then the page fetched last, the smaller playlist id and the smaller
position. So the same rows come out in whatever order the input is read.

Comparing whole items would sort and move every description. Instead the items of a date are
numbered in the order in which they win, and only numbers are compared. Each item mentions a song,
its album, and the artists of both. An example, with four items on two lists; list A was fetched
last:

    number  item                 mentions, by slot
                                 0 song          1 album  2 artist
    0       list A, position 1   s1 "One"        b1       a1
    1       list A, position 2   s2 "Two"        b1       a1
    2       list B, position 1   s1 "One (old)"  b1       a1
    3       list B, position 2   s3 "Three"      b2       a2

The smallest number that mentions an id wins it: s1, b1 and a1 go to item 0, s2 to item 1, and s3,
b2 and a2 to item 3. Number and slot are packed into one long, number * 2**24 + slot, so that a
minimum per id finds both: for s1 the smaller of 0 * 2**24 + 0 and 2 * 2**24 + 0. The winners are

    number  slots
    0       [0, 1, 2]
    1       [0]
    3       [0, 1, 2]

and only these three items are looked up. `songs` is built from the winners with slot 0, `albums`
from those with slot 1, `artists` from the later slots. Item 2 wins nothing, so "One (old)" is not
in any row.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.raw_objects import is_spotify_id
from lake.raw_format import CHART_CSV

# The slots of `mentions`: from the third on the song's artists, after them the album's
SONG, ALBUM, FIRST_ARTIST = 0, 1, 2

# The low bits of the packed long. They leave 2**39 items a date, and allow 16 million mentions
_SLOT_BITS = 24
# Every item may be a winner, and a winner's row takes about 100 bytes of each executor's memory
_BROADCAST_ITEMS = 5_000_000


def winners(lines: DataFrame, objects: DataFrame, item_count: int) -> DataFrame:
    """One row per item with a mention that won: snapshot_date, track, slots.

    `slots` are those of the mentions that won. Only songs with a Spotify id are used.
    `item_count` is the number of all items in the lines.
    """
    item = F.col("item")
    numbered = (
        lines.join(F.broadcast(_pages(objects)), ["snapshot_date", "playlist_id", "offset"])
        .select("snapshot_date", "items_before", F.posexplode("items").alias("index", "item"))
        .where((item["item_type"] == "song") & is_spotify_id(item["track"]["id"]))
        .select(
            "snapshot_date",
            (F.col("items_before") + F.col("index")).alias("number"),
            "item.track",
        )
    )
    slots = _winning_slots(numbered)
    if item_count <= _BROADCAST_ITEMS:
        slots = F.broadcast(slots)
    return numbered.join(slots, ["snapshot_date", "number"]).select(
        "snapshot_date", "track", "slots"
    )


def mentions() -> Column:
    """What a track mentions, by slot, as structs of id and name: song, album, artists of both."""
    track = F.col("track")
    none = F.array().cast("array<struct<id:string,name:string>>")
    return F.concat(
        F.array(
            F.struct(track["id"].alias("id"), track["name"].alias("name")),
            F.struct(track["album"]["id"].alias("id"), track["album"]["name"].alias("name")),
        ),
        F.coalesce(track["artists"], none),
        F.coalesce(track["album"]["artists"], none),
    )


def _pages(objects: DataFrame) -> DataFrame:
    """One row per page with items: its key, and the number of its first item."""
    page = F.col("page")
    in_order = (
        Window.partitionBy("snapshot_date")
        .orderBy(
            page["source"] == CHART_CSV,
            page["fetched_at"].desc(),
            "playlist_id",
            page["offset"],
        )
        .rowsBetween(Window.unboundedPreceding, Window.currentRow)
    )
    return (
        objects.select("snapshot_date", "playlist_id", F.explode("pages").alias("page"))
        .where(page["size"] > 0)
        .select(
            "snapshot_date",
            "playlist_id",
            "page.offset",
            (F.sum(page["size"]).over(in_order) - page["size"]).alias("items_before"),
        )
    )


def _winning_slots(numbered: DataFrame) -> DataFrame:
    """One row per item with a mention that won: snapshot_date, number, slots."""
    number_and_slot = F.shiftleft("number", _SLOT_BITS) + F.col("slot")
    smallest = (
        numbered.select("snapshot_date", "number", F.posexplode(mentions()).alias("slot", "one"))
        .groupBy("snapshot_date", F.least("slot", F.lit(FIRST_ARTIST)).alias("kind"), "one.id")
        .agg(F.min(number_and_slot).alias("smallest"))
    )
    # Check each id once. Spark would move a `where` on the id below the grouping, to every mention
    slot = F.when(is_spotify_id(F.col("id")), _slot(F.col("smallest")))
    return (
        smallest.groupBy("snapshot_date", F.shiftright("smallest", _SLOT_BITS).alias("number"))
        .agg(F.collect_list(slot).alias("slots"))
        .where(F.size("slots") > 0)
    )


def _slot(number_and_slot: Column) -> Column:
    return number_and_slot.bitwiseAND((1 << _SLOT_BITS) - 1).cast("int")
