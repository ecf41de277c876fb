"""Response bodies of Spotify's Web API for the simulated lists, in three payload generations.

`legacy`: until February 2026; a row's content is under `track`. `transitional`: the same fields,
with the content under both `item` and `track`. `2026`: under `item` only, and with fewer fields.
Source: Spotify's migration guide of February 2026, and captured responses.
"""

import functools
from typing import Any, Literal
from urllib.parse import quote, quote_plus

from simulator.world.lists import Row
from simulator.world.songs import Album, Artist, Episode, LocalFile, Song

Generation = Literal["legacy", "transitional", "2026"]
Body = dict[str, Any]

_quoted = functools.cache(quote)  # ids of old accounts contain a # or a space

_REMOVED_IN_2026 = {
    "track": ("available_markets", "linked_from", "popularity", "preview_url"),
    "album": ("available_markets",),
    "show": ("available_markets", "publisher"),
}
_MARKET_CODES = (
    "AD AE AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CG CH"
    " CI CL CM CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FM FR GA GB GD GE GH GM GN"
    " GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IS IT JM JO JP KE KG KH KI KM KN KR KW KZ LA LB"
    " LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MN MO MR MT MU MV MW MX MY MZ NA NE NG NI"
    " NL NO NP NR NZ OM PA PE PG PH PK PL PR PS PT PW PY QA RO RS RW SA SB SC SE SG SI SK SL SM SN"
    " SR ST SV SZ TD TG TH TJ TL TN TO TR TT TV TW TZ UA UG US UY UZ VC VE VN VU WS XK ZA ZM ZW"
)
_MARKETS = _MARKET_CODES.split()


def item_body(row: Row, generation: Generation, base_url: str) -> Body:
    """One element of a page's `items`."""
    body: Body = {
        "added_at": row.added_at,
        "added_by": user_body(row.added_by, base_url),
        "is_local": isinstance(row.content, LocalFile),
        "primary_color": None,
    }
    if generation != "2026":
        body["track"] = _content_body(row, generation, base_url)
    if generation != "legacy":
        body["item"] = _content_body(row, generation, base_url)
    return body | {"video_thumbnail": {"url": None}}


def user_body(user_id: str, base_url: str) -> Body:
    """A user object as in `added_by`; the id is empty in Spotify's own lists."""
    return reference("user", _quoted(user_id), base_url) | {"id": user_id}


def reference(kind: str, spotify_id: str, base_url: str) -> Body:
    """The five keys that all objects of Spotify have."""
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{spotify_id}"},
        "href": f"{base_url}/{kind}s/{spotify_id}",
        "id": spotify_id,
        "type": kind,
        "uri": f"spotify:{kind}:{spotify_id}",
    }


def _content_body(row: Row, generation: Generation, base_url: str) -> Body | None:
    match row.content:
        case None:
            return None
        case Song():
            return _song_body(row, row.content, generation, base_url)
        case Episode():
            return _episode_body(row.content, generation, base_url)
        case LocalFile():
            return _local_file_body(row.content, generation)


def _song_body(row: Row, song: Song, generation: Generation, base_url: str) -> Body:
    market_count = 0 if row.is_playable is False else song.market_count
    preview = f"https://p.scdn.example/mp3-preview/{song.song_id}"
    body: Body = {
        "album": _album_body(song.album, market_count, generation, base_url),
        "artists": [_artist_body(artist, base_url) for artist in song.artists],
        "available_markets": _MARKETS[:market_count],
        "disc_number": 1,
        "duration_ms": song.duration_ms,
        "episode": False,
        "explicit": song.is_explicit,
        "external_ids": {"isrc": song.isrc},
        "is_local": False,
        "name": song.name,
        "popularity": row.popularity,
        # Null for new apps since November 2024; before that, null for songs without a preview.
        "preview_url": preview if generation == "legacy" and song.duration_ms % 3 else None,
        "track": True,
        "track_number": song.track_number,
    }
    if row.is_playable is not None:
        body["is_playable"] = row.is_playable
    if row.is_playable is False:
        body["restrictions"] = {"reason": "market"}
    if row.linked_from is not None:
        body["linked_from"] = reference("track", row.linked_from.song_id, base_url)
    return _without_removed_keys(
        "track", body | reference("track", song.song_id, base_url), generation
    )


