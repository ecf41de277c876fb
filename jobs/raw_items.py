"""What a raw item is: an entry with its typed values, or a reject with its reason.

Types are strict: a value of another JSON type than Spotify documents is None, and its key is noted
as mistyped. JSON has one type for numbers, so 200000.0 is the integer 200000. An id counts only if
it has Spotify's form, and placeholders such as `spotify:track:null` are not ids.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

ItemType = Literal["song", "episode", "local", "other"]
Reason = Literal["null_item", "not_an_object", "unknown_shape", "no_uri"]
Json = dict[str, Any]
NOTHING: Json = {}

_INT_MAX, _LONG_MAX = 2**31 - 1, 2**63 - 1
_ID_LENGTH = 22
_PLACEHOLDER_ID = "0" * _ID_LENGTH
_SONG_PREFIX, _LOCAL_PREFIX = "spotify:track:", "spotify:local:"
_URI = re.compile(r"spotify:([a-z_-]+):([0-9A-Za-z]{22})")
# Keys of Spotify's TrackObject and EpisodeObject that every client asks for
_CONTENT_KEYS = frozenset(("id", "uri", "name", "type", "href", "artists", "album", "show"))
# Keys beside an item whose values are objects
_WRAPPER_OBJECTS = frozenset(("added_by", "video_thumbnail"))
# Spotify began in 2006. An earlier time is the zero of some system, such as 1970-01-01
_FIRST_YEAR = 2006
_RELEASE_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# A date alone, such as 2026-11-22, has at most ten characters
_DATE_LENGTH = 10
_PRECISIONS = ("year", "month", "day")


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
    """A usable item: what it is, and how the list holds it."""

    item_type: ItemType
    item_uri: str
    name: str | None
    artist_names: list[str] | None
    song_id: str | None
    linked_from_uri: str | None
    added_at: datetime | None
    is_playable: bool | None
    streams: int | None


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
    uri = _uri(content, mistyped)
    if uri is None:
        is_known = not _CONTENT_KEYS.isdisjoint(content)
        return _reject("no_uri" if is_known else "unknown_shape", mistyped)
    return _usable(raw, content, uri, mistyped)


def read_chart_row(row: Any) -> Item:
    """A row of a chart file: a song with URI, name, artist names and streams only."""
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
    uri = _uri(content, mistyped)
    if uri is None:
        return _reject("no_uri", mistyped)
    item = _usable({}, content, uri, mistyped)
    streams = whole(row, "streams", mistyped, _LONG_MAX)
    return item._replace(entry=item.entry and item.entry._replace(streams=streams))


def text(thing: Json, key: str, mistyped: list[str]) -> str | None:
    """A text; an empty one is None."""
    value = thing.get(key)
    if value.__class__ is str:
        return value or None
    if value is not None:
        mistyped.append(key)
    return None


def flag(thing: Json, key: str, mistyped: list[str]) -> bool | None:
    """A boolean."""
    value = thing.get(key)
    if value is not None and value.__class__ is not bool:
        mistyped.append(key)
        return None
    return value


def whole(thing: Json, key: str, mistyped: list[str], largest: int = _INT_MAX) -> int | None:
    """A whole number up to a largest one, whether it is written 5 or 5.0."""
    value = thing.get(key)
    if value is None:
        return None
    if value.__class__ is float and value.is_integer():
        value = int(value)
    if value.__class__ is int and -largest <= value <= largest:
        return value
    mistyped.append(key)
    return None


def structure(thing: Json, key: str, mistyped: list[str]) -> Json:
    """An object; without one, an empty object."""
    value = thing.get(key)
    if value.__class__ is dict:
        return value
    if value is not None:
        mistyped.append(key)
    return NOTHING


def sequence(thing: Json, key: str, mistyped: list[str]) -> list[Any]:
    """An array; without one, an empty array."""
    value = thing.get(key)
    if value.__class__ is list:
        return value
    if value is not None:
        mistyped.append(key)
    return []


def first_image(thing: Json, mistyped: list[str]) -> str | None:
    """The URL of the first picture. Source: ImageObject."""
    for image in sequence(thing, "images", mistyped):
        if image.__class__ is dict:
            return text(image, "url", mistyped)
        if image is not None:
            mistyped.append("images")
        return None
    return None


@lru_cache(maxsize=100_000)
def instant(value: str) -> datetime | None:
    """An ISO 8601 time in UTC, cut to milliseconds; one without an offset is in UTC already."""
    if len(value) <= _DATE_LENGTH:
        return None
    try:
        # RFC 3339 allows small letters, and Python only the `t`
        moment = datetime.fromisoformat(value.upper())
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@lru_cache(maxsize=100_000)
def release_date(value: str | None, stated: str | None) -> tuple[date | None, str | None]:
    """The first day of a release date, and its precision.

    The precision is the coarser one of that stated and that of the text: `1998` is a year, whatever
    is stated. Nonsense such as `0000` is None.
    """
    match = _RELEASE_DATE.fullmatch(value or "")
    if not match:
        return None, stated
    shape = _PRECISIONS[2 - match.groups().count(None)]
    precision = stated if stated in _PRECISIONS else shape
    precision = min(precision, shape, key=_PRECISIONS.index)
    year, month, day = match.groups()
    try:
        return date(
            int(year),
            int(month) if precision != "year" else 1,
            int(day) if precision == "day" else 1,
        ), precision
    except ValueError:
        return None, stated


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
        _uri(linked_from, mistyped) if linked_from else None,
        _added_at(added_at) if added_at else None,
        flag(content, "is_playable", mistyped),
        None,
    )
    if entry.song_id is None:
        return Item(entry, NO_SONG, NO_ALBUM, None, mistyped)
    album = _album(structure(content, "album", mistyped), mistyped)
    song = _song(content, entry.name, album.album_id, artists, mistyped)
    return Item(entry, song, album, None, mistyped)


def _item_type(raw: Json, content: Json, uri: str, mistyped: list[str]) -> ItemType:
    is_local = [flag(raw, "is_local", mistyped), flag(content, "is_local", mistyped)]
    if uri.startswith(_LOCAL_PREFIX) or True in is_local:
        return "local"
    stated = (text(content, "type", mistyped) or "track").lower()
    kinds = {uri.split(":")[1], stated}
    if kinds == {"track"}:
        return "song"
    return "episode" if "episode" in kinds else "other"


def _uri(thing: Json, mistyped: list[str]) -> str | None:
    """The URI that identifies a song, episode or local file, or the one that its id gives."""
    uri = text(thing, "uri", mistyped)
    if uri is not None:
        if uri.startswith(_SONG_PREFIX) and is_id(uri[len(_SONG_PREFIX) :]):
            return uri
        if _is_uri(uri):
            return uri
    own_id = text(thing, "id", mistyped)
    if own_id is None or not is_id(own_id):
        return None
    kind = text(thing, "type", mistyped) or "track"
    uri = f"spotify:{kind.lower()}:{own_id}"
    return uri if _is_uri(uri) else None


def is_id(value: str) -> bool:
    """Whether a text has the form of Spotify's ids: 22 letters and digits, not all zeros."""
    return (
        len(value) == _ID_LENGTH
        and value.isascii()
        and value.isalnum()
        and value != _PLACEHOLDER_ID
    )


