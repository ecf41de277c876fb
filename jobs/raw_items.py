"""What a raw item is: an entry with its typed values, or a reject with its reason.

Values have the types of json_values.py, and ids the form of spotify_ids.py.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from jobs.json_values import (
    LONG_MAX,
    Json,
    first_image,
    flag,
    instant,
    release_date,
    sequence,
    structure,
    text,
    whole,
)
from jobs.spotify_ids import LOCAL_PREFIX, SONG_PREFIX, id_of, is_id, uri_of

ItemType = Literal["song", "episode", "local", "other"]
Reason = Literal["null_item", "not_an_object", "unknown_shape", "no_uri"]

# Keys of Spotify's TrackObject and EpisodeObject that every client asks for
_CONTENT_KEYS = frozenset(("id", "uri", "name", "type", "href", "artists", "album", "show"))
# Keys beside an item whose values are objects
_WRAPPER_OBJECTS = frozenset(("added_by", "video_thumbnail"))
# A spreadsheet may have written it as 12.0
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.0+)?")
# Spotify began in 2006. An earlier time is the zero of some system, such as 1970-01-01
_FIRST_YEAR = 2006


class Artist(NamedTuple):
    """An artist as a song or an album names it; `id` is None if it has none."""

    id: str | None
    name: str | None


class Song(NamedTuple):
    """What an entry says about its song; the gaps are its key values that are missing."""

    duration_ms: int | None
    is_explicit: bool | None
    disc_number: int | None
    track_number: int | None
    isrc: str | None
    popularity: int | None
    artists: list[Artist]
    song_gaps: int


class Album(NamedTuple):
    """What an entry says about its album; the gaps are its key values that are missing."""

    album_id: str | None
    album_name: str | None
    album_type: str | None
    release_date: date | None
    release_date_precision: str | None
    release_date_raw: str | None
    total_tracks: int | None
    image_url: str | None
    album_artists: list[Artist]
    album_gaps: int


class Entry(NamedTuple):
    """A usable item: what it is, and how the list holds it; the last four are from chart files."""

    item_type: ItemType
    item_uri: str
    name: str | None
    artist_names: list[str] | None
    song_id: str | None
    linked_from_uri: str | None
    added_at: datetime | None
    is_playable: bool | None
    streams: int | None = None
    peak_rank: int | None = None
    days_on_chart: int | None = None
    weeks_on_chart: int | None = None


NO_SONG = Song(None, None, None, None, None, None, [], 0)
NO_ALBUM = Album(None, None, None, None, None, None, None, None, [], 0)


class Item(NamedTuple):
    """An item that was read: an entry, or the reason why it is a reject, and mistyped keys."""

    entry: Entry | None
    song: Song
    album: Album
    reason: Reason | None
    mistyped: Sequence[str]


def read_item(raw: Any) -> Item:
    """An item of a page. Source: Spotify Web API, PlaylistTrackObject."""
    mistyped: list[str] = []
    if raw is None:
        return _reject("null_item", mistyped)
    if not isinstance(raw, dict):
        return _reject("not_an_object", mistyped)
    content = _content(raw, mistyped)
    if content is None:
        return _reject(_reason_without_content(raw), mistyped)
    uri = uri_of(content, mistyped)
    if uri is None:
        is_known = not _CONTENT_KEYS.isdisjoint(content)
        return _reject("no_uri" if is_known else "unknown_shape", mistyped)
    return _usable(raw, content, uri, mistyped)


def read_chart_row(row: Any) -> Item:
    """A row of a chart file: a song with URI, name and artist names, and the chart's numbers."""
    mistyped: list[str] = []
    if row is None:
        return _reject("null_item", mistyped)
    if not isinstance(row, dict):
        return _reject("not_an_object", mistyped)
    names = text(row, "artist_names", mistyped)
    content = {
        "uri": row.get("uri"),
        "name": row.get("track_name"),
        # The file joins the names with ", ", which also occurs within a name
        "artists": [{"name": names}] if names else [],
    }
    uri = uri_of(content, mistyped)
    if uri is None:
        return _reject("no_uri", mistyped)
    item = _usable({}, content, uri, mistyped)
    entry = item.entry and item.entry._replace(
        streams=whole(row, "streams", mistyped, LONG_MAX),
        peak_rank=_chart_number(row, "peak_rank", mistyped),
        days_on_chart=_chart_number(row, "days_on_chart", mistyped),
        weeks_on_chart=_chart_number(row, "weeks_on_chart", mistyped),
    )
    return item._replace(entry=entry)


def _chart_number(row: Json, key: str, mistyped: list[str]) -> int | None:
    """A number of a chart file that the raw zone keeps as text, such as "12"."""
    written = row.get(key)
    if written.__class__ is str and _NUMBER.fullmatch(written):
        return int(written.partition(".")[0])
    return whole(row, key, mistyped)


