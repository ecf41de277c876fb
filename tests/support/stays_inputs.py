"""What the tables of a lake say that matters for stays, in plain Python."""

import operator
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from tests.support.oracle import COLUMNS, Row

Tables = Mapping[str, list[Row]]

LIST_SNAPSHOT_COLUMNS = (
    "playlist_id snapshot_date item_count reject_count total is_complete is_drop previous_date name"
)


@dataclass(frozen=True)
class ListOnDate:
    """A snapshot: where each item stands (its best position), and where the rejects stand."""

    playlist_id: str
    on: date
    item_count: int
    total: int
    is_complete: bool
    positions: dict[str, int]
    rejects: frozenset[int]
    name: str | None

    @property
    def counts(self) -> Row:
        """The columns of list_snapshots that the snapshot itself gives."""
        sizes = self.item_count, len(self.rejects), self.total
        return (self.playlist_id, self.on, *sizes, self.is_complete)


class Recording(NamedTuple):
    """An ISRC of an item: the date from which it is known, and the song that had it."""

    first_on: date
    isrc: str
    song_id: str
    artists: frozenset[str]


Recordings = Mapping[str, list[Recording]]
"""The recordings of each item by its URI, in the order in which they became known."""


def known_by(recordings: Recordings, item_uri: str, on: date) -> list[Recording]:
    """The recordings of an item that are known on a date."""
    return [one for one in recordings.get(item_uri, ()) if one.first_on <= on]


def lists_by_date(tables: Tables) -> dict[str, list[ListOnDate]]:
    """The snapshots of each list, by date."""
    positions: dict[tuple[date, str], dict[str, int]] = defaultdict(dict)
    rejects: dict[tuple[date, str], set[int]] = defaultdict(set)
    for entry in _named(tables, "playlist_entries"):
        of_snapshot = positions[entry["snapshot_date"], entry["playlist_id"]]
        uri, position = item_of(entry), entry["position"]
        of_snapshot[uri] = min(position, of_snapshot.get(uri, position))
    for reject in _named(tables, "rejects"):
        rejects[reject["snapshot_date"], reject["playlist_id"]].add(reject["position"])
    found: dict[str, list[ListOnDate]] = defaultdict(list)
    for row in sorted(_named(tables, "playlists"), key=lambda row: row["snapshot_date"]):
        key = on, playlist_id = row["snapshot_date"], row["playlist_id"]
        counts = row["item_count"], row["total"], row["is_complete"]
        read = positions[key], frozenset(rejects[key])
        found[playlist_id].append(ListOnDate(playlist_id, on, *counts, *read, row["name"]))
    return found


def recordings_of(tables: Tables) -> Recordings:
    """The recordings of every item, from the first date on which each counts.

    An item has the ISRCs of its own song. On a date on which another song is played in its place,
    it has the ISRC that this song has by then. Of several ISRCs of one date the larger one is the
    last.
    """
    artists: dict[tuple[date, str], set[str]] = defaultdict(set)
    for credit in _named(tables, "song_artists"):
        artists[credit["snapshot_date"], credit["song_id"]].add(credit["artist_id"])
    isrcs: dict[str, list[str]] = defaultdict(list)
    found: dict[str, dict[str, Recording]] = defaultdict(dict)
    for song, entries in _songs_by_date(tables):
        on, song_id = song["snapshot_date"], song["song_id"]
        isrc = plain_isrc(song["isrc"])
        if isrc and isrc not in isrcs[song_id]:
            isrcs[song_id].append(isrc)
        if isrcs[song_id]:
            last = isrcs[song_id][-1]
            now = Recording(on, last, song_id, frozenset(artists[on, song_id]))
            relinked_from = {uri for entry in entries if (uri := entry["linked_from_uri"])}
            for uri in {f"spotify:track:{song_id}", *relinked_from}:
                found[uri].setdefault(last, now)
    return {uri: sorted(of_item.values()) for uri, of_item in found.items()}


def plain_isrc(written: str | None) -> str | None:
    """An ISRC without hyphens in upper case; None if it is none."""
    isrc = (written or "").replace("-", "")
    return isrc.upper() if len(isrc) == 12 and not isrc.startswith("00") else None


def _songs_by_date(tables: Tables) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each song of each date with the entries that it was played for, by date and song id."""
    entries: dict[tuple[date, str], list[dict[str, Any]]] = defaultdict(list)
    for entry in _named(tables, "playlist_entries"):
        entries[entry["snapshot_date"], entry["song_id"]].append(entry)
    by_date = operator.itemgetter("snapshot_date", "song_id")
    for song in sorted(_named(tables, "songs"), key=by_date):
        yield song, entries[by_date(song)]


def item_of(entry: dict[str, Any]) -> str:
    """The URI that an entry is known by: that of the song that was added to the list."""
    return str(entry["linked_from_uri"] or entry["item_uri"])


def _named(tables: Tables, table: str) -> list[dict[str, Any]]:
    names = COLUMNS[table].split()
    return [dict(zip(names, row, strict=True)) for row in tables.get(table, ())]
