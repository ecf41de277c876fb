"""An independent reading of captured JSON, in plain Python: the rows that every table must have.

It shares no code with the product. Columns are named as the design names them, rows are tuples
in that order.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

Row = tuple[Any, ...]

# A question mark after a name says that the column may be NULL
DESIGN = {
    "playlists": "snapshot_date playlist_id name? description? is_public? is_collaborative? "
    "spotify_snapshot_id? item_count total is_complete followers? image_url? source fetched_at",
    "playlist_entries": "snapshot_date playlist_id position item_type item_uri name? artist_names? "
    "song_id? linked_from_uri? added_at? is_playable? streams?",
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
        return set(self.rows) == set(range(1, self.total + 1))


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
    kind = thing.get("type") if isinstance(thing.get("type"), str) else ""
    made = f"spotify:{(kind or 'track').lower()}:{thing.get('id')}"
    return next((uri for uri in (thing.get("uri"), made) if _is_uri(uri)), None)


def _is_uri(uri: Any) -> bool:
    if not isinstance(uri, str):
        return False
    if match := re.fullmatch("spotify:local:(.*)", uri, re.DOTALL):
        return any(match[1].split(":")[:3])
    match = re.fullmatch("spotify:[a-z_-]+:([0-9A-Za-z]{22})", uri)
    return match is not None and set(match[1]) != {"0"}


def item_type(item: dict[str, Any]) -> str:
    """`song`, `episode`, `local` or `other`."""
    thing = content(item)
    kind = (item_uri(thing) or "").split(":")[1]
    if item.get("is_local") is True or thing.get("is_local") is True or kind == "local":
        return "local"
    stated = thing["type"].lower() if isinstance(thing.get("type"), str) else ""
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
        _text(playlist.get("name")),
        _text(playlist.get("description")),
        playlist.get("public"),
        playlist.get("collaborative"),
        playlist.get("snapshot_id"),
        len(snapshot.rows),
        snapshot.total,
        snapshot.is_complete,
        (playlist.get("followers") or {}).get("total"),
        _first_image(playlist),
        snapshot.source,
        snapshot.fetched,
    )


def _entry(snapshot: Snapshot, position: int, item: dict[str, Any]) -> Row:
    thing = content(item)
    names = [artist["name"] for artist in thing.get("artists") or () if artist.get("name")]
    return (
        snapshot.on,
        snapshot.playlist_id,
        position,
        item_type(item),
        item_uri(thing),
        _text(thing.get("name")),
        names or None,
        _song_id(item),
        item_uri(thing.get("linked_from") or {}),
        _instant(item.get("added_at")),
        thing.get("is_playable"),
        None,
    )


def _dimensions(snapshots: list[Snapshot]) -> dict[str, list[Row]]:
    """Songs, albums, artists of one date: each as the mention says it that counts."""
    ranks = {"import": 1, "account_data": 2, "chart_csv": 3}
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
        album = song.get("album") or {}
        keep(songs, song_id, song, _song_gaps)
        keep(albums, _id(album.get("id")), album, _album_gaps)
        for artist in [*(song.get("artists") or ()), *(album.get("artists") or ())]:
            keep(artists, _id(artist.get("id")), artist, lambda one: not one.get("name"))
    return {
        "songs": [_song(song_id, song) for song_id, song in songs.items()],
        "albums": [_album(album_id, album) for album_id, album in albums.items()],
        "artists": [(artist_id, _text(one.get("name"))) for artist_id, one in artists.items()],
        "song_artists": [row for key, one in songs.items() for row in _artists(key, one)],
        "album_artists": [row for key, one in albums.items() for row in _artists(key, one)],
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
        _text(song.get("name")),
        _id((song.get("album") or {}).get("id")),
        song.get("duration_ms"),
        song.get("explicit"),
        song.get("disc_number"),
        song.get("track_number"),
        _text((song.get("external_ids") or {}).get("isrc")),
        song.get("popularity"),
    )


def _album(album_id: str, album: dict[str, Any]) -> Row:
    raw, precision = album.get("release_date"), album.get("release_date_precision")
    return (
        album_id,
        _text(album.get("name")),
        _text(album.get("album_type")),
        *release_date(raw, precision),
        _text(raw),
        album.get("total_tracks"),
        _first_image(album),
    )


def _artists(key: str, named: dict[str, Any]) -> Iterator[Row]:
    for position, artist in enumerate(named.get("artists") or (), start=1):
        if artist_id := _id(artist.get("id")):
            yield key, artist_id, position


def release_date(raw: Any, stated: Any) -> tuple[date | None, str | None]:
    """The first day of a release date, and its precision: the coarser of text and statement."""
    lengths = {"year": 4, "month": 7, "day": 10}
    text = raw if isinstance(raw, str) else ""
    length = min(len(text), lengths.get(stated, 10))
    day = text[:length] + "0000-01-01"[length:]
    try:
        found = date.fromisoformat(day) if re.fullmatch("[0-9]{4}(-[0-9]{2}){0,2}", text) else None
    except ValueError:
        found = None
    if found is None:
        return None, _text(stated)
    return found, next(name for name, size in lengths.items() if size == length)


def _song_id(item: dict[str, Any]) -> str | None:
    thing = content(item)
    if item_type(item) != "song":
        return None
    return _id(thing.get("id")) or (item_uri(thing) or "").split(":")[2]


def _instant(text: Any) -> datetime | None:
    if not text or text == "1970-01-01T00:00:00Z":
        return None
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _id(value: Any) -> str | None:
    is_id = isinstance(value, str) and re.fullmatch("[0-9A-Za-z]{22}", value)
    return value if is_id and set(value) != {"0"} else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _first_image(owner: dict[str, Any]) -> str | None:
    images = owner.get("images") or [{}]
    return _text(images[0].get("url"))