def _album_body(album: Album, market_count: int, generation: Generation, base_url: str) -> Body:
    body: Body = {
        "album_type": album.album_type,
        "artists": [_artist_body(artist, base_url) for artist in album.artists],
        "available_markets": _MARKETS[:market_count],
        "images": _images(album.album_id),
        "name": album.name,
        "release_date": album.release_date,
        "release_date_precision": album.release_date_precision,
        "total_tracks": album.total_tracks,
    }
    return _without_removed_keys(
        "album", body | reference("album", album.album_id, base_url), generation
    )


def _artist_body(artist: Artist, base_url: str) -> Body:
    return reference("artist", artist.artist_id, base_url) | {"name": artist.name}


def _episode_body(episode: Episode, generation: Generation, base_url: str) -> Body:
    show = episode.show
    description = f"Episode {episode.number}. {show.description}"
    show_body: Body = {
        "available_markets": _MARKETS[:180],
        "copyrights": [],
        "description": show.description,
        "explicit": False,
        "html_description": None,
        "images": _images(show.show_id),
        "is_externally_hosted": False,
        "languages": [show.language],
        "media_type": "audio",
        "name": show.name,
        "publisher": show.publisher,
        "total_episodes": episode.number,
    }
    body: Body = {
        "audio_preview_url": f"https://p.scdn.example/mp3-preview/{episode.episode_id}",
        "description": description,
        "duration_ms": episode.duration_ms,
        "episode": True,
        "explicit": False,
        "html_description": f"<p>{description}</p>",
        "images": _images(episode.episode_id),
        "is_externally_hosted": False,
        "is_playable": True,
        "language": show.language,
        "languages": [show.language],
        "name": f"{show.name} #{episode.number}",
        "release_date": episode.release_date,
        "release_date_precision": "day",
        "resume_point": {"fully_played": False, "resume_position_ms": 0},
        "show": _without_removed_keys(
            "show", show_body | reference("show", show.show_id, base_url), generation
        ),
        "track": False,
    }
    return body | reference("episode", episode.episode_id, base_url)


def _local_file_body(file: LocalFile, generation: Generation) -> Body:
    """A track object that has only the tags of the file."""
    parts = (file.artist, file.album, file.title, str(file.duration_s))
    unknown: Body = {"external_urls": {}, "href": None, "id": None}
    album: Body = unknown | {
        "album_type": None,
        "artists": [],
        "available_markets": [],
        "images": [],
        "name": file.album,
        "release_date": None,
        "release_date_precision": None,
        "type": "album",
        "uri": None,
    }
    body: Body = unknown | {
        "album": _without_removed_keys("album", album, generation),
        "artists": [unknown | {"name": file.artist, "type": "artist", "uri": None}],
        "available_markets": [],
        "disc_number": 0,
        "duration_ms": file.duration_s * 1000,
        "explicit": False,
        "external_ids": {},
        "is_local": True,
        "name": file.title,
        "popularity": 0,
        "preview_url": None,
        "track_number": 0,
        "type": "track",
        "uri": "spotify:local:" + ":".join(quote_plus(part) for part in parts),
    }
    return _without_removed_keys("track", body, generation)


def _without_removed_keys(kind: str, body: Body, generation: Generation) -> Body:
    """The body without the keys that its generation no longer has."""
    if generation != "2026":
        return body
    return {key: value for key, value in body.items() if key not in _REMOVED_IN_2026[kind]}


def _images(name: str) -> list[Body]:
    return [
        {"height": size, "url": f"https://i.scdn.example/image/{name}-{size}", "width": size}
        for size in (640, 300, 64)
    ]
