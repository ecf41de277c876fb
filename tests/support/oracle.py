"""An independent reading of captured JSON, in plain Python: the rows that every table must have.

It shares no code with the product. Columns are named as the design names them, rows are tuples
in that order. It reads any JSON; oracle_values.py reads single values.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from tests.support.oracle_values import (
    array,
    first_image,
    flag,
    id_of,
    instant,
    json_object,
    release_date,
    spotify_id,
    text,
    whole,
)

Row = tuple[Any, ...]

# A question mark after a name says that the column may be NULL
DESIGN = {
    "playlists": "snapshot_date playlist_id name? description? is_public? is_collaborative? "
    "spotify_snapshot_id? item_count total is_complete followers? image_url? source fetched_at",
    "playlist_entries": "snapshot_date playlist_id position item_type item_uri name? artist_names? "
    "song_id? linked_from_uri? added_at? is_playable? streams? peak_rank? "
    "days_on_chart? weeks_on_chart?",
    "songs": "snapshot_date song_id name? album_id? duration_ms? is_explicit? disc_number? "
    "track_number? isrc? popularity?",
    "albums": "snapshot_date album_id name? album_type? release_date? release_date_precision? "
    "release_date_raw? total_tracks? image_url?",
    "artists": "snapshot_date artist_id name?",
    "song_artists": "snapshot_date song_id artist_id artist_position",
    "album_artists": "snapshot_date album_id artist_id artist_position",
    "rejects": "snapshot_date playlist_id position reason item_json?",
}
COLUMNS = {table: columns.replace("?", "") for table, columns in DESIGN.items()}


class Snapshot(NamedTuple):
    """A captured list: its pages are (offset, items), `playlist` is the object around them."""

    on: date
    playlist_id: str
    pages: list[tuple[int, list[Any]]]
    total: int
    playlist: dict[str, Any] | None = None
    source: str = "import"
    fetched_at: datetime | None = None

    @property
    def fetched(self) -> datetime:
        return self.fetched_at or datetime.combine(self.on, time(), UTC)

    @property
    def rows(self) -> dict[int, Any]:
        """The items by position."""
        return {
            offset + index: item
            for offset, items in self.pages
            for index, item in enumerate(items, start=1)
        }

    @property
    def is_complete(self) -> bool:
        # A total may be too large for a set of positions
        return len(self.rows) == max(self.rows, default=0) == self.total


def expected_tables(snapshots: Iterable[Snapshot]) -> dict[str, list[Row]]:
    """The rows of every table that is partitioned by snapshot date, in no particular order."""
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    by_date: dict[date, list[Snapshot]] = {}
    for snapshot in snapshots:
        by_date.setdefault(snapshot.on, []).append(snapshot)
    for on, of_date in by_date.items():
        for snapshot in of_date:
            tables["playlists"].append(_playlist(snapshot))
            for position, item in snapshot.rows.items():
                if reason := reject_reason(item):
                    row: Row = (on, snapshot.playlist_id, position, reason, canonical(item))
                    tables["rejects"].append(row)
                else:
                    tables["playlist_entries"].append(_entry(snapshot, position, item))
        for name, rows in _dimensions(of_date).items():
            tables[name] += [(on, *row) for row in rows]
    return tables


def content(item: Any) -> Any:
    """The song, episode or local file of an item."""
    if not isinstance(item, dict):
        return item
    holders = [item[key] for key in ("item", "track") if isinstance(item.get(key), dict)]
    return max(holders, key=bool, default=item.get("track"))


def reject_reason(item: Any) -> str | None:
    """The reason to reject an item, or None if it is an entry."""
    if item is None:
        return "null_item"
    if not isinstance(item, dict):
        return "not_an_object"
    thing = content(item)
    if isinstance(thing, dict):
        known = {"id", "uri", "name", "type", "href", "artists", "album", "show"}
        unusable = "no_uri" if known & thing.keys() else "unknown_shape"
        return None if item_uri(thing) else unusable
    holders = [item[key] for key in ("item", "track") if key in item]
    if holders.count(None) < len(holders):
        return "not_an_object"
    known = {"item", "track", "added_by", "video_thumbnail"}
    is_null = holders and not any(
        isinstance(value, dict | list) for key, value in item.items() if key not in known
    )
    return "null_item" if is_null else "unknown_shape"


def item_uri(thing: dict[str, Any]) -> str | None:
    """The URI of a song, episode or local file, made from its id if it has none."""
    kind = (text(thing.get("type")) or "track").lower()
    made = f"spotify:{kind}:{spotify_id(thing.get('id'))}"
    return next((uri for uri in (text(thing.get("uri")), made) if _is_uri(uri)), None)


def linked_from_uri(thing: dict[str, Any]) -> str | None:
    """The URI of the song that was added to the list, if Spotify plays another one instead."""
    return item_uri(json_object(thing.get("linked_from")))


def _is_uri(uri: str | None) -> bool:
    if uri is None:
        return False
    if match := re.fullmatch("spotify:local:(.*)", uri, re.DOTALL):
        return bool(set(match[1].split(":")[:3]) - {"", "null", "undefined", "None"})
    match = re.fullmatch("spotify:[a-z_-]+:([0-9A-Za-z]{22})", uri)
    return match is not None and set(match[1]) != {"0"}


def item_type(item: dict[str, Any]) -> str:
    """`song`, `episode`, `local` or `other`."""
    thing = content(item)
    kind = (item_uri(thing) or "").split(":")[1]
    if item.get("is_local") is True or thing.get("is_local") is True or kind == "local":
        return "local"
    stated = (text(thing.get("type")) or "").lower()
    if "episode" in (kind, stated):
        return "episode"
    return "song" if kind == "track" and stated in ("", "track") else "other"


def canonical(item: Any) -> str | None:
    """An item as text that doesn't depend on the order of keys, without who added it."""
    if item is None:
        return None
    if isinstance(item, dict):
        item = {key: value for key, value in item.items() if key != "added_by"}
    return json.dumps(item, sort_keys=True)


