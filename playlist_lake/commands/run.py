"""`playlist-lake run`: take today's snapshots and build the tables, with genres if asked for."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from playlist_lake.commands.report import print_nothing_new, report
from playlist_lake.console import Steps, counted, remark, steps
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption, NoBuildOption, RefreshOption

if TYPE_CHECKING:
    from extract_lambda.genres.fetching import GenreReport
    from playlist_lake.building.build import Build
    from playlist_lake.spotify.extracting import Extraction


def run(
    lake: LakeOption = DEFAULT_LAKE,
    refresh: RefreshOption = False,
    no_build: NoBuildOption = False,
    genres: Annotated[
        bool, typer.Option("--genres", help="Also ask for the genres of artists, at the end.")
    ] = False,
) -> None:
    """Raises NoCredentials, ExtractError, JobError, Partial, ListsUnavailable."""
    from extract_lambda.raw_zone import RawZone
    from jobs.dates import raw_dates
    from lake.storage import open_storage
    from playlist_lake.answers.table_files import EmptyLake
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.command_results import print_report, print_results, raise_if_partial
    from playlist_lake.commands.extract import take_snapshots
    from playlist_lake.genres import print_genre_report
    from playlist_lake.lakes import locked_lake, new_or_existing_lake
    from playlist_lake.spotify import extracting
    from playlist_lake.spotify.client import utc_now

    folder = new_or_existing_lake(lake)
    storage = open_storage(folder)
    zone = RawZone(storage)
    prepared = extracting.prepare(storage, utc_now)
    ids = prepared.playlists.ids
    extracting.remark_missed(
        extracting.missed_dates(zone, ids, raw_dates(storage), utc_now().date())
    )
    built = extraction = asked = None
    try:
        with steps(1 + len(ids) + STEP_COUNT + genres) as progress:
            extraction = take_snapshots(prepared, zone, refresh, progress)
            if not no_build:
                # An extraction needs no lock: it puts each snapshot in one step
                with locked_lake(folder) as opened:
                    built = build(opened, progress.begin)
            if genres:
                asked = _add_genres(folder, built, progress)
    except BaseException:
        if extraction:
            print_report(extraction)
        raise
    if built and extraction.is_nothing_new and not (built.records or asked):
        print_nothing_new(_nothing_new(extraction), lake)
        return
    print_results(lake, built, extraction)
    if asked:
        print_genre_report(asked)
    if built:
        # If every snapshot was refused, a new lake still has no tables
        with suppress(EmptyLake):
            report(lake)
    raise_if_partial(built, extraction)


def _nothing_new(extraction: Extraction) -> str:
    lists = counted(len(extraction.report.outcomes), "list")
    on = extraction.report.snapshot_date
    return f"Nothing new: {lists} had a snapshot of {on}, and the tables are up to date."


def _add_genres(folder: Path, built: Build | None, progress: Steps) -> GenreReport | None:
    """Ask for genres, and build their tables if `built` says that the others are built.

    Snapshots and the other tables are finished by then. Whatever goes wrong is a warning.
    """
    from extract_lambda.errors import ExtractError
    from jobs.errors import JobError
    from jobs.genres import build_genres
    from lake.errors import LakeError
    from lake.storage import open_storage
    from playlist_lake.errors import CommandError
    from playlist_lake.genres import ask, followed_artists
    from playlist_lake.lakes import locked_lake
    from playlist_lake.spotify.client import utc_now, warnings_printed

    progress.begin("ask for genres")
    asked = None
    try:
        storage = open_storage(folder)
        with warnings_printed():
            asked = ask(followed_artists(storage, utc_now()), storage, utc_now, lambda _: None)
        if built and asked.answers:
            with locked_lake(folder) as opened:
                if record := build_genres(opened.next_run()):
                    built.records.append(record)
    except (ExtractError, LakeError, JobError, CommandError) as error:
        remark(f"warning: genres were not added: {error}", "yellow")
    return asked
