"""The demo's snapshots and genres: 30 simulated days of three lists, read as from the real APIs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from extract_lambda.genres.index import INDEX_KEY
from lake.raw_format import RAW_FOLDER, is_raw_key, raw_key
from lake.storage import Storage, open_storage
from playlist_lake.errors import CommandError, Misuse
from simulator.world.catalogue import Generation, SimulatedCatalogue

if TYPE_CHECKING:
    from simulator.spotify import SimulatedSpotify

# The last date is fixed, so that every run of the demo gives the same rows
DATES = tuple(date(2026, 10, 31) - timedelta(days=days) for days in reversed(range(30)))

_SCHEDULE = time(6, 0, tzinfo=UTC)
_TICK = timedelta(milliseconds=120)


class NoDemoLake(Misuse):
    """The lake has snapshots that are not the demo's."""


class DemoFailed(CommandError):
    """A simulated list could not be extracted."""


def write_demo(folder: Path, dates: Sequence[date], on_date: Callable[[date], object]) -> None:
    """Extract the simulated lists of these dates; skip those that the raw zone already has.

    Calls `on_date` after each date. Raises NoDemoLake before it writes anything, and DemoFailed.
    """
    # Like the imports of _extract not at the top: a demo that is already built starts without them
    from simulator.spotify import SimulatedSpotify

    catalogue = SimulatedCatalogue()
    storage = open_storage(folder)
    _refuse_other_lake(storage, dates, catalogue)
    clock = _Clock(dates[0])
    with SimulatedSpotify(catalogue=catalogue, clock=clock.now) as spotify:
        for number, on in enumerate(dates):
            spotify.generation = _generation(number)
            clock.set(on)
            _extract(storage, spotify, on, clock)
            on_date(on)


def write_demo_genres(folder: Path, on: date) -> None:
    """Ask the simulated MusicBrainz and ListenBrainz on a date, about the artists on the lists.

    Raises DemoFailed.
    """
    from extract_lambda.genres.api import GenreApi
    from extract_lambda.genres.candidates import newest_artists
    from extract_lambda.genres.fetching import fetch_genres
    from extract_lambda.genres.settings import GenreSettings
    from extract_lambda.raw_zone import RawZone
    from simulator.listenbrainz import SimulatedListenBrainz
    from simulator.musicbrainz import SimulatedMusicBrainz
    from simulator.world.genres import invented_directory

    catalogue, storage, clock = SimulatedCatalogue(), open_storage(folder), _Clock(on)
    directory = invented_directory(catalogue.artists)
    artists = newest_artists(RawZone(storage), catalogue.playlist_ids, on)
    with (
        SimulatedMusicBrainz(directory, clock.now) as musicbrainz,
        SimulatedListenBrainz(directory, clock.now) as listenbrainz,
    ):
        api = GenreApi(
            GenreSettings(musicbrainz.url, listenbrainz.url),
            "https://playlist-lake.example/demo",
            clock=clock,
            sleep=clock.advance,
            random=lambda: 0.5,
        )
        report = fetch_genres(artists, storage, api, clock=clock)
    if report.problems:
        raise DemoFailed(f"the simulated genres could not be read: {report.problems[-1]}")


def is_written(folder: Path, dates: Sequence[date]) -> bool:
    """Whether the lake has genres, and every list on these dates; raises NoDemoLake."""
    catalogue = SimulatedCatalogue()
    storage = open_storage(folder)
    _refuse_other_lake(storage, dates, catalogue)
    return all(storage.exists(key) for key in (INDEX_KEY, *_keys(dates, catalogue)))


def _generation(number: int) -> Generation:
    """The payload generation of a day: the first two dates have the older generations."""
    # Only one date each: their payloads are large and slow to extract
    older: Sequence[Generation] = ("legacy", "transitional")
    return older[number] if number < len(older) else "2026"


def _extract(storage: Storage, spotify: SimulatedSpotify, on: date, clock: _Clock) -> None:
    from extract_lambda.credentials import ENVIRONMENT, EnvironmentStore
    from extract_lambda.extraction import extract_playlists
    from extract_lambda.raw_zone import RawZone
    from extract_lambda.settings import ApiSettings
    from playlist_lake.spotify.client import open_api

    credentials = spotify.credentials._asdict()
    api = open_api(
        ApiSettings(api_url=spotify.api_url, token_url=f"{spotify.accounts_url}/api/token"),
        EnvironmentStore({name: credentials[key] for key, name in ENVIRONMENT.items()}),
        storage,
        clock,
    )
    report = extract_playlists(
        spotify.playlist_ids, RawZone(storage), api, snapshot_date=on, clock=clock
    )
    for one in report.outcomes:
        if one.outcome not in ("extracted", "already_present"):
            raise DemoFailed(f"the simulated snapshots of {on} could not be taken: {one.sentence}")


class _Clock:
    """A simulated clock: every call moves it forward by _TICK."""

    def __init__(self, on: date) -> None:
        self.set(on)

    def set(self, on: date) -> None:
        """Set it to the time of a scheduled run on a date."""
        self._now = datetime.combine(on, _SCHEDULE)

    def advance(self, seconds: float) -> None:
        """Wait."""
        self._now += timedelta(seconds=seconds)

    def now(self) -> datetime:
        return self._now

    def __call__(self) -> datetime:
        self._now += _TICK
        return self._now


def _refuse_other_lake(
    storage: Storage, dates: Sequence[date], catalogue: SimulatedCatalogue
) -> None:
    keys = _keys(dates, catalogue)
    for key in (stored.key for stored in storage.list_objects(RAW_FOLDER)):
        if is_raw_key(key) and key not in keys:
            raise NoDemoLake(
                f"{storage.root} has snapshots that are not the demo's, such as {key}; name "
                "another folder with --lake, so that simulated and real data stay apart"
            )


def _keys(dates: Sequence[date], catalogue: SimulatedCatalogue) -> set[str]:
    return {raw_key(on, playlist_id) for on in dates for playlist_id in catalogue.playlist_ids}
