"""An extraction: every list is written to the raw zone completely, or its outcome says why not."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from extract_lambda.errors import ExtractError
from extract_lambda.history import ListHistory
from extract_lambda.list_reader import ListReader, OutOfTime
from extract_lambda.outcomes import ExtractionReport, ListOutcome, cause_of
from extract_lambda.pages import Reading
from extract_lambda.personal_data import dropped_keys_text
from extract_lambda.playlists_file import (
    MAX_QUOTE_LENGTH,
    InvalidLine,
    NotAPlaylist,
    playlist_id,
)
from extract_lambda.raw_zone import AlreadyPresent, RawZone
from extract_lambda.responses import Forbidden, NotFound
from extract_lambda.run_outcomes import RunOutcomes
from extract_lambda.spotify_api import SpotifyApi
from extract_lambda.throttle import Throttled
from lake.errors import BeingWritten, LakeError
from lake.outcomes import Outcome
from lake.raw_format import LIKED_SONGS

# A scheduled event may come late: Lambda retries it for 6 hours
GRACE = timedelta(hours=30)
# According to Spotify's support pages; Liked Songs have no limit
ITEM_LIMIT = 10_000

_OUTCOMES: dict[type[Exception], Outcome] = {
    AlreadyPresent: "already_present",
    BeingWritten: "pending",
    Forbidden: "forbidden",
    NotFound: "not_found",
    OutOfTime: "pending",
    Throttled: "throttled",
}


class TooLate(ExtractError):
    """The snapshot date is over; Spotify serves only the current lists."""


class TooEarly(ExtractError):
    """The snapshot date has not begun."""


def extract_playlists(
    playlists: Iterable[str],
    zone: RawZone,
    api: SpotifyApi,
    *,
    snapshot_date: date,
    clock: Callable[[], datetime],
    refresh: bool = False,
    time_left: Callable[[], float] | None = None,
    invalid: Sequence[InvalidLine] = (),
    on_outcome: Callable[[ListOutcome], object] = lambda _: None,
    on_end: Callable[[ExtractionReport], object] = lambda _: None,
) -> ExtractionReport:
    """Take a snapshot of each list, given by id, URI or link, and store the outcomes.

    A list that has a snapshot of that date is skipped without a call; with `refresh` it is read
    again and replaced. `clock` gives the time in UTC, `time_left` the seconds until the run is
    killed. `invalid` lines of playlists.txt count as failed. `on_outcome` is called after each
    list, and `on_end` once, also when an exception ends the run: the lists that were not reached
    are pending then.

    Raises TooLate and TooEarly before anything else. An error of one list is its outcome.
    """
    check_snapshot_date(snapshot_date, clock())
    ids, refused = _each_once(playlists)
    history = ListHistory(zone, ids, snapshot_date)
    reader = ListReader(
        zone, api, history, snapshot_date, clock=clock, refresh=refresh, time_left=time_left
    )
    run = RunOutcomes(zone, api, history, snapshot_date, clock=clock, on_outcome=on_outcome)
    try:
        for line in (*invalid, *refused):
            run.refuse(line)
        for playlist in history.least_recently_tried():
            run.begin(playlist)
            run.add(_extract(playlist, reader, api))
    except BaseException as error:
        run.add_rest(error)
        raise
    finally:
        report = run.end(ids)
        on_end(report)
    return report


def check_snapshot_date(snapshot_date: date, now: datetime) -> None:
    """Raise TooLate or TooEarly unless a list read now counts for that date."""
    begin = datetime.combine(snapshot_date, time(), UTC)
    if now < begin:
        raise TooEarly(
            f"the snapshot date {snapshot_date} has not begun at {now:%Y-%m-%d %H:%M} UTC; "
            "extract today's"
        )
    end = begin + GRACE
    if now >= end:
        raise TooLate(
            f"the snapshot date {snapshot_date} could be extracted until {end:%Y-%m-%d %H:%M} UTC "
            "(too_late), because Spotify serves only the current lists; extract today's, or import "
            "that date from saved responses"
        )


def _each_once(playlists: Iterable[str]) -> tuple[list[str], list[InvalidLine]]:
    """The ids in order, each once, and the texts that are no playlists."""
    ids: dict[str, None] = {}
    refused: dict[str, InvalidLine] = {}
    for text in playlists:
        try:
            ids[playlist_id(text)] = None
        except NotAPlaylist as error:
            refused[text] = InvalidLine(text[:MAX_QUOTE_LENGTH], str(error))
    return list(ids), list(refused.values())


def _extract(playlist: str, reader: ListReader, api: SpotifyApi) -> ListOutcome:
    calls_before = api.calls
    try:
        reading = reader.read(playlist)
    except (ExtractError, LakeError) as error:
        return ListOutcome(
            playlist,
            _OUTCOMES.get(type(error), "failed"),
            str(error),
            calls=api.calls - calls_before,
            cause=cause_of(type(error)),
        )
    sentence = _sentence(playlist, reading)
    if reader.dropped_keys:
        sentence += f"; {dropped_keys_text(reader.dropped_keys)}"
    outcome: Outcome = "extracted" if reading.is_complete else "incomplete"
    return ListOutcome(playlist, outcome, sentence, reading.items, api.calls - calls_before)


def _sentence(playlist: str, reading: Reading) -> str:
    items = reading.items
    if not reading.is_complete:
        return (
            f"playlist {playlist} was read incompletely: Spotify lists {reading.total:,} items and "
            f"leaves {reading.total - items:,} out"
        )
    if items == 0:
        return f"playlist {playlist} was read and is empty"
    if items > ITEM_LIMIT and playlist != LIKED_SONGS:
        return (
            f"playlist {playlist} was read completely: {items:,} items, more than "
            f"Spotify's limit of {ITEM_LIMIT:,}"
        )
    return f"playlist {playlist} was read completely: {items:,} item{'s' if items > 1 else ''}"
