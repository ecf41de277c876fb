"""Re-issues: a stay whose exit another stay continues, because its song is the same recording.

Spotify sometimes replaces a song by the same recording under another URI. A stay A is continued by
a stay B of the same list if A ends on the date on which B begins, the ISRCs of both are equal and
they share an artist. An example:

    song  ISRC  on the list       linked
    A     X1    dates 1 and 2     continued by B
    B     X1    dates 3 and 4     continues A, continued by C
    C     X1    from date 5 on    continues B; on the list since date 1
    D     X1    from date 5 on    not linked: B has one successor, C, whose position is nearer

Ended stays are final, so a link must not change when later dates come. That is why an ISRC counts
from the first date that names it, and a pair whose ISRC was known earlier comes first.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

LINK_TYPES = {
    "playlist_id": "string",
    "item_uri": "string",
    "stay_number": "int",
    "continues_uri": "string",
    "continued_by_uri": "string",
    "first_uri": "string",
    "listed_since": "date",
}
"""The columns of linked stays: their key, then what the links say of them."""

_ISRC_LENGTH = 12


class Key(NamedTuple):
    """The key of a stay."""

    playlist_id: str
    item_uri: str
    stay_number: int


class Pair(NamedTuple):
    """Two stays of one recording on a list: one ended on `on`, and the other began on `on`."""

    on: date
    known_on: date
    distance: int
    entry_position: int
    last_position: int
    entered: Key
    ended: Key
    ended_since: date
    """The first date of the stay that ended."""


def linked_stays(pairs: Iterable[Pair]) -> list[tuple[Any, ...]]:
    """A row per linked stay, in the order of LINK_TYPES.

    Each stay has at most one successor and one predecessor. On each date the pairs whose ISRC was
    known first come first, then those with the smallest distance between the positions.
    """
    continues: dict[Key, Key] = {}
    continued_by: dict[Key, Key] = {}
    starts: dict[Key, tuple[str, date]] = {}
    # In the order of dates, so that a chain's start is known before its next link
    for pair in sorted(pairs):
        if pair.entered not in continues and pair.ended not in continued_by:
            continues[pair.entered] = pair.ended
            continued_by[pair.ended] = pair.entered
            start = starts.setdefault(pair.ended, (pair.ended.item_uri, pair.ended_since))
            starts[pair.entered] = start
    return [
        (*key, _uri(continues.get(key)), _uri(continued_by.get(key)), *start)
        for key, start in starts.items()
    ]


def pairs(
    stays: DataFrame, entries: DataFrame, songs: DataFrame, song_artists: DataFrame
) -> list[Pair]:
    """All pairs of stays that may be linked. One stay can be in several."""
    isrcs = _isrcs(entries, songs)
    ended = stays.where(F.col("exited_on").isNotNull()).select(
        "playlist_id",
        F.col("exited_on").alias("on"),
        F.struct("playlist_id", "item_uri", "stay_number").alias("ended"),
        F.col("entered_on").alias("ended_since"),
        "last_position",
        "item_uri",
    )
    entered = stays.select(
        "playlist_id",
        F.col("entered_on").alias("on"),
        F.struct("playlist_id", "item_uri", "stay_number").alias("entered"),
        "last_seen_on",
        "entry_position",
        "item_uri",
    )
    known_then = _newest(F.col("on"))
    known_later = F.array_min(
        F.filter("isrcs", lambda one: one["known_on"] <= F.col("last_seen_on"))
    )
    old = _with_isrc(ended, isrcs, known_then, "old")
    new = _with_isrc(entered, isrcs, F.coalesce(known_then, known_later), "new")
    found = old.join(new, ["playlist_id", "on", "isrc"]).where(
        F.col("ended.item_uri") != F.col("entered.item_uri")
    )
    artists = song_artists.groupBy("song_id", "snapshot_date").agg(
        F.collect_set("artist_id").alias("artists")
    )
    for side in ("old", "new"):
        found = found.join(
            artists.select(
                F.col("song_id").alias(f"{side}_song"),
                F.col("snapshot_date").alias(f"{side}_known_on"),
                F.col("artists").alias(f"{side}_artists"),
            ),
            [f"{side}_song", f"{side}_known_on"],
        )
    sharing = found.where(F.arrays_overlap("old_artists", "new_artists"))
    rows = sharing.select(
        "on",
        F.greatest("on", "new_known_on"),
        F.abs(F.col("last_position") - F.col("entry_position")),
        "entry_position",
        "last_position",
        "entered",
        "ended",
        "ended_since",
    ).collect()
    return [
        Pair(*measures, entered=Key(*entered), ended=Key(*ended), ended_since=since)
        for *measures, entered, ended, since in rows
    ]


def _isrcs(entries: DataFrame, songs: DataFrame) -> DataFrame:
    """One row per item: its ISRCs in the order in which `songs` named them first."""
    isrc = F.upper(F.regexp_replace("isrc", "-", ""))
    named = songs.select("snapshot_date", "song_id", isrc.alias("isrc")).where(
        (F.length("isrc") == _ISRC_LENGTH) & ~F.col("isrc").startswith("00")
    )
    relinked = (
        entries.where(F.col("linked_from_uri").isNotNull() & F.col("song_id").isNotNull())
        .select("snapshot_date", "song_id", F.col("linked_from_uri").alias("item_uri"))
        .distinct()
        .join(named, ["snapshot_date", "song_id"])
    )
    own_uri = F.concat(F.lit("spotify:track:"), "song_id").alias("item_uri")
    by_item = named.withColumn("item_uri", own_uri).unionByName(relinked)
    # Dates alone are aggregated first, since Spark sorts all rows for a minimum of structs
    dated = by_item.groupBy("item_uri", "isrc", "song_id").agg(
        F.min("snapshot_date").alias("known_on")
    )
    first = dated.groupBy("item_uri", "isrc").agg(
        F.min(F.struct("known_on", "song_id")).alias("first")
    )
    return first.groupBy("item_uri").agg(
        F.collect_list(F.struct("first.known_on", "isrc", "first.song_id")).alias("isrcs")
    )


def _newest(on: Column) -> Column:
    """The ISRC that was named last, as known on a date."""
    return F.array_max(F.filter("isrcs", lambda one: one["known_on"] <= on))


def _with_isrc(rows: DataFrame, isrcs: DataFrame, chosen: Column, side: str) -> DataFrame:
    known = rows.join(isrcs, "item_uri").withColumn("chosen", chosen).drop("item_uri", "isrcs")
    return (
        known.where(F.col("chosen").isNotNull())
        .select(
            "*",
            F.col("chosen.isrc").alias("isrc"),
            F.col("chosen.known_on").alias(f"{side}_known_on"),
            F.col("chosen.song_id").alias(f"{side}_song"),
        )
        .drop("chosen")
    )


def _uri(key: Key | None) -> str | None:
    return key.item_uri if key else None
