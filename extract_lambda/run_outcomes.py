"""Collects the outcomes of one extraction, and stores them in the lake when it ends."""

import logging
import os
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime

from extract_lambda.history import ListHistory
from extract_lambda.outcomes import ExtractionReport, ListOutcome, cause_of
from extract_lambda.playlists_file import InvalidLine, NotAPlaylist
from extract_lambda.raw_zone import RawZone
from extract_lambda.spotify_api import SpotifyApi
from lake.errors import LakeError
from lake.outcomes import READ, UNAVAILABLE, OutcomeRecord, put_outcomes
from lake.run_ids import new_run_id

# Spotify's messages have named no account so far. Should one do so, the lake must not keep it
_ACCOUNT = re.compile(
    r"[^\s\"'<>()]+@[^\s\"'<>()]+|(?<=spotify:user:)[^\s\":]+|(?<=/users/)[^\s\"/]+"
)

_logger = logging.getLogger(__name__)


class RunOutcomes:
    """The outcome of every list of one extraction, reached or not.

    Call `refuse` for texts that are no playlists, `begin` before each list and `add` after it,
    `add_rest` if an exception ends the run early, and `end` once.
    """

    def __init__(
        self,
        zone: RawZone,
        api: SpotifyApi,
        history: ListHistory,
        snapshot_date: date,
        *,
        clock: Callable[[], datetime],
        on_outcome: Callable[[ListOutcome], object],
    ) -> None:
        self._zone = zone
        self._api = api
        self._history = history
        self._snapshot_date = snapshot_date
        self._clock = clock
        self._on_outcome = on_outcome
        self._run_id = new_run_id(clock())
        self._calls = api.calls
        self._begun: str | None = None
        self._refused: list[ListOutcome] = []
        self._outcomes: dict[str, ListOutcome] = {}
        self._records: list[OutcomeRecord] = []

    def refuse(self, line: InvalidLine) -> None:
        """Add a text that is not a playlist. It has no id, so it is not stored."""
        cause = cause_of(NotAPlaylist)
        self._refused.append(ListOutcome(line.text, "failed", line.sentence, cause=cause))
        self._on_outcome(self._refused[-1])

    def begin(self, playlist_id: str) -> None:
        """Note that a list is being read, until its outcome is added."""
        self._begun = playlist_id

    def add(self, outcome: ListOutcome) -> None:
        """Add the outcome of a list."""
        self._keep(outcome)
        self._on_outcome(outcome)

    def add_rest(self, error: BaseException) -> None:
        """Add the lists that have no outcome yet, because an exception ends the run.

        If a list was being read and the exception is a bug, this list has failed: the next run must
        begin with another list.
        """
        present = self._present()
        name, cause = type(error).__name__, cause_of(type(error))
        rest = [one for one in self._history.least_recently_tried() if one not in self._outcomes]
        if self._begun and isinstance(error, Exception):
            rest.remove(self._begun)
            sentence = f"playlist {self._begun} was not read, because of a bug ({name}); report it"
            calls = self._api.calls - self._calls
            self._keep(ListOutcome(self._begun, "failed", sentence, calls=calls, cause=cause))
        for playlist_id in rest:
            if playlist_id in present:
                sentence = "this date has a snapshot already; this run ended before it"
                self._keep(ListOutcome(playlist_id, "already_present", sentence))
            else:
                sentence = f"this run ended early ({name}) and did not read the list; run again"
                self._keep(ListOutcome(playlist_id, "pending", sentence, cause=cause))

    def end(self, playlist_ids: Sequence[str]) -> ExtractionReport:
        """Store the outcomes; the report has them in the order of these lists."""
        unsaved = self._store()
        has_snapshots = any(record.outcome in READ for record in self._records)
        is_changed = any(self._history.is_news(record) for record in self._records)
        return ExtractionReport(
            self._snapshot_date,
            (*self._refused, *(self._outcomes[one] for one in playlist_ids)),
            unsaved_token=self._api.unsaved_token,
            unsaved_outcomes=unsaved,
            has_news=has_snapshots or (is_changed and unsaved is None),
            newly_unavailable=tuple(
                record.playlist_id
                for record in self._records
                if record.outcome in UNAVAILABLE and self._history.was_read(record.playlist_id)
            ),
        )

    def _keep(self, outcome: ListOutcome) -> None:
        self._calls = self._api.calls
        self._begun = None
        self._outcomes[outcome.playlist_id] = outcome
        record = OutcomeRecord(
            run_id=self._run_id,
            snapshot_date=self._snapshot_date,
            playlist_id=outcome.playlist_id,
            outcome=outcome.outcome,
            reason=_impersonal(outcome.sentence, self._zone.storage.root),
            items=outcome.items,
            calls=outcome.calls,
            cause=outcome.cause,
            attempted_at=self._clock(),
        )
        self._records.append(record)

    def _present(self) -> set[str]:
        """The lists that have a snapshot of the date, as far as the lake can be read."""
        try:
            return self._zone.playlist_ids(self._snapshot_date)
        except LakeError:
            return set()

    def _store(self) -> LakeError | None:
        """Put the outcomes object; returns why that was not possible."""
        try:
            if self._records:
                put_outcomes(self._zone.storage, self._records)
        except LakeError as error:
            _logger.error("the outcomes of %s could not be stored: %s", self._snapshot_date, error)
            return error
        return None


def _impersonal(sentence: str, lake: str) -> str:
    """A sentence without the paths and names of a person; a lake may be copied to others."""
    # Without a home folder, as some containers are, it is `~` or `/`
    home = os.path.expanduser("~")  # noqa: PTH111, Path.home() raises instead
    folders = [(f"{lake}/", ""), (lake, "the lake")] + [(home, "~")] * (len(home) > 1)
    for folder, short in folders:
        sentence = sentence.replace(folder, short)
    return _ACCOUNT.sub("***", sentence)
