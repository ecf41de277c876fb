"""Re-issues: a stay whose exit another stay continues, because its song is the same recording.

Spotify sometimes replaces a song by the same recording under another URI. A stay A is continued by
a stay B of the same list if A ends on the date on which B begins, their ISRCs are equal and they
share an artist. An example:

    song  ISRC  on the list       linked
    A     X1    dates 1 and 2     continued by B
    B     X1    dates 3 and 4     continues A, continued by C
    C     X1    from date 5 on    continues B; on the list since date 1
    D     X1    from date 5 on    not linked: B has one successor, C, whose position is nearer

Ended stays are final, so a link must not change when later dates come. That is why an ISRC counts
from the first date that names it (jobs/isrcs.py). A counts with its ISRC on the date of its exit. B
counts with its ISRC on the first date that has B and knows an ISRC of it. The pair whose B is known
earlier comes first.

Spark finds the few ISRCs that several items have; everything else is plain Python.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.history import Dates, History
from jobs.isrcs import (
    RELINKED_COLUMNS,
    RELINKED_TYPES,
    SONG_COLUMNS,
    SONG_TYPES,
    NamedIsrc,
    first_mentions,
    mentions,
    shared_isrcs,
)
from jobs.item_runs import ENTRY_COLUMNS, by_list
from jobs.scratch import Scratch, write_rows
from jobs.tables import PLAYLIST_ENTRIES, SONG_ARTISTS, SONGS

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


class Stay(NamedTuple):
    """What links need to know of a stay."""

    playlist_id: str
    item_uri: str
    stay_number: int
    entered_on: date
    last_seen_on: date
    exited_on: date | None
    entry_position: int
    last_position: int


class Pair(NamedTuple):
    """Two stays of one recording on a list, in the order in which pairs win.

    `known_on` is the date from which an ISRC of the entered item is known, at least `on`.
    """

    on: date
    known_on: date
    distance: int
    entry_position: int
    last_position: int
    entered: Stay
    ended: Stay
    songs: tuple[NamedIsrc, NamedIsrc]


def links(
    scratch: Scratch, history: History, stays: DataFrame, first_on: date
) -> list[tuple[Any, ...]]:
    """A row per linked stay, in the order of LINK_TYPES; `first_on` is the lake's first date."""
    # A stay of the first date continues no other one, and none continues it before it ends
    is_later = F.col("entered_on") > F.lit(first_on)
    candidates = stays.where(is_later | F.col("exited_on").isNotNull())
    if candidates.isEmpty():
        return []
    songs = history.frame(SONGS, SONG_COLUMNS, first_mentions, "songs", SONG_TYPES)
    relinked = history.frame(
        PLAYLIST_ENTRIES, RELINKED_COLUMNS, mentions, "relinked", RELINKED_TYPES
    )
    named = [NamedIsrc(*row) for row in shared_isrcs(relinked, songs).collect()]
    if not named:
        return []
    types = {"item_uri": "string"}
    write_rows(scratch.storage, scratch.key("uris"), types, {(one.item_uri,) for one in named})
    uris = F.broadcast(scratch.read(stays.sparkSession, "uris", types))
    found = candidates.join(uris, "item_uri", "left_semi").select(*Stay._fields).collect()
    pairs = _known_when_seen(list(pairs_of([Stay(*row) for row in found], named)), history)
    if not pairs:
        return []
    return linked_stays(pairs, _artists_of(pairs, history))


def pairs_of(stays: Iterable[Stay], named: Iterable[NamedIsrc]) -> Iterator[Pair]:
    """The pairs of stays whose ISRCs are equal, whoever their artists are.

    Where no ISRC is known on the date of the entry, each one that came later makes a pair.
    """
    isrcs: dict[str, list[NamedIsrc]] = defaultdict(list)
    for one in named:
        isrcs[one.item_uri].append(one)
    ended: dict[tuple[str, date, str], list[tuple[Stay, NamedIsrc]]] = defaultdict(list)
    entered: dict[tuple[str, date, str], list[tuple[Stay, NamedIsrc]]] = defaultdict(list)
    for stay in stays:
        for one in isrcs[stay.item_uri]:
            if stay.exited_on and one.is_known(stay.exited_on):
                ended[stay.playlist_id, stay.exited_on, one.isrc].append((stay, one))
            came_later = stay.entered_on < one.item_known_on and one.known_on <= stay.last_seen_on
            if one.is_known(stay.entered_on) or came_later:
                entered[stay.playlist_id, stay.entered_on, one.isrc].append((stay, one))
    for (playlist_id, on, isrc), olds in ended.items():
        for new, new_isrc in entered.get((playlist_id, on, isrc), ()):
            for old, old_isrc in olds:
                yield Pair(
                    on,
                    max(on, new_isrc.item_known_on),
                    abs(old.last_position - new.entry_position),
                    new.entry_position,
                    old.last_position,
                    new,
                    old,
                    (old_isrc, new_isrc),
                )


