"""What the lake's genre answers say: state/genres.json, an index that is rebuilt from genres/."""

import json
import logging
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from lake.genre_answers import GenreCall, genres_of_mbids, matched_mbids
from lake.genres import GENRES_FOLDER, GenresUnreadable, is_genres_key, read_genre_calls
from lake.storage import Storage

INDEX_KEY = "state/genres.json"
FRESH = timedelta(days=90)
"""How long an answer is used."""
FRESH_MISS = timedelta(days=30)
"""How long an answer without a genre is used."""

_FORMAT_VERSION = 1

_logger = logging.getLogger(__name__)

State = Literal["unasked", "unknown", "ambiguous", "without genres", "with genres"]


class _Match(NamedTuple):
    """The newest answer of MusicBrainz about an artist."""

    fetched_at: datetime
    mbids: tuple[str, ...]


class _Tags(NamedTuple):
    """The newest answer of ListenBrainz about an MBID."""

    fetched_at: datetime
    has_genres: bool


class GenreIndex:
    """The newest answer about each artist and MBID; `objects` are those that it was read from."""

    def __init__(self) -> None:
        self._objects: dict[str, str] = {}
        self._matches: dict[str, _Match] = {}
        self._tags: dict[str, _Tags] = {}

    @classmethod
    def load(cls, storage: Storage) -> "GenreIndex":
        """The index of a lake, with what is not in its file yet; raises StorageError.

        Without a file, with a damaged one, or after an object was deleted, it reads all of genres/.
        Objects that cannot be read are logged and ignored: their artists are asked for again.
        """
        stored = _versions(storage)
        index = _read(storage)
        if index is None or not index._objects.keys() <= stored.keys():
            index = cls()
        for key, version in stored.items():
            if index._objects.get(key) != version:
                index._add_object(storage, key, version)
        return index

    def add(self, call: GenreCall) -> None:
        """Add an answer; of two about the same artist the newer one counts."""
        if call.service == "musicbrainz":
            for artist_id, mbids in matched_mbids(call).items():
                _keep_newest(self._matches, artist_id, _Match(call.fetched_at, mbids))
        else:
            for mbid, genres in genres_of_mbids(call).items():
                _keep_newest(self._tags, mbid, _Tags(call.fetched_at, bool(genres)))

    def add_written(self, storage: Storage, keys: Iterable[str]) -> None:
        """Note that the answers in these objects were added; raises StorageError."""
        if keys := set(keys):
            versions = _versions(storage)
            self._objects |= {key: versions[key] for key in keys & versions.keys()}

    def save(self, storage: Storage) -> None:
        """Write the file; raises StorageError."""
        content = {
            "format_version": _FORMAT_VERSION,
            "objects": self._objects,
            "artists": {key: (_text(at), mbids) for key, (at, mbids) in self._matches.items()},
            "mbids": {key: (_text(at), has_genres) for key, (at, has_genres) in self._tags.items()},
        }
        storage.write(INDEX_KEY, json.dumps(content).encode() + b"\n")

    def due_artists(self, artist_ids: Iterable[str], today: date) -> list[str]:
        """The artists without a fresh answer of MusicBrainz: never asked first, then oldest."""
        due = [one for one in artist_ids if self._is_due_artist(one, today)]
        return sorted(due, key=self._asked_at)

    def due_mbids(self, artist_ids: Iterable[str], today: date) -> list[str]:
        """The MBIDs of artists, each once, without a fresh answer of ListenBrainz."""
        mbids = dict.fromkeys(mbid for one in artist_ids if (mbid := self._mbid(one)))
        return [mbid for mbid in mbids if self._is_due_mbid(mbid, today)]

    def is_due(self, artist_id: str, today: date) -> bool:
        """Whether one of the services has to be asked about an artist."""
        mbid = self._mbid(artist_id)
        return self._is_due_artist(artist_id, today) or (
            mbid is not None and self._is_due_mbid(mbid, today)
        )

    def state(self, artist_id: str) -> State:
        """What is known of an artist."""
        if artist_id not in self._matches:
            return "unasked"
        mbids = self._matches[artist_id].mbids
        if len(mbids) != 1:
            return "ambiguous" if mbids else "unknown"
        if mbids[0] not in self._tags:
            return "unasked"
        return "with genres" if self._tags[mbids[0]].has_genres else "without genres"

    def _is_due_artist(self, artist_id: str, today: date) -> bool:
        match = self._matches.get(artist_id)
        return match is None or _is_old(match.fetched_at, today, is_miss=len(match.mbids) != 1)

    def _is_due_mbid(self, mbid: str, today: date) -> bool:
        tags = self._tags.get(mbid)
        return tags is None or _is_old(tags.fetched_at, today, is_miss=not tags.has_genres)

    def _asked_at(self, artist_id: str) -> datetime:
        match = self._matches.get(artist_id)
        return match.fetched_at if match else datetime.min.replace(tzinfo=UTC)

    def _mbid(self, artist_id: str) -> str | None:
        match = self._matches.get(artist_id)
        return match.mbids[0] if match and len(match.mbids) == 1 else None

    def _add_object(self, storage: Storage, key: str, version: str) -> None:
        try:
            for call in read_genre_calls(storage, key):
                self.add(call)
        except GenresUnreadable as error:
            _logger.warning("%s", error)
            return
        self._objects[key] = version


def _versions(storage: Storage) -> dict[str, str]:
    stored = storage.list_objects(GENRES_FOLDER)
    return {one.key: one.version for one in stored if is_genres_key(one.key)}


def _read(storage: Storage) -> GenreIndex | None:
    """The index in the file; None without a file that can be read."""
    content = storage.read(INDEX_KEY)
    if content is None:
        return None
    try:
        values = json.loads(content)
        if values["format_version"] != _FORMAT_VERSION:
            raise ValueError("another version wrote it")
        index = GenreIndex()
        index._objects = {str(key): str(version) for key, version in values["objects"].items()}
        index._matches = {
            key: _Match(_moment(at), tuple(mbids)) for key, (at, mbids) in values["artists"].items()
        }
        index._tags = {
            key: _Tags(_moment(at), bool(has_genres))
            for key, (at, has_genres) in values["mbids"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        _logger.warning("%s/%s is damaged (%s) and is rebuilt", storage.root, INDEX_KEY, error)
        return None
    return index


def _keep_newest(answers: dict[str, Any], key: str, new: _Match | _Tags) -> None:
    old = answers.get(key)
    if old is None or old.fetched_at <= new.fetched_at:
        answers[key] = new


def _is_old(fetched_at: datetime, today: date, *, is_miss: bool) -> bool:
    age = today - fetched_at.astimezone(UTC).date()
    return age > (FRESH_MISS if is_miss else FRESH)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time has no time zone")
    return moment
