"""A list as it was on a date, read from the tables: its items, and the positions without one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import duckdb

from jobs.spotify_ids import LOCAL_PREFIX

# What the positions without an item are
_REJECTS = "without a usable item"
_NOT_READ = "not read"

# The date is a value in every condition, so that the files of other dates are not read
_ITEMS = """
WITH of_songs AS (
    SELECT song_id, map_from_entries(list((artist_position, artist_id))) AS artist_ids
    FROM song_artists WHERE snapshot_date = $on GROUP BY song_id
),
of_albums AS (
    SELECT
        album_artists.album_id,
        list(album_artists.artist_id ORDER BY artist_position) AS artist_ids,
        list(artists.name ORDER BY artist_position) AS artist_names
    FROM album_artists
    LEFT JOIN artists
        ON artists.artist_id = album_artists.artist_id AND artists.snapshot_date = $on
    WHERE album_artists.snapshot_date = $on
    GROUP BY album_artists.album_id
)
SELECT
    entries.position, coalesce(entries.linked_from_uri, entries.item_uri) AS uri, entries.name,
    entries.artist_names, of_songs.artist_ids,
    albums.album_id, albums.name AS album_name, albums.release_date_raw, albums.image_url,
    of_albums.artist_ids AS album_artist_ids, of_albums.artist_names AS album_artist_names,
    songs.duration_ms, songs.is_explicit, songs.disc_number, songs.track_number,
    songs.popularity, songs.isrc,
    strftime(entries.added_at, '%Y-%m-%dT%H:%M:%SZ') AS added_at
FROM playlist_entries AS entries
LEFT JOIN songs ON songs.song_id = entries.song_id AND songs.snapshot_date = $on
LEFT JOIN albums ON albums.album_id = songs.album_id AND albums.snapshot_date = $on
LEFT JOIN of_songs ON of_songs.song_id = entries.song_id
LEFT JOIN of_albums ON of_albums.album_id = albums.album_id
WHERE entries.snapshot_date = $on AND entries.playlist_id = $list
ORDER BY entries.position
"""
_REJECTED = """
SELECT position FROM rejects
WHERE snapshot_date = $on AND playlist_id = $list
ORDER BY position
"""
_LIST = "SELECT name, total FROM playlists WHERE snapshot_date = $on AND playlist_id = $list"


class Item(NamedTuple):
    """An item of a list; `uri` is the one that was listed, before relinking.

    `artist_ids` has an empty text for an artist without an id. `release_date` is as sent,
    `added_at` a time in UTC as ISO 8601.
    """

    position: int
    uri: str
    name: str | None
    artist_names: Sequence[str]
    artist_ids: Sequence[str]
    album_id: str | None
    album_name: str | None
    album_artist_names: Sequence[str]
    album_artist_ids: Sequence[str]
    release_date: str | None
    image_url: str | None
    duration_ms: int | None
    is_explicit: bool | None
    disc_number: int | None
    track_number: int | None
    popularity: int | None
    isrc: str | None
    added_at: str | None


class ListSnapshot(NamedTuple):
    """A list on a date; `holes` are the positions without an item, by what they are."""

    name: str | None
    items: Sequence[Item]
    holes: Mapping[str, Sequence[int]]

    @property
    def by_position(self) -> Iterator[Item | None]:
        """The item at each position, in order; None for a hole."""
        items = {item.position: item for item in self.items}
        taken = chain(items, *self.holes.values())
        return (items.get(position) for position in range(1, max(taken, default=0) + 1))


def read_snapshot(con: duckdb.DuckDBPyConnection, playlist_id: str, on: date) -> ListSnapshot:
    """The snapshot of a list on a date that has one."""
    values = {"list": playlist_id, "on": on}
    ((name, total),) = con.execute(_LIST, values).fetchall()
    found = con.execute(_ITEMS, values)
    names = [column[0] for column in found.description or ()]
    items = [_item(dict(zip(names, row, strict=True))) for row in found.fetchall()]
    holes = {_REJECTS: [position for (position,) in con.execute(_REJECTED, values).fetchall()]}
    taken = {*(item.position for item in items), *holes[_REJECTS]}
    holes[_NOT_READ] = [position for position in range(1, total + 1) if position not in taken]
    return ListSnapshot(name, items, {what: at for what, at in holes.items() if at})


def spans(positions: Sequence[int]) -> str:
    """Positions in order as text, such as `3, 7 to 9`."""
    found: list[list[int]] = []
    for position in positions:
        if found and found[-1][-1] == position - 1:
            found[-1][1:] = [position]
        else:
            found.append([position])
    return ", ".join(" to ".join(map(str, span)) for span in found)


def _item(row: dict[str, Any]) -> Item:
    names = row["artist_names"] or []
    ids = row["artist_ids"] or {}
    count = max([len(names), *ids])
    duration_ms = row["duration_ms"]
    return Item(
        position=row["position"],
        uri=row["uri"],
        name=row["name"],
        artist_names=names,
        artist_ids=[ids.get(number, "") for number in range(1, count + 1)],
        album_id=row["album_id"],
        album_name=row["album_name"],
        album_artist_names=[name or "" for name in row["album_artist_names"] or []],
        album_artist_ids=row["album_artist_ids"] or [],
        release_date=row["release_date_raw"],
        image_url=row["image_url"],
        duration_ms=_local_duration_ms(row["uri"]) if duration_ms is None else duration_ms,
        is_explicit=row["is_explicit"],
        disc_number=row["disc_number"],
        track_number=row["track_number"],
        popularity=row["popularity"],
        isrc=row["isrc"],
        added_at=row["added_at"],
    )


def _local_duration_ms(uri: str) -> int | None:
    """The duration in the URI of a local file: spotify:local:ARTIST:ALBUM:TITLE:SECONDS."""
    seconds = uri.rpartition(":")[2]
    return int(seconds) * 1000 if uri.startswith(LOCAL_PREFIX) and seconds.isdigit() else None
