"""The rows of artist_matches and artist_genres, from the newest answers in genres/."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from typing import NamedTuple

from lake.genre_answers import Genre, GenreCall, genres_of_mbids, matched_mbids
from lake.genres import MAX_OBJECT_BYTES, GenresUnreadable, parse_genre_calls
from lake.storage import Storage

# On S3 every object is a request. Objects have about 100 kB
_READERS = 8
# By the number of MusicBrainz' artists that a Spotify artist is
_OUTCOMES = {0: "unknown", 1: "found"}


class Match(NamedTuple):
    """A row of artist_matches, in the order of its columns."""

    artist_id: str
    mbid: str | None
    outcome: str
    source: str
    fetched_on: date


class ArtistGenre(NamedTuple):
    """A row of artist_genres, in the order of its columns."""

    artist_id: str
    genre: str
    genre_mbid: str
    votes: int
    share: float
    source: str
    fetched_on: date


class GenreAnswers:
    """The newest answer about each artist and each MBID; of answers at one time the first added.

    An artist has the genres of the newest answer about its MBID. So an artist whose MBID is not in
    that answer has no genres, whatever older answers say.
    """

    def __init__(self) -> None:
        self._mbids: dict[str, tuple[datetime, tuple[str, ...]]] = {}
        self._genres: dict[str, tuple[datetime, list[Genre]]] = {}

    def add(self, call: GenreCall) -> None:
        """Take an answer about those ids of which no newer one is known."""
        at = call.fetched_at
        if call.service == "musicbrainz":
            if newer := _unknown_before(self._mbids, call):
                mbids = matched_mbids(call)
                self._mbids.update((one, (at, mbids[one])) for one in newer)
        elif newer := _unknown_before(self._genres, call):
            genres = genres_of_mbids(call)
            self._genres.update((one, (at, genres[one])) for one in newer)

    def matches(self) -> list[Match]:
        """The rows of artist_matches, in the order of the key."""
        return [
            Match(
                artist_id,
                mbids[0] if len(mbids) == 1 else None,
                _OUTCOMES.get(len(mbids), "ambiguous"),
                "musicbrainz",
                at.astimezone(UTC).date(),
            )
            for artist_id, (at, mbids) in sorted(self._mbids.items())
        ]

    def artist_genres(self) -> list[ArtistGenre]:
        """The rows of artist_genres, in the order of the key."""
        return [
            row
            for match in self.matches()
            if match.mbid and match.mbid in self._genres
            for row in _genre_rows(match.artist_id, *self._genres[match.mbid])
        ]


def read_answers(storage: Storage, keys: Sequence[str]) -> tuple[GenreAnswers, list[str]]:
    """The answers in these genres objects, and a sentence for each object that cannot be read.

    Memory holds the newest answers and a few objects. The last keys are read first, because then
    most other answers are superseded.
    """
    answers = GenreAnswers()
    unreadable = []
    keys = sorted(keys, reverse=True)
    with ThreadPoolExecutor(_READERS) as pool:
        for start in range(0, len(keys), _READERS):
            batch = keys[start : start + _READERS]
            read = partial(storage.read, max_bytes=MAX_OBJECT_BYTES + 1)
            for key, content in zip(batch, pool.map(read, batch), strict=True):
                try:
                    calls = parse_genre_calls(key, content or b"")
                except GenresUnreadable as error:
                    unreadable.append(str(error))
                    continue
                for call in reversed(calls):
                    answers.add(call)
    return answers, sorted(unreadable)


def _unknown_before(known: Mapping[str, tuple[datetime, object]], call: GenreCall) -> list[str]:
    """The ids in a call about which no answer is known, or only an older one."""
    return [one for one in call.asked if one not in known or known[one][0] < call.fetched_at]


def _genre_rows(artist_id: str, at: datetime, genres: Sequence[Genre]) -> list[ArtistGenre]:
    total = sum(genre.votes for genre in genres)
    fetched_on = at.astimezone(UTC).date()
    return [
        ArtistGenre(
            artist_id,
            genre.name,
            genre.mbid,
            genre.votes,
            genre.votes / total,
            "listenbrainz",
            fetched_on,
        )
        for genre in sorted(genres)
    ]