def linked_stays(
    pairs: Iterable[Pair], artists: Mapping[tuple[str, date], Collection[str]]
) -> list[tuple[Any, ...]]:
    """The rows of linked stays; `artists` are the ids by song and date.

    Each stay has at most one successor and one predecessor.
    """
    continues: dict[Stay, Stay] = {}
    continued_by: dict[Stay, Stay] = {}
    starts: dict[Stay, Stay] = {}
    # Sorted by date, so that the start of a chain is known before its next link
    for pair in sorted(pairs):
        old, new = (artists.get((one.song_id, one.known_on), ()) for one in pair.songs)
        is_free = pair.entered not in continues and pair.ended not in continued_by
        if is_free and set(old) & set(new):
            continues[pair.entered] = pair.ended
            continued_by[pair.ended] = pair.entered
            starts[pair.entered] = starts.setdefault(pair.ended, pair.ended)
    return [
        (
            stay.playlist_id,
            stay.item_uri,
            stay.stay_number,
            continues[stay].item_uri if stay in continues else None,
            continued_by[stay].item_uri if stay in continued_by else None,
            start.item_uri,
            start.entered_on,
        )
        for stay, start in starts.items()
    ]


def _known_when_seen(pairs: list[Pair], history: History) -> list[Pair]:
    """The pairs, each known from the first date that has the entered item and knows its ISRC.

    If the item has another ISRC on that date, there is no pair.
    """
    learned = {
        (pair.entered.playlist_id, pair.entered.item_uri)
        for pair in pairs
        if pair.known_on > pair.on
    }
    if not learned:
        return pairs
    dates: dict[tuple[str, str], list[date]] = defaultdict(list)
    sighted = partial(_sighted, learned)
    for playlist_id, uri, on in history.rows(PLAYLIST_ENTRIES, ENTRY_COLUMNS, sighted):
        dates[playlist_id, uri].append(on)

    found = []
    for pair in pairs:
        if pair.known_on > pair.on:
            seen = dates[pair.entered.playlist_id, pair.entered.item_uri]
            seen_on = min(on for on in seen if on >= pair.known_on)
            if not pair.songs[1].is_known(seen_on):
                continue
            pair = pair._replace(known_on=seen_on)
        found.append(pair)
    return found


def _sighted(wanted: Collection[tuple[str, str]], dates: Dates) -> Iterator[tuple[Any, ...]]:
    """The dates on which lists have wanted items."""
    for on, entries in dates:
        for playlist_id, positions in by_list(entries):
            yield from ((playlist_id, uri, on) for uri in positions if (playlist_id, uri) in wanted)


def _artists_of(pairs: Iterable[Pair], history: History) -> Mapping[tuple[str, date], set[str]]:
    """The artists of the songs of pairs, each on the date that brought its ISRC."""
    wanted = {(one.song_id, one.known_on) for pair in pairs for one in pair.songs}
    artists: dict[tuple[str, date], set[str]] = defaultdict(set)
    rows = history.rows(
        SONG_ARTISTS,
        ("song_id", "artist_id"),
        partial(_credited, wanted),
        {on for _, on in wanted},
    )
    for song_id, on, artist_id in rows:
        artists[song_id, on].add(artist_id)
    return artists


def _credited(wanted: Collection[tuple[str, date]], dates: Dates) -> Iterator[tuple[Any, ...]]:
    """The artists of wanted songs."""
    for on, rows in dates:
        of_date = pa.array([song_id for song_id, day in wanted if day == on])
        found = rows.filter(pc.is_in(rows["song_id"], value_set=of_date))
        for song_id, artist_id in zip(*found.to_pydict().values(), strict=True):
            yield song_id, on, artist_id
