"""Taking snapshots of the followed lists from this machine."""

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from extract_lambda.credentials import MissingCredentials, find_store
from extract_lambda.extraction import extract_playlists
from extract_lambda.outcomes import FAILURES, ExtractionReport, ListOutcome
from extract_lambda.playlists_file import Playlists, read_playlists
from extract_lambda.raw_zone import RawZone
from extract_lambda.settings import settings_from
from extract_lambda.spotify_api import SpotifyApi
from lake.outcomes import UNAVAILABLE
from lake.storage import Storage
from playlist_lake.console import counted, out, remark, shown
from playlist_lake.errors import CommandError
from playlist_lake.spotify.client import open_api
from playlist_lake.spotify.problems import ListProblem, remark_problems

_PRESENT = ("extracted", "already_present")
# These need no action; the other outcomes need another run or a fix
_STYLES = {"incomplete": "yellow", "not_found": "yellow", "forbidden": "yellow"}


class NoCredentials(CommandError):
    """There is no login, so no list can be read."""


class Prepared(NamedTuple):
    """What an extraction needs: the followed lists, and a client that is logged in."""

    playlists: Playlists
    api: SpotifyApi


class Extraction(NamedTuple):
    """The followed lists and their outcomes."""

    playlists: Playlists
    report: ExtractionReport

    @property
    def failure(self) -> str | None:
        """What was not done, so that another run or a fix is needed; None if all was done."""
        if any(one.outcome in (*FAILURES, "throttled") for one in self.report.outcomes):
            return "some lists were not extracted"
        if self.report.unsaved_outcomes:
            return "the outcomes of the lists could not be stored"
        if self.report.unsaved_token:
            return "the new refresh token could not be stored"
        return None

    @property
    def is_nothing_new(self) -> bool:
        """Whether the lake already had today's snapshot of every list."""
        outcomes = {one.outcome for one in self.report.outcomes}
        return outcomes == {"already_present"} and not self.failure

    @property
    def has_unavailable(self) -> bool:
        """Whether Spotify does not serve one of the lists."""
        return any(one.outcome in UNAVAILABLE for one in self.report.outcomes)


def prepare(storage: Storage, clock: Callable[[], datetime]) -> Prepared:
    """Read the login and the lake's playlists.txt, without a call to Spotify.

    Raises NoCredentials, ExtractError and LakeError.
    """
    try:
        store = find_store()
    except MissingCredentials as error:
        raise NoCredentials(
            f"{error}; without a login, playlist-lake import reads saved responses, and "
            "playlist-lake demo shows simulated lists"
        ) from error
    # Fails once here instead of once per list
    store.load()
    api = open_api(settings_from(os.environ), store, storage, clock)
    return Prepared(read_playlists(storage), api)


def extract(
    prepared: Prepared,
    zone: RawZone,
    *,
    clock: Callable[[], datetime],
    refresh: bool,
    on_outcome: Callable[[ListOutcome], object],
) -> Extraction:
    """Take today's snapshot (UTC) of every followed list; the report has an outcome for each."""
    playlists, api = prepared
    report = extract_playlists(
        playlists.ids,
        zone,
        api,
        snapshot_date=clock().date(),
        clock=clock,
        refresh=refresh,
        invalid=playlists.invalid,
        on_outcome=on_outcome,
    )
    return Extraction(playlists, report)


def missed_dates(
    zone: RawZone, playlist_ids: Collection[str], raw_dates: Iterable[date], today: date
) -> list[date]:
    """The dates between the last snapshot of any of these lists and today.

    `raw_dates` are the dates in the raw zone.
    """
    for last in sorted(raw_dates, reverse=True):
        if any(zone.has(last, one) for one in playlist_ids):
            return [last + timedelta(days=days) for days in range(1, (today - last).days)]
    return []


def print_extraction(extraction: Extraction) -> None:
    """Print the number of lists per outcome, and a line for each list that has a snapshot."""
    report = extraction.report
    counts = [f"{number} {outcome}" for outcome, number in report.counts.items() if number]
    items = sum(one.items or 0 for one in report.outcomes)
    calls = sum(one.calls for one in report.outcomes)
    out.print(
        f"Snapshots of {report.snapshot_date}: {', '.join(counts)} "
        f"({counted(items, 'item')}, {counted(calls, 'call')})",
        soft_wrap=True,
    )
    for one in report.outcomes:
        if one.outcome in _PRESENT:
            out.print(shown(f"{one.outcome}: {one.sentence}"), soft_wrap=True)


def remark_extraction(extraction: Extraction) -> None:
    """Print the lists that were not read completely to stderr, a line for each reason."""
    for sentence in extraction.playlists.duplicates:
        remark(f"warning: {sentence}", "yellow")
    remark_problems(
        ListProblem(one.playlist_id, one.outcome, one.sentence, _STYLES.get(one.outcome, "red"))
        for one in extraction.report.outcomes
        if one.outcome not in _PRESENT
    )


def remark_missed(missed: Sequence[date]) -> None:
    """Print the missed dates to stderr, if there are any."""
    if missed:
        first, last = missed[0], missed[-1]
        dates = f"on {first}" if first == last else f"from {first} to {last}"
        remark(
            f"missed: no snapshot was taken {dates}; Spotify serves only the current list, but "
            "playlist-lake import reads saved responses",
            "yellow",
        )
