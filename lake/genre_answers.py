"""Reads the answers of MusicBrainz and ListenBrainz.

MusicBrainz says which of its artists (MBIDs) a Spotify artist is, ListenBrainz which tags an MBID
has. Shapes: https://musicbrainz.org/doc/MusicBrainz_API and
https://listenbrainz.readthedocs.io/en/latest/users/api/metadata.html
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, NoReturn, get_args

from lake.errors import LakeError

Service = Literal["musicbrainz", "listenbrainz"]
SERVICES: tuple[Service, ...] = get_args(Service)

SPOTIFY_ARTIST_URL = "https://open.spotify.com/artist/"
"""MusicBrainz knows a Spotify artist by this URL and the artist's id."""

MBID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""The pattern of an id of MusicBrainz."""
_MAX_VOTES = 2**31 - 1


class AnswerNotUnderstood(LakeError):
    """An answer has another shape than documented, or does not fit the question."""


class GenreCall(NamedTuple):
    """A call and its answer: a line of a genres object.

    `asked` are the ids in the call: of Spotify artists for MusicBrainz, MBIDs for ListenBrainz.
    `status` is 200, or 404 where MusicBrainz does not know the only artist that was asked.
    `answer` is the body as received, parsed. `fetched_at` is in UTC and has milliseconds.
    """

    service: Service
    fetched_at: datetime
    asked: tuple[str, ...]
    status: int
    answer: Any


class Genre(NamedTuple):
    """An official genre of MusicBrainz that an artist has, and its votes: 1 or more."""

    name: str
    mbid: str
    votes: int


def check_answer(call: GenreCall) -> None:
    """Raise AnswerNotUnderstood if the answer cannot be read."""
    if call.service == "musicbrainz":
        matched_mbids(call)
    else:
        genres_of_mbids(call)


def matched_mbids(call: GenreCall) -> dict[str, tuple[str, ...]]:
    """The MBIDs of each artist that MusicBrainz was asked for; raises AnswerNotUnderstood.

    () if MusicBrainz doesn't know the artist; more than one if the answer is ambiguous. Relations
    that have ended don't count.
    """
    found: dict[str, set[str]] = {artist_id: set() for artist_id in call.asked}
    for url in _urls(call):
        resource = _field(url, "resource", str)
        artist_id = resource.removeprefix(SPOTIFY_ARTIST_URL)
        if resource == artist_id or artist_id not in found:
            _refuse(f"it is about {resource[:100]!r}, which was not asked")
        for relation in _field(url, "relations", list):
            mbid = _related_artist(relation)
            if mbid:
                found[artist_id].add(mbid)
    return {artist_id: tuple(sorted(mbids)) for artist_id, mbids in found.items()}


def genres_of_mbids(call: GenreCall) -> dict[str, list[Genre]]:
    """The genres of each MBID that ListenBrainz was asked for; raises AnswerNotUnderstood.

    Most votes first, then by name. [] if ListenBrainz doesn't know the MBID, or has no genre for
    it. Tags that are no official genre, and those without votes, are left out.
    """
    if call.status != 200 or not isinstance(call.answer, list):
        _refuse("it is not a list of artists")
    found: dict[str, dict[str, Genre]] = {mbid: {} for mbid in call.asked}
    for artist in call.answer:
        mbid = _field(artist, "artist_mbid", str)
        if mbid not in found:
            _refuse(f"it is about the artist {mbid[:100]!r}, which was not asked")
        for tag in _tags(artist):
            genre = _genre(tag)
            if genre and genre.votes > found[mbid].get(genre.name, _NO_GENRE).votes:
                found[mbid][genre.name] = genre
    return {mbid: sorted(genres.values(), key=_rank) for mbid, genres in found.items()}


_NO_GENRE = Genre("", "", 0)


def _rank(genre: Genre) -> tuple[int, str]:
    return -genre.votes, genre.name


def _urls(call: GenreCall) -> Sequence[Any]:
    """The URLs that MusicBrainz knows; it answers without a list if only one was asked."""
    answer = call.answer
    if call.status == 404 and len(call.asked) == 1 and "error" in _object(answer):
        return []
    if call.status != 200:
        _refuse(f"its status is {call.status}")
    if len(call.asked) == 1 and "urls" not in _object(answer):
        return [answer]
    urls: list[Any] = _field(answer, "urls", list)
    if answer.get("url-count", len(urls)) != len(urls):
        _refuse(f"it has {len(urls)} of {answer['url-count']} URLs")
    return urls


def _related_artist(relation: Any) -> str | None:
    """The MBID in a relation; None if it has ended, or is about something else."""
    ended = _object(relation).get("ended", False)
    if relation.get("target-type", "artist") != "artist" or ended is True:
        return None
    if ended is not False:
        _refuse(f"ended is {str(ended)[:100]!r}")
    return _mbid(_field(relation, "artist", dict), "id")


def _tags(artist: dict[str, Any]) -> list[Any]:
    """The tags of an artist; the keys are missing or null if there are none."""
    if artist.get("tag") is None or _field(artist, "tag", dict).get("artist") is None:
        return []
    tags: list[Any] = _field(artist["tag"], "artist", list)
    return tags


def _genre(tag: Any) -> Genre | None:
    """The genre that a tag is; None for a free tag, and without votes."""
    if _object(tag).get("genre_mbid") is None:
        return None
    # Half of a surrogate pair cannot be written to a table
    name = _field(tag, "tag", str).encode("utf-8", "replace").decode().strip()
    genre = Genre(name, _mbid(tag, "genre_mbid"), tag.get("count"))
    if not genre.name or type(genre.votes) is not int or genre.votes > _MAX_VOTES:
        _refuse(f"the name or the votes of the genre {genre.mbid} are damaged")
    return genre if genre.votes > 0 else None


def _mbid(values: dict[str, Any], name: str) -> str:
    mbid: str = _field(values, name, str)
    if not re.fullmatch(MBID, mbid):
        _refuse(f"{name} is {mbid[:100]!r}, which is not an id of MusicBrainz")
    return mbid


def _field(values: Any, name: str, kind: type) -> Any:
    value = _object(values).get(name)
    if type(value) is not kind:
        _refuse(f"{name} is missing, or has another type")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse("a part is not a JSON object")
    return value


def _refuse(reason: str) -> NoReturn:
    raise AnswerNotUnderstood(f"the answer is not understood: {reason}")