def _reject(reason: Reason, mistyped: list[str]) -> Item:
    return Item(None, NO_SONG, NO_ALBUM, reason, mistyped)


def _content(raw: Json, mistyped: list[str]) -> Json | None:
    """The song, episode or local file of an item.

    It is under `item` since February 2026, before under `track`, for a while under both. An empty
    one does not count if the other is not.
    """
    found = None
    for key in ("item", "track"):
        value = raw.get(key)
        if value.__class__ is dict:
            found = found or value
        elif value is not None:
            mistyped.append(key)
    return found


def _reason_without_content(raw: Json) -> Reason:
    holders = [raw[key] for key in ("item", "track") if key in raw]
    if any(holder is not None for holder in holders):
        return "not_an_object"
    others = [value for key, value in raw.items() if key not in _WRAPPER_OBJECTS]
    # Without either key, or with an object elsewhere, the row holds something unknown
    is_unknown = not holders or any(isinstance(value, dict | list) for value in others)
    return "unknown_shape" if is_unknown else "null_item"


def _usable(raw: Json, content: Json, uri: str, mistyped: list[str]) -> Item:
    item_type = _item_type(raw, content, uri, mistyped)
    artists = _artists(content, mistyped)
    added_at = text(raw, "added_at", mistyped)
    linked_from = structure(content, "linked_from", mistyped)
    entry = Entry(
        item_type,
        uri,
        text(content, "name", mistyped),
        [artist.name for artist in artists if artist.name] or None,
        _song_id(content, uri) if item_type == "song" else None,
        uri_of(linked_from, mistyped) if linked_from else None,
        _added_at(added_at) if added_at else None,
        flag(content, "is_playable", mistyped),
    )
    if entry.song_id is None:
        return Item(entry, NO_SONG, NO_ALBUM, None, mistyped)
    album = _album(structure(content, "album", mistyped), mistyped)
    song = _song(content, entry.name, album.album_id, artists, mistyped)
    return Item(entry, song, album, None, mistyped)


def _item_type(raw: Json, content: Json, uri: str, mistyped: list[str]) -> ItemType:
    is_local = [flag(raw, "is_local", mistyped), flag(content, "is_local", mistyped)]
    if uri.startswith(LOCAL_PREFIX) or True in is_local:
        return "local"
    stated = (text(content, "type", mistyped) or "track").lower()
    kinds = {uri.split(":")[1], stated}
    if kinds == {"track"}:
        return "song"
    return "episode" if "episode" in kinds else "other"


def _song_id(content: Json, uri: str) -> str | None:
    own_id = content.get("id")
    if own_id.__class__ is str and is_id(own_id):
        return own_id
    return uri.removeprefix(SONG_PREFIX) if uri.startswith(SONG_PREFIX) else None


def _artists(thing: Json, mistyped: list[str]) -> list[Artist]:
    """The artists of a song or an album, each at its position. Source: SimplifiedArtistObject."""
    artists = []
    for artist in sequence(thing, "artists", mistyped):
        if artist.__class__ is dict:
            artist_id = id_of(artist, "artist", mistyped)
            artists.append(Artist(artist_id, text(artist, "name", mistyped)))
        else:
            artists.append(Artist(None, None))
            if artist is not None:
                mistyped.append("artists")
    return artists


def _song(
    content: Json,
    name: str | None,
    album_id: str | None,
    artists: list[Artist],
    mistyped: list[str],
) -> Song:
    """Source: TrackObject."""
    duration_ms = whole(content, "duration_ms", mistyped, LONG_MAX)
    isrc = text(structure(content, "external_ids", mistyped), "isrc", mistyped)
    return Song(
        duration_ms,
        flag(content, "explicit", mistyped),
        whole(content, "disc_number", mistyped),
        whole(content, "track_number", mistyped),
        isrc,
        whole(content, "popularity", mistyped),
        artists,
        # A song that was withdrawn has a duration of 0
        sum((not name, album_id is None, not isrc, not duration_ms)),
    )


def _album(album: Json, mistyped: list[str]) -> Album:
    """Source: SimplifiedAlbumObject."""
    name = text(album, "name", mistyped)
    raw_date = text(album, "release_date", mistyped)
    stated = text(album, "release_date_precision", mistyped)
    first_day, precision = release_date(raw_date, stated)
    return Album(
        id_of(album, "album", mistyped),
        name,
        text(album, "album_type", mistyped),
        first_day,
        precision,
        raw_date,
        whole(album, "total_tracks", mistyped),
        first_image(album, mistyped),
        _artists(album, mistyped),
        sum((not name, first_day is None)),
    )


def _added_at(value: str) -> datetime | None:
    moment = instant(value)
    return moment if moment and moment.year >= _FIRST_YEAR else None
