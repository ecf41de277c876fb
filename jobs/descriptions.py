"""Which item describes a song, an album or an artist where the lists of a date disagree.

A mention is what one item says about a song, an album or an artist, and one mention wins whole.
First comes the one with the fewest gaps, which are missing values of a song's name, album, ISRC and
duration, of an album's name and release date, and of an artist's name. Among equals the API comes
before a saved response, and that before a chart file; then the page fetched last, the smaller
playlist id and the smaller position. So the same rows come out in whatever order the input is read.

Comparing whole items would sort and move every description. Instead the items of a date are
numbered in the order in which they win among equals, and only numbers are compared. Each item
mentions a song, its album, and the artists of both. An example, with four items on two lists; list
A was fetched last:

    number  item                 mentions, by slot
                                 0 song          1 album  2 artist
    0       list A, position 1   s1 "One"        b1       a1
    1       list A, position 2   s2 "Two"        b1       a1 without a name
    2       list B, position 1   s1 "One (old)"  b1       a1
    3       list B, position 2   s3 "Three"      b2       a2

The smallest number that mentions an id wins it: s1, b1 and a1 go to item 0, s2 to item 1, and s3,
b2 and a2 to item 3. Gaps, number and slot are packed into one long, gaps * 2**60 + number * 2**24 +
slot, so that a minimum per id finds all three: for a1 the smallest of 0 * 2**60 + 0 * 2**24 + 2,
1 * 2**60 + 1 * 2**24 + 2 and 0 * 2**60 + 2 * 2**24 + 2. The winners are

    number  slots
    0       [0, 1, 2]
    1       [0]
    3       [0, 1, 2]

and only these three items are looked up. `songs` is built from the winners with slot 0, `albums`
from those with slot 1, `artists` from the later slots. Item 2 wins nothing, so "One (old)" is not
in any row.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.raw_objects import ObjectSummary, Page
from lake.raw_format import (
    ACCOUNT_DATA,
    CHART_CSV,
    EXPORTIFY,
    IMPORT,
    PLAYLIST_ARCHIVE,
    SPOTIFY_BACKUP,
)

# The slots of `mentions`: from the third on the song's artists, after them the album's
SONG, ALBUM, FIRST_ARTIST = 0, 1, 2

# The low bits of the packed long: 16 million mentions an item, 69 billion items a date, 7 gaps
_SLOT_BITS, _NUMBER_BITS = 24, 36
# Every item may be a winner, and a winner's row takes about 100 bytes of each executor's memory
_BROADCAST_ITEMS = 5_000_000
# The Web API, whose source is its host, comes first; then what says most about a song
_SOURCES = (IMPORT, SPOTIFY_BACKUP, EXPORTIFY, PLAYLIST_ARCHIVE, ACCOUNT_DATA, CHART_CSV)
_SOURCE_RANKS = {source: rank for rank, source in enumerate(_SOURCES, start=1)}


class FirstNumber(NamedTuple):
    """The number of the first item of a page."""

    snapshot_date: date
    playlist_id: str
    page_offset: int
    first_number: int


FIRST_NUMBER_TYPES = {
    "snapshot_date": "date",
    "playlist_id": "string",
    "page_offset": "bigint",
    "first_number": "bigint",
}


def winners(items: DataFrame, item_count: int) -> DataFrame:
    """One row per item with a mention that won, with `slots`, those of the mentions that won.

    `items` are parsed items with their `number`; only songs with a Spotify id are used.
    `item_count` is how many they are.
    """
    songs_only = items.where(F.col("song_id").isNotNull())
    slots = _winning_slots(songs_only)
    if item_count <= _BROADCAST_ITEMS:
        slots = F.broadcast(slots)
    return songs_only.join(slots, ["snapshot_date", "number"])


def mentions() -> Column:
    """What an item mentions, by slot, as structs of id and name: song, album, artists of both."""
    return F.concat(
        F.array(
            F.struct(F.col("song_id").alias("id"), "name"),
            F.struct(F.col("album_id").alias("id"), F.col("album_name").alias("name")),
        ),
        F.col("artists"),
        F.col("album_artists"),
    )


def first_numbers(summaries: Iterable[ObjectSummary]) -> list[FirstNumber]:
    """The number of the first item of each page, counted by date in the order of winning."""
    pages = sorted(
        ((summary, page) for summary in summaries for page in summary.pages if page.size),
        key=lambda found: _order(*found),
    )
    numbers: dict[date, int] = {}
    found = []
    for summary, page in pages:
        on = summary.snapshot_date
        number = numbers.get(on, 0)
        found.append(FirstNumber(on, summary.playlist_id, page.offset, number))
        numbers[on] = number + page.size
    return found


def numbered(items: DataFrame, first: DataFrame) -> DataFrame:
    """Parsed items with their `number`; those of pages that `first` lacks are left out."""
    index = F.col("position") - F.col("page_offset") - 1
    return items.join(
        F.broadcast(first), ["snapshot_date", "playlist_id", "page_offset"]
    ).withColumn("number", F.col("first_number") + index)


def _order(summary: ObjectSummary, page: Page) -> tuple[Any, ...]:
    rank = _SOURCE_RANKS.get(page.source or "", 0)
    fetched_at = page.fetched_at.timestamp() if page.fetched_at else 0
    return (summary.snapshot_date, rank, -fetched_at, summary.playlist_id, page.offset)


def _winning_slots(items: DataFrame) -> DataFrame:
    """One row per item with a mention that won: snapshot_date, number, slots."""
    slot, name = F.col("slot"), F.col("mention.name")
    gaps = (
        F.when(slot == SONG, F.col("song_gaps"))
        .when(slot == ALBUM, F.col("album_gaps"))
        .otherwise(name.isNull().cast("int"))
    )
    rank = (
        F.shiftleft(gaps.cast("bigint"), _SLOT_BITS + _NUMBER_BITS)
        + F.shiftleft("number", _SLOT_BITS)
        + slot
    )
    smallest = (
        items.select(
            "snapshot_date",
            "number",
            "song_gaps",
            "album_gaps",
            F.posexplode(mentions()).alias("slot", "mention"),
        )
        .groupBy("snapshot_date", F.least(slot, F.lit(FIRST_ARTIST)).alias("kind"), "mention.id")
        .agg(F.min(rank).alias("smallest"))
        .where(F.col("id").isNotNull())
    )
    number = F.shiftright("smallest", _SLOT_BITS).bitwiseAND((1 << _NUMBER_BITS) - 1)
    winning_slot = F.col("smallest").bitwiseAND((1 << _SLOT_BITS) - 1).cast("int")
    return smallest.groupBy("snapshot_date", number.alias("number")).agg(
        F.collect_list(winning_slot).alias("slots")
    )