def _playlist(snapshot: Snapshot) -> Row:
    playlist = snapshot.playlist or {}
    return (
        snapshot.on,
        snapshot.playlist_id,
        text(playlist.get("name")),
        text(playlist.get("description")),
        flag(playlist.get("public")),
        flag(playlist.get("collaborative")),
        text(playlist.get("snapshot_id")),
        len(snapshot.rows),
        snapshot.total,
        snapshot.is_complete,
        whole(json_object(playlist.get("followers")).get("total"), bits=63),
        first_image(playlist),
        snapshot.source,
        snapshot.fetched,
    )


def _entry(snapshot: Snapshot, position: int, item: dict[str, Any]) -> Row:
    thing = content(item)
    names = [name for artist in _artists(thing) if (name := text(artist.get("name")))]
    is_chart = snapshot.source == "chart_csv"
    return (
        snapshot.on,
        snapshot.playlist_id,
        position,
        item_type(item),
        item_uri(thing),
        text(thing.get("name")),
        names or None,
        _song_id(item),
        linked_from_uri(thing),
        instant(text(item.get("added_at"))),
        flag(thing.get("is_playable")),
        whole(item.get("streams"), bits=63) if is_chart else None,
        *(
            _chart_number(item.get(key)) if is_chart else None
            for key in ("peak_rank", "days_on_chart", "weeks_on_chart")
        ),
    )


def _chart_number(value: Any) -> int | None:
    """A number of a chart file, which is a text in the raw zone."""
    is_number = isinstance(value, str) and value.isdecimal() and len(value) < 10
    return int(value) if is_number else None


def _dimensions(snapshots: list[Snapshot]) -> dict[str, list[Row]]:
    """Songs, albums, artists of one date: each as the mention says it that counts."""
    ranks = {
        "import": 1,
        "spotify_backup": 2,
        "exportify": 3,
        "playlist_archive": 4,
        "account_data": 5,
        "chart_csv": 6,
    }
    seen = [
        ((ranks.get(snapshot.source, 0), -snapshot.fetched.timestamp()), snapshot, position)
        for snapshot in snapshots
        for position in snapshot.rows
    ]
    seen.sort(key=lambda found: (found[0], found[1].playlist_id, found[2]))
    songs: dict[str, Any] = {}
    albums: dict[str, Any] = {}
    artists: dict[str, Any] = {}

    def keep(
        kept: dict[str, Any], key: str | None, mention: Any, gaps: Callable[[Any], int]
    ) -> None:
        """Keep the mention with the fewest gaps, of equal ones the first."""
        if key and (key not in kept or gaps(mention) < gaps(kept[key])):
            kept[key] = mention

    for _, snapshot, position in seen:
        item = snapshot.rows[position]
        if reject_reason(item) or not (song_id := _song_id(item)):
            continue
        song = content(item)
        album = json_object(song.get("album"))
        keep(songs, song_id, song, _song_gaps)
        keep(albums, id_of("album", album), album, _album_gaps)
        for artist in [*_artists(song), *_artists(album)]:
            keep(artists, id_of("artist", artist), artist, lambda one: not text(one.get("name")))
    return {
        "songs": [_song(song_id, song) for song_id, song in songs.items()],
        "albums": [_album(album_id, album) for album_id, album in albums.items()],
        "artists": [(artist_id, text(one.get("name"))) for artist_id, one in artists.items()],
        "song_artists": [row for key, one in songs.items() for row in _credits(key, one)],
        "album_artists": [row for key, one in albums.items() for row in _credits(key, one)],
    }


def _song_gaps(song: dict[str, Any]) -> int:
    _, name, album_id, duration_ms, *_, isrc, _ = _song("", song)
    return [name, album_id, duration_ms or None, isrc].count(None)


def _album_gaps(album: dict[str, Any]) -> int:
    _, name, _, release, *_ = _album("", album)
    return [name, release].count(None)


def _song(song_id: str, song: dict[str, Any]) -> Row:
    return (
        song_id,
        text(song.get("name")),
        id_of("album", json_object(song.get("album"))),
        whole(song.get("duration_ms"), bits=63),
        flag(song.get("explicit")),
        whole(song.get("disc_number")),
        whole(song.get("track_number")),
        text(json_object(song.get("external_ids")).get("isrc")),
        whole(song.get("popularity")),
    )


def _album(album_id: str, album: dict[str, Any]) -> Row:
    raw, precision = text(album.get("release_date")), text(album.get("release_date_precision"))
    return (
        album_id,
        text(album.get("name")),
        text(album.get("album_type")),
        *release_date(raw, precision),
        raw,
        whole(album.get("total_tracks")),
        first_image(album),
    )


def _credits(key: str, named: dict[str, Any]) -> Iterator[Row]:
    for position, artist in enumerate(_artists(named), start=1):
        if artist_id := id_of("artist", artist):
            yield key, artist_id, position


def _artists(named: dict[str, Any]) -> list[dict[str, Any]]:
    return [json_object(artist) for artist in array(named.get("artists"))]


def _song_id(item: dict[str, Any]) -> str | None:
    thing = content(item)
    if item_type(item) != "song":
        return None
    return spotify_id(thing.get("id")) or (item_uri(thing) or "").split(":")[2]