def _is_uri(uri: str) -> bool:
    if uri.startswith(_LOCAL_PREFIX):
        # spotify:local:ARTIST:ALBUM:TITLE:SECONDS; without any name it identifies nothing
        parts = uri.removeprefix(_LOCAL_PREFIX).split(":")
        return any(parts[:3])
    match = _URI.fullmatch(uri)
    return match is not None and match[2] != _PLACEHOLDER_ID


def _song_id(content: Json, uri: str) -> str | None:
    own_id = content.get("id")
    if own_id.__class__ is str and is_id(own_id):
        return own_id
    return uri.removeprefix(_SONG_PREFIX) if uri.startswith(_SONG_PREFIX) else None


def _id(thing: Json, kind: str, mistyped: list[str]) -> str | None:
    """The id of an album or an artist; without one, that in its URI."""
    own_id = text(thing, "id", mistyped)
    if own_id is not None and is_id(own_id):
        return own_id
    match = _URI.fullmatch(text(thing, "uri", mistyped) or "")
    return match[2] if match and match[1] == kind and is_id(match[2]) else None


def _artists(thing: Json, mistyped: list[str]) -> list[Artist]:
    """The artists of a song or an album, each at its position. Source: SimplifiedArtistObject."""
    artists = []
    for artist in sequence(thing, "artists", mistyped):
        if artist.__class__ is dict:
            artist_id = _id(artist, "artist", mistyped)
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
    duration_ms = whole(content, "duration_ms", mistyped, _LONG_MAX)
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
        _id(album, "album", mistyped),
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
