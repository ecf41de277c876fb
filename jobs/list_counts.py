"""What a build counts in a list of a date, so that the next date can be compared with it.

state/inputs/ keeps the counts by date and list. They are of the rows that the list sends, before
several mentions of one song become one row.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from jobs.raw_items import Item


class ListCounts(NamedTuple):
    """The counts of a list of a date.

    `objects` is 1 if there is a playlist object. `artists` are those of the songs. `missing` are
    rows without a value by key column. `dropped_keys` are the keys that the raw object lacks
    because they are unknown, with how often each was dropped. `is_complete` says whether all
    positions were read.
    """

    source: str
    objects: int
    items: int
    artists: int
    missing: Mapping[str, int]
    dropped_keys: Mapping[str, int]
    # Files that earlier builds wrote lack it
    is_complete: bool = True

    def rows(self) -> dict[str, int]:
        """The number of rows that should have a value, by key column."""
        entries = self.items - self.missing.get("playlist_entries.item_uri", 0)
        songs = entries - self.missing.get("playlist_entries.song_id", 0)
        albums = songs - self.missing.get("songs.album_id", 0)
        return {
            "playlists.name": self.objects,
            "playlist_entries.item_uri": self.items,
            "playlist_entries.added_at": entries,
            "playlist_entries.song_id": entries,
            "songs.name": songs,
            "songs.album_id": songs,
            "songs.isrc": songs,
            "songs.duration_ms": songs,
            "song_artists.artist_id": songs,
            "albums.name": albums,
            "albums.release_date": albums,
            "artists.name": self.artists,
        }


def total(lists: Iterable[ListCounts]) -> ListCounts:
    """The sum of the counts of some lists from one source."""
    missing, dropped_keys = Counter[str](), Counter[str]()
    source, objects, items, artists = "", 0, 0, 0
    for one in lists:
        source = one.source
        objects, items, artists = objects + one.objects, items + one.items, artists + one.artists
        missing.update(one.missing)
        dropped_keys.update(one.dropped_keys)
    return ListCounts(source, objects, items, artists, missing, dropped_keys)


@dataclass
class MissingValues:
    """Counts rows without a value by key column, item by item.

    Few rows lack one, so counting them takes next to no time.
    """

    by_column: Counter[str] = field(default_factory=Counter)
    artists: int = 0

    def count(self, item: Item) -> None:
        """Count what an item lacks."""
        entry, song, album, _, _ = item
        if entry is None:
            self.by_column["playlist_entries.item_uri"] += 1
            return
        if entry.added_at is None:
            self.by_column["playlist_entries.added_at"] += 1
        if entry.song_id is None:
            self.by_column["playlist_entries.song_id"] += 1
            return
        artists = song.artists
        self.artists += len(artists)
        if len(artists) != len(entry.artist_names or ()):
            self.by_column["artists.name"] += len(artists) - len(entry.artist_names or ())
        if not artists or artists[0].id is None:
            self.by_column["song_artists.artist_id"] += 1
        if song.song_gaps or album.album_gaps:
            self._count_gaps(item, entry.name)

    def _count_gaps(self, item: Item, song_name: str | None) -> None:
        missing, song, album = self.by_column, item.song, item.album
        missing["songs.name"] += not song_name
        missing["songs.album_id"] += album.album_id is None
        missing["songs.isrc"] += not song.isrc
        missing["songs.duration_ms"] += not song.duration_ms
        if album.album_id is not None:
            missing["albums.name"] += not album.album_name
            missing["albums.release_date"] += album.release_date is None
