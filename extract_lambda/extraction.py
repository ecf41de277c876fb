"""A run over lists: each is written to the raw zone whole, or left with a sentence why not."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from extract_lambda.answers import Forbidden, NotFound
from extract_lambda.errors import ExtractError
from extract_lambda.list_reader import ListReader, OutOfTime
from extract_lambda.outcomes import ExtractionReport, ListOutcome, Outcome, cause_of
from extract_lambda.playlists_file import InvalidLine, NotAPlaylist, playlist_id
from extract_lambda.raw_zone import AlreadyPresent, RawZone
from extract_lambda.spotify_api import SpotifyApi
from extract_lambda.throttle import Throttled
from lake.errors import BeingWritten, LakeError

# A date's schedule may come late by as long as Lambda repeats an event: 6 hours.
GRACE = timedelta(hours=30)
# Spotify's limit, by its support pages
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
    """The snapshot date is over, and Spotify serves no past list."""


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
) -> ExtractionReport:
    """Take a snapshot of each list, given by id, URI or link.

    A list that is there for that date is passed over without a call, or replaced with `refresh`.
    `clock` gives the time in UTC, `time_left` the seconds until the run is cut off. `invalid`
    lines of playlists.txt count as failed. `on_outcome` is called after each list.

    Raises TooLate and TooEarly before anything else; what befalls one list is its outcome.
    """
    check_snapshot_date(snapshot_date, clock())
    reader = ListReader(zone, api, snapshot_date, clock=clock, refresh=refresh, time_left=time_left)
    outcomes = []

    def add(outcome: ListOutcome) -> None:
        outcomes.append(outcome)
        on_outcome(outcome)

    for line in invalid:
        add(ListOutcome(line.text, "failed", line.sentence, cause=cause_of(NotAPlaylist)))
    for playlist in _each_once(playlists):
        add(_extract(playlist, reader, api))
    return ExtractionReport(snapshot_date, tuple(outcomes), api.unsaved_token)


def check_snapshot_date(snapshot_date: date, now: datetime) -> None:
    """Raise TooLate or TooEarly unless a list read now may stand for that date."""
    begin = datetime.combine(snapshot_date, time(), UTC)
    end = begin + GRACE
    if now >= end:
        raise TooLate(
            f"the snapshot date {snapshot_date} was over at {end:%Y-%m-%d %H:%M} UTC (too_late), "
            "since Spotify serves only the present lists; extract today's, or import that date "
            "from saved responses"
        )
    if now < begin:
        raise TooEarly(
            f"the snapshot date {snapshot_date} has not begun at {now:%Y-%m-%d %H:%M} UTC; "
            "extract today's"
        )


def _each_once(playlists: Iterable[str]) -> dict[str, None]:
    """The lists' ids in their order, and what names no list as it stands."""
    found: dict[str, None] = {}
    for playlist in playlists:
        try:
            found[playlist_id(playlist)] = None
        except NotAPlaylist:
            found[playlist] = None
    return found


def _extract(playlist: str, reader: ListReader, api: SpotifyApi) -> ListOutcome:
    calls_before = api.calls
    try:
        items = reader.read(playlist_id(playlist))
    except (ExtractError, LakeError) as error:
        return ListOutcome(
            playlist,
            _OUTCOMES.get(type(error), "failed"),
            str(error),
            calls=api.calls - calls_before,
            cause=cause_of(type(error)),
        )
    return ListOutcome(
        playlist, "extracted", _described(playlist, items), items, api.calls - calls_before
    )


def _described(playlist: str, items: int) -> str:
    if items == 0:
        return f"playlist {playlist} was read and is empty"
    if items > ITEM_LIMIT:
        return (
            f"playlist {playlist} was read whole: {items:,} items, more than the {ITEM_LIMIT:,} "
            "that Spotify lets a list have"
        )
    return f"playlist {playlist} was read whole: {items:,} item{'s' if items > 1 else ''}"
