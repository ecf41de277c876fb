"""`playlist-lake import`: turn saved lists into snapshots and tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from playlist_lake.commands.report import refresh_report
from playlist_lake.console import remark, steps, waiting
from playlist_lake.errors import Misuse
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption, NoBuildOption

if TYPE_CHECKING:
    from playlist_lake.building.build import Build
    from playlist_lake.importing.import_report import ImportReport
    from playlist_lake.importing.list_ids import ListIds
    from playlist_lake.importing.sources import FilesInGit, FilesOnDisk


def import_(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...",
            help="Files from Spotify's API, a backup tool or charts.spotify.com, or folders.",
        ),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
    git: Annotated[
        Path | None,
        typer.Option(
            "--git",
            metavar="REPO",
            help="Import every version of the files in a git repository; PATHs limit the files.",
        ),
    ] = None,
    snapshot_date: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Date of all files; default: the date in each name."),
    ] = None,
    playlist_id: Annotated[
        str | None, typer.Option(metavar="ID", help="List id of files that don't contain one.")
    ] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="NAME=ID", help="List id of the list with this name; may be repeated."
        ),
    ] = None,
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Replace snapshots of the same list and date."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be written, and write nothing.")
    ] = False,
    no_build: NoBuildOption = False,
) -> None:
    """Raises Misuse, ExtractError, JobError, Partial."""
    from lake.storage import open_storage
    from playlist_lake.command_results import print_results, raise_if_partial
    from playlist_lake.importing.dry_run import UnwrittenZone
    from playlist_lake.importing.importer import import_files
    from playlist_lake.importing.list_ids import ListIds, parse_maps
    from playlist_lake.lakes import new_or_existing_lake

    folder = new_or_existing_lake(lake)
    today = datetime.now(UTC).date()
    on = _date(snapshot_date, today) if snapshot_date else None
    ids = ListIds(playlist_id, parse_maps(maps or ()))
    source = _source(git, paths or [], on, ids, today)
    run = partial(
        import_files,
        snapshot_date=on,
        playlist_id=ids.playlist_id,
        ids_by_name=ids.by_name,
        refresh=refresh,
    )
    unwritten = partial(run, zone=UnwrittenZone(open_storage(folder)))
    if dry_run:
        _print_dry_run(source.import_with(unwritten, lambda *_: None))
        return
    if git and ids.by_name:
        # The import itself finds a wrong name only after it has written the whole history
        with waiting() as wait:
            wait("looking for the names of --map")
            source.import_with(unwritten, lambda *_: None)
    report, built = _imported_and_built(folder, source, run, no_build=no_build)
    print_results(lake, built, report)
    if built and built.records:
        refresh_report(lake)
    raise_if_partial(built, report)


def _imported_and_built(
    folder: Path,
    source: FilesOnDisk | FilesInGit,
    run: Callable[..., ImportReport],
    *,
    no_build: bool,
) -> tuple[ImportReport, Build | None]:
    """What the import did, and what was built of it; after an error it says what was done."""
    from extract_lambda.raw_zone import RawZone
    from lake.storage import open_storage
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.command_results import remark_import
    from playlist_lake.lakes import locked_lake

    built = report = None
    done = 0
    try:
        with locked_lake(folder) as opened, steps(1 + source.count + STEP_COUNT) as progress:
            progress.begin(f"import {source.title}")

            def on_part(name: str, count: int) -> None:
                nonlocal done
                done += count
                progress.advance(f"imported {name}", count)

            zone = RawZone(open_storage(folder))
            report = source.import_with(partial(run, zone=zone), on_part)
            remark_import(report)
            if report.dates and not no_build:
                built = build(opened, progress.begin, candidates=report.dates)
    except BaseException:
        _remark_unfinished(report, done, source.size)
        raise
    return report, built


def _print_dry_run(report: ImportReport) -> None:
    from playlist_lake.command_results import print_import, raise_if_partial, remark_import
    from playlist_lake.importing.printing import print_plan

    remark_import(report)
    print_plan(report)
    print_import(report, "Nothing written; would import")
    raise_if_partial(None, report)


def _source(
    git: Path | None,
    paths: Sequence[Path],
    on: date | None,
    ids: ListIds,
    today: date,
) -> FilesOnDisk | FilesInGit:
    from playlist_lake.importing.sources import FilesInGit, FilesOnDisk

    if git is None:
        return FilesOnDisk(paths)
    if on:
        raise Misuse("--snapshot-date does not go with --git, where each commit has its date")
    with waiting() as wait:
        wait(f"reading the history of {git}")
        return FilesInGit(git, paths, ids, today)


def _date(text: str, today: date) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError as error:
        raise Misuse(f"--snapshot-date {text} is not a date; write YYYY-MM-DD") from error
    if on > today:
        raise Misuse(
            f"--snapshot-date {on} is after today ({today} in UTC); pass the date on which the "
            "files were saved"
        )
    return on


def _remark_unfinished(report: ImportReport | None, done: int, size: str) -> None:
    """Say what was done before an error."""
    from playlist_lake.command_results import print_report

    if report:
        print_report(report)
        remark("the tables do not show all of it yet; run the same import again to build them")
    elif done:
        remark(
            f"stopped after {done:,} of {size}; run the same import again, it "
            "keeps what is imported"
        )
