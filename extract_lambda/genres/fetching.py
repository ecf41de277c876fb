"""One run of genres: asks for the artists that have no fresh answer, and stores each answer."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from extract_lambda.errors import ExtractError
from extract_lambda.genres.api import MAX_ASKED, GenreApi, OutOfTime
from extract_lambda.genres.index import GenreIndex, State
from extract_lambda.genres.writer import GenreWriter
from lake.genre_answers import AnswerNotUnderstood, GenreCall, Service
from lake.run_ids import new_run_id
from lake.storage import Storage

# One odd answer may be about one artist; the second one in a row is about the service
_MAX_ODD_IN_A_ROW = 2


@dataclass(frozen=True)
class GenreReport:
    """What a run did."""

    artists: int
    """The artists that the run was for."""
    states: Counter[State]
    """How many of these artists have which state after the run."""
    calls: Counter[Service]
    """Requests by service, with retries."""
    answers: int
    """The answers that were stored."""
    waiting: int
    """The artists that another run asks for, because this one ended early."""
    problems: tuple[str, ...]
    """A sentence for each answer that was not stored, and for an error that ended the run.

    A run that ended early only because it was out of time has no sentence about it.
    """


def fetch_genres(
    artist_ids: Sequence[str],
    storage: Storage,
    api: GenreApi,
    *,
    clock: Callable[[], datetime],
    on_call: Callable[[str], object] = lambda _: None,
) -> GenreReport:
    """Ask for the genres of artists of Spotify, given by id.

    Artists with a fresh answer are not asked for. ListenBrainz is asked for as soon as MusicBrainz
    has named 100 artists, so that an early end leaves few artists half done. Whatever the services
    do is a sentence in the report. `on_call` gets a few words before each call.

    Raises StorageError.
    """
    run = _Run(storage, api, clock)
    try:
        run.fetch(artist_ids, on_call)
    except OutOfTime:
        # A planned end; the report counts who is waiting
        pass
    except ExtractError as error:
        run.problems.append(str(error))
    finally:
        run.end()
    return run.report(artist_ids)


class _Run:
    def __init__(self, storage: Storage, api: GenreApi, clock: Callable[[], datetime]) -> None:
        self.problems: list[str] = []
        self._storage = storage
        self._api = api
        self._now = clock()
        self._index = GenreIndex.load(storage)
        self._writer = GenreWriter(storage, new_run_id(self._now))
        self._answers = 0
        self._odd_in_a_row = 0

    def fetch(self, artist_ids: Sequence[str], on_call: Callable[[str], object]) -> None:
        today = self._now.date()
        due = self._index.due_artists(artist_ids, today)
        named = self._index.due_mbids(artist_ids, today)
        while due or named:
            if due and len(named) < MAX_ASKED["listenbrainz"]:
                asked, due = _split(due, MAX_ASKED["musicbrainz"])
                on_call(f"MusicBrainz, {len(due)} artists to go")
                self._ask("musicbrainz", asked)
                new = self._index.due_mbids(asked, today)
                named += [mbid for mbid in new if mbid not in named]
            else:
                asked, named = _split(named, MAX_ASKED["listenbrainz"])
                on_call(f"ListenBrainz, {len(named)} artists to go")
                self._ask("listenbrainz", asked)

    def end(self) -> None:
        """Write the index, also when the run was interrupted."""
        self._index.add_written(self._storage, self._writer.keys)
        self._index.save(self._storage)

    def report(self, artist_ids: Sequence[str]) -> GenreReport:
        today = self._now.date()
        return GenreReport(
            artists=len(artist_ids),
            states=Counter(self._index.state(one) for one in artist_ids),
            calls=self._api.calls,
            answers=self._answers,
            waiting=sum(self._index.is_due(one, today) for one in artist_ids),
            problems=tuple(self.problems),
        )

    def _ask(self, service: Service, ids: Sequence[str]) -> None:
        """Ask and store the answer; raises ExtractError to end the run, StorageError."""
        try:
            call = self._api.ask(service, ids)
        except AnswerNotUnderstood as error:
            self.problems.append(str(error))
            self._odd_in_a_row += 1
            if self._odd_in_a_row == _MAX_ODD_IN_A_ROW:
                raise _OddAnswers(
                    "two answers in a row are not understood; update playlist-lake, or run again "
                    "another day"
                ) from error
            return
        self._odd_in_a_row = 0
        self._keep(call)

    def _keep(self, call: GenreCall) -> None:
        self._writer.add(call)
        self._index.add(call)
        self._answers += 1


class _OddAnswers(ExtractError):
    """The service answers in a way that this version does not know."""


def _split(ids: list[str], count: int) -> tuple[list[str], list[str]]:
    return ids[:count], ids[count:]
