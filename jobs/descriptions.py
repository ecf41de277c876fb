"""Which item describes a song, an album or an artist where the lists of a date disagree.

The same rows come out whatever is read first: API before chart CSV, then the page fetched last,
then the smaller playlist id, then the smaller position.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.raw_objects import is_spotify_id

# Where in `named` what it describes stands; from the third place on artists, the song's, then the
# album's
SONG, ALBUM, ARTISTS = 0, 1, 2

_CHART_SOURCE = "chart_csv"
# An item's number and, in the low bits, a place in `named` are one long, which is quickly compared
# and moved: 2**39 items a date, 16 million names an item
_PLACE_BITS = 24
# Of these each may win, and a row of what wins takes some 100 bytes of every executor's memory
_BROADCAST_ITEMS = 5_000_000


def described(lines: DataFrame, objects: DataFrame, item_count: int) -> DataFrame:
    """One row per item whose description of something counts: snapshot_date, track, describes.

    `describes` are the places in `named` that count. Only songs with an id of Spotify's describe.
    Items are compared by their numbers alone, and the few that win are looked up afterwards: so no
    description is sorted or moved only to lose. `item_count` are all items of the lines.
    """
    item = F.col("item")
    seen = (
        lines.join(F.broadcast(_pages(objects)), ["snapshot_date", "playlist_id", "offset"])
        .select("snapshot_date", "items_before", F.posexplode("items").alias("index", "item"))
        .where((item["item_type"] == "song") & is_spotify_id(item["track"]["id"]))
        .select(
            "snapshot_date",
            (F.col("items_before") + F.col("index")).alias("number"),
            "item.track",
        )
    )
    winners = _winners(seen)
    if item_count <= _BROADCAST_ITEMS:
        winners = F.broadcast(winners)
    return seen.join(winners, ["snapshot_date", "number"]).select(
        "snapshot_date", "track", "describes"
    )


def named() -> Column:
    """What a track names, as structs of id and name: its song, its album, artists of both."""
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
    """One row per page with items, and how many items of its date count before its own."""
    page = F.col("page")
    in_order = (
        Window.partitionBy("snapshot_date")
        .orderBy(
            page["source"] == _CHART_SOURCE,
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


def _winners(seen: DataFrame) -> DataFrame:
    """One row per item that describes something: date, number, and the places that count."""
    number_and_place = F.shiftleft("number", _PLACE_BITS) + F.col("place")
    first = (
        seen.select("snapshot_date", "number", F.posexplode(named()).alias("place", "one"))
        .groupBy("snapshot_date", F.least("place", F.lit(ARTISTS)).alias("kind"), "one.id")
        .agg(F.min(number_and_place).alias("first"))
    )
    # Here an id stands once. A condition on it would be moved below the grouping, to every mention
    place = F.when(is_spotify_id(F.col("id")), _place(F.col("first")))
    return (
        first.groupBy("snapshot_date", F.shiftright("first", _PLACE_BITS).alias("number"))
        .agg(F.collect_list(place).alias("describes"))
        .where(F.size("describes") > 0)
    )


def _place(number_and_place: Column) -> Column:
    return number_and_place.bitwiseAND((1 << _PLACE_BITS) - 1).cast("int")
