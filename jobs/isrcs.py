"""Which recording an item is: its ISRC on a date, from what `songs` says of it on any list.

- The ISRC of an item on a date is the one that came last. Of two that came on one date it is the
  larger one.
- An item has the ISRCs of its own song. On a date on which Spotify plays another song in its place,
  it has the ISRC that this song has on that date. An example:

    date  songs of the lists     ISRC of R
    1     P with X1, for R       X1
    2     P with X2, and R       X1, because P no longer stands for R
    3     P with X2, for R       X2
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.history import Dates

_ISRC_LENGTH = 12


class NamedIsrc(NamedTuple):
    """An ISRC of an item: the song that had it first, when, and when another ISRC replaced it.

    `item_known_on` is the date of the item's first ISRC.
    """

    item_uri: str
    isrc: str
    song_id: str
    known_on: date
    replaced_on: date | None
    item_known_on: date

    def is_known(self, on: date) -> bool:
        """Whether this is the item's ISRC on a date."""
        return self.known_on <= on and (self.replaced_on is None or on < self.replaced_on)


SONG_COLUMNS = ("song_id", "isrc")
"""The columns of `songs` that are needed."""

SONG_TYPES = {"song_id": "string", "isrc": "string", "snapshot_date": "date"}

RELINKED_COLUMNS = ("song_id", "linked_from_uri")
"""The columns of `playlist_entries` that are needed."""

RELINKED_TYPES = {"song_id": "string", "linked_from_uri": "string", "snapshot_date": "date"}


def first_mentions(dates: Dates) -> Iterator[tuple[Any, ...]]:
    """The rows without NULL, each with its first date among these dates."""
    known: set[tuple[Any, ...]] = set()
    for on, rows in dates:
        new = _distinct(rows) - known
        known |= new
        yield from ((*row, on) for row in new)


def mentions(dates: Dates) -> Iterator[tuple[Any, ...]]:
    """The rows without NULL, each once per date."""
    for on, rows in dates:
        yield from ((*row, on) for row in _distinct(rows))


def shared_isrcs(relinked: DataFrame, songs: DataFrame) -> DataFrame:
    """The ISRCs that several items have, a row per ISRC and item, with the columns of NamedIsrc.

    `relinked` are the mentions of RELINKED_COLUMNS, `songs` the first mentions of SONG_COLUMNS.
    """
    by_song = _isrcs_of_songs(songs)
    own_uri = F.concat(F.lit("spotify:track:"), "song_id").alias("item_uri")
    columns = ("item_uri", "isrc", "song_id", "known_on")
    named = by_song.withColumn("item_uri", own_uri).select(*columns)
    named = named.unionByName(_isrcs_of_relinked(by_song, relinked).select(*columns))
    first = named.groupBy("item_uri", "isrc").agg(
        F.min(F.struct("known_on", "song_id")).alias("first")
    )
    by_item = Window.partitionBy("item_uri")
    in_order = by_item.orderBy("first.known_on", "isrc")
    several = Window.partitionBy("isrc")
    return (
        first.select(
            "item_uri",
            "isrc",
            "first.song_id",
            "first.known_on",
            F.lead("first.known_on").over(in_order).alias("replaced_on"),
            F.min("first.known_on").over(by_item).alias("item_known_on"),
        )
        # Of two ISRCs of one date the larger one replaces the other at once
        .where(F.col("replaced_on").isNull() | (F.col("known_on") < F.col("replaced_on")))
        .withColumn("items", F.count(F.lit(1)).over(several))
        .where(F.col("items") > 1)
        .drop("items")
    )


def _isrcs_of_songs(songs: DataFrame) -> DataFrame:
    """The ISRCs of each song, a row per song and ISRC: song_id, isrc, known_on."""
    # make_up.sql has the same rule. The first characters are the country; 00 is a placeholder
    isrc = F.translate("isrc", "-", "")
    is_isrc = (F.length(isrc) == _ISRC_LENGTH) & ~isrc.startswith("00")
    return (
        songs.where(is_isrc)
        .groupBy("song_id", F.upper(isrc).alias("isrc"))
        .agg(F.min("snapshot_date").alias("known_on"))
    )


def _isrcs_of_relinked(by_song: DataFrame, relinked: DataFrame) -> DataFrame:
    """The ISRCs that items have by songs that were played in their place, with those dates."""
    in_order = Window.partitionBy("song_id").orderBy("known_on")
    periods = by_song.withColumn("replaced_on", F.lead("known_on").over(in_order))
    has_it = (F.col("known_on") <= F.col("snapshot_date")) & (
        F.col("replaced_on").isNull() | (F.col("snapshot_date") < F.col("replaced_on"))
    )
    return (
        periods.join(relinked, "song_id", "inner")
        .where(has_it)
        .select(
            F.col("linked_from_uri").alias("item_uri"),
            "isrc",
            "song_id",
            F.col("snapshot_date").alias("known_on"),
        )
    )


def _distinct(rows: pa.Table) -> set[tuple[Any, ...]]:
    columns = rows.drop_null().to_pydict().values()
    return set(zip(*columns, strict=True))
