"""Reads all pages of one version of a list, and writes them to the raw zone.

A doubtful answer is asked again before it is stored: see docs/decisions/0009-doubtful-answers.md.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from math import inf

from extract_lambda.errors import ExtractError
from extract_lambda.history import ListHistory
from extract_lambda.list_heads import read_head, read_version
from extract_lambda.pages import ContradictoryPage, Reading, items_of
from extract_lambda.raw_zone import RawZone
from extract_lambda.responses import Forbidden, NotFound
from extract_lambda.retries import CALL_MAX_S
from extract_lambda.snapshot_draft import SnapshotDraft
from extract_lambda.spotify_api import SpotifyApi

MAX_REREADS = 3
PAUSE_S = 3.0
"""The wait before a surprising answer is asked for once more."""


class ListChanged(ExtractError):
    """The list changed during the last possible reading."""


class AnswersDisagree(ExtractError):
    """Spotify's answers about the list contradict each other in the last possible reading."""


class OutOfTime(ExtractError):
    """The run is about to be killed."""


class ListReader:
    """Reads lists for one snapshot date.

    `clock` gives the time in UTC, `time_left` the seconds until the run is killed.
    """

    def __init__(
        self,
        zone: RawZone,
        api: SpotifyApi,
        history: ListHistory,
        snapshot_date: date,
        *,
        clock: Callable[[], datetime],
        refresh: bool,
        time_left: Callable[[], float] | None,
    ) -> None:
        self._zone = zone
        self._api = api
        self._history = history
        self._snapshot_date = snapshot_date
        self._clock = clock
        self._refresh = refresh
        self._time_left = time_left or (lambda: inf)
        self.dropped_keys = Counter[str]()
        """The unknown keys that were dropped from the last list that was read."""

    def read(self, playlist_id: str) -> Reading:
        """Write a list to the raw zone, in up to 4 readings.

        Raises AlreadyPresent before any call, ListChanged, AnswersDisagree, OutOfTime,
        ApiError, LakeError.
        """
        doubts: list[_Doubt] = []
        while True:
            try:
                return self._read_once(playlist_id, doubts)
            except _Doubt as doubt:
                doubts.append(doubt)
            last = doubts[-1]
            if len(doubts) > MAX_REREADS:
                raise last.error
            if last.surprise and not self._api.pause(PAUSE_S):
                raise OutOfTime(
                    f"playlist {playlist_id} was not stored, because {last.surprise}, and this run "
                    "has no time to ask again; run again"
                )

    def _read_once(self, playlist_id: str, doubts: "list[_Doubt]") -> Reading:
        try:
            return self._write(playlist_id, doubts)
        except ContradictoryPage as error:
            raise _disagreement(playlist_id, str(error)) from error
        except (NotFound, Forbidden) as error:
            is_second = any(isinstance(one.error, NotFound | Forbidden) for one in doubts)
            if is_second or not self._history.was_read(playlist_id):
                raise
            raise _Doubt(error, surprise="Spotify no longer serves it") from error

    def _write(self, playlist_id: str, doubts: "list[_Doubt]") -> Reading:
        with self._zone.draft(
            self._snapshot_date, playlist_id, source=self._api.host, replace=self._refresh
        ) as draft:
            self._check_time(playlist_id)
            playlist, first = read_head(self._api, playlist_id)
            draft.playlist(playlist, self._clock())
            reading = Reading(playlist)
            self._copy_pages(playlist_id, draft, reading)
            # The last one whose pages agree; refusals and contradictions may have come after it
            before = next((one for one in reversed(doubts) if one.reading), None)
            self._check_size(playlist_id, reading, before)
            # An empty list is one response, so it cannot mix two versions
            is_empty = reading.total == 0 and reading.stated_total == 0
            last = first if is_empty else read_version(self._api, playlist_id)
            _check_repeated(playlist_id, reading, before, is_changed=first != last)
            draft.end(reading.total, last.snapshot_id, self._clock())
        self.dropped_keys = draft.dropped_keys
        return reading

    def _copy_pages(self, playlist_id: str, draft: SnapshotDraft, reading: Reading) -> None:
        for page in self._api.pages(items_of(playlist_id)):
            draft.page(page.offset, page.body, self._clock())
            reading.add(page)
            if page.body.get("next"):
                self._check_time(playlist_id)
        reading.finish()

    def _check_size(self, playlist_id: str, reading: Reading, before: "_Doubt | None") -> None:
        """Raise _Doubt for a list that became empty, or less than half, since its last snapshot.

        It counts if the same was said of the reading before whose pages agree.
        """
        last = self._history.last_item_count(playlist_id)
        if 2 * reading.items >= (1 if last is None else last) or (before and before.surprise):
            return
        surprise = f"{reading.items} items came"
        if last is not None:
            surprise += f", less than half of the {last} in its last snapshot"
        raise _disagreement(playlist_id, surprise, reading, surprise)

    def _check_time(self, playlist_id: str) -> None:
        if self._time_left() < CALL_MAX_S:
            raise OutOfTime(
                f"playlist {playlist_id} was not read to its end, because this run is almost out "
                "of time; run again"
            )


class _Doubt(Exception):
    """A reading that must not be kept yet.

    `error` is raised if it was the last possible one. `reading` is there if its pages agree.
    `surprise` says why the next reading waits a little; None if it does not wait.
    """

    def __init__(
        self, error: ExtractError, reading: Reading | None = None, surprise: str | None = None
    ) -> None:
        self.error = error
        self.reading = reading
        self.surprise = surprise


def _disagreement(
    playlist_id: str, how: str, reading: Reading | None = None, surprise: str | None = None
) -> _Doubt:
    error = AnswersDisagree(
        f"Spotify's answers about playlist {playlist_id} do not agree after {1 + MAX_REREADS} "
        f"readings: {how}; nothing was stored, run again later"
    )
    return _Doubt(error, reading, surprise)


def _check_repeated(
    playlist_id: str, reading: Reading, before: _Doubt | None, *, is_changed: bool
) -> None:
    """Raise _Doubt for a list that changed or lacks items, unless the reading before is equal."""
    if before and before.reading and before.reading.digest == reading.digest:
        # Some lists get a new snapshot id with every request
        # https://github.com/spotify/web-api/issues/858
        return
    if is_changed:
        raise _Doubt(
            ListChanged(
                f"playlist {playlist_id} was read {1 + MAX_REREADS} times and changed during the "
                "last reading; nothing was stored, run again later"
            ),
            reading,
        )
    if not reading.is_complete:
        how = (
            f"the last reading has {reading.items} of {reading.total} items, and the reading "
            "before is not equal"
        )
        raise _disagreement(playlist_id, how, reading)
