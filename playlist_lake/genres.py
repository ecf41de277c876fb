"""Asking for genres from this machine: who is asked for, the services, and what is printed."""

import os
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from extract_lambda.genres.api import GenreApi
from extract_lambda.genres.candidates import newest_artists
from extract_lambda.genres.fetching import GenreReport, fetch_genres
from extract_lambda.genres.settings import GenreSettings, read_contact
from extract_lambda.playlists_file import NothingFollowed, read_playlists
from extract_lambda.raw_zone import RawZone
from lake.storage import Storage
from playlist_lake.console import OnStep, counted, out, remark


def followed_artists(storage: Storage, now: datetime) -> list[str]:
    """The artists in the newest snapshots of the followed lists, by id.

    Raises PlaylistsUnreadable, StorageError.
    """
    try:
        playlists = read_playlists(storage)
    except NothingFollowed as error:
        raise NothingFollowed(
            f"{error}; playlist-lake genres --all asks for every artist of the lake"
        ) from error
    return newest_artists(RawZone(storage), playlists.ids, now.date())


def all_artists(lake: str) -> list[str]:
    """Every artist in the tables of a lake, by id, those seen last first.

    Raises what connect raises.
    """
    from playlist_lake.answers.database import connect

    rows = connect(lake).execute(
        "SELECT artist_id FROM artists GROUP BY artist_id ORDER BY max(snapshot_date) DESC, 1"
    )
    return [artist_id for (artist_id,) in rows.fetchall()]


def ask(
    artist_ids: Sequence[str], storage: Storage, clock: Callable[[], datetime], on_call: OnStep
) -> GenreReport:
    """Ask MusicBrainz and ListenBrainz, or those that the environment names instead.

    Raises NoContact, InvalidSettings, StorageError.
    """
    api = GenreApi(
        GenreSettings.from_environ(os.environ),
        read_contact(storage),
        clock=clock,
        sleep=time.sleep,
        random=random.random,
    )
    return fetch_genres(artist_ids, storage, api, clock=clock, on_call=on_call)


def print_genre_report(report: GenreReport) -> None:
    """Print how many artists have genres; what went wrong goes to stderr."""
    states = [f"{number:,} {state}" for state, number in report.states.most_common()]
    calls = (
        f"{counted(report.calls['musicbrainz'], 'call')} to MusicBrainz, "
        f"{report.calls['listenbrainz']:,} to ListenBrainz"
    )
    out.print(
        f"Genres of {counted(report.artists, 'artist')}: {', '.join(states) or 'none'} ({calls})",
        soft_wrap=True,
    )
    for sentence in report.problems:
        remark(f"warning: {sentence}", "yellow")
    if report.waiting:
        remark(f"The next run asks for {counted(report.waiting, 'artist')}.")
