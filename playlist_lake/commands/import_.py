"""`playlist-lake import`: turn saved lists into snapshots and tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from playlist_lake.console import counted, remark, steps
from playlist_lake.errors import Misuse
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption, NoBuildOption

if TYPE_CHECKING:
    from playlist_lake.importing.files import ImportFile
    from playlist_lake.importing.import_report import ImportReport


def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Files from Spotify's API, a backup tool or charts.spotify.com, or folders.",
        ),
    ],
    lake: LakeOption = DEFAULT_LAKE,
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
    from extract_lambda.raw_zone import RawZone
    from lake.storage import open_storage
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.command_results import print_results, raise_if_partial, remark_import
    from playlist_lake.importing.dry_run import UnwrittenZone
    from playlist_lake.importing.folders import files_at
    from playlist_lake.importing.importer import import_files
    from playlist_lake.importing.list_ids import parse_maps
    from playlist_lake.lakes import locked_lake, new_or_existing_lake

    folder = new_or_existing_lake(lake)
    on = _date(snapshot_date, datetime.now(UTC).date()) if snapshot_date else None
    if not any(path.exists() for path in paths):
        # Locking would make a lake out of a mistyped name
        more = f" and {counted(len(paths) - 1, 'other file')}" if paths[1:] else ""
        raise Misuse(f"{paths[0]}{more} cannot be found; check the name")
    files = files_at(paths)
    if not files:
        raise Misuse(f"{paths[0]} has no files to import")
    run = partial(
        import_files,
        snapshot_date=on,
        playlist_id=playlist_id,
        ids_by_name=parse_maps(maps or ()),
        refresh=refresh,
    )
    if dry_run:
        _print_dry_run(run(files, UnwrittenZone(open_storage(folder))))
        return
    built = report = None
    done: list[ImportFile] = []
    try:
        with locked_lake(folder) as opened, steps(1 + len(files) + STEP_COUNT) as progress:
            progress.begin(f"import {counted(len(files), 'file')}")

            def on_file(file: ImportFile) -> None:
                done.append(file)
                progress.advance(f"imported {file.name}")

            report = run(files, RawZone(open_storage(folder)), progress=on_file)
            remark_import(report)
            if report.dates and not no_build:
                built = build(opened, progress.begin, candidates=report.dates)
    except BaseException:
        _remark_unfinished(report, len(done), len(files))
        raise
    print_results(lake, built, report)
    raise_if_partial(built, report)


def _print_dry_run(report: ImportReport) -> None:
    from playlist_lake.command_results import print_import, raise_if_partial, remark_import
    from playlist_lake.importing.printing import print_plan

    remark_import(report)
    print_plan(report)
    print_import(report, "Nothing written; would import")
    raise_if_partial(None, report)


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


def _remark_unfinished(report: ImportReport | None, done: int, files: int) -> None:
    """Say what was done before an error."""
    from playlist_lake.command_results import print_report

    if report:
        print_report(report)
        remark("the tables do not show all of it yet; run the same import again to build them")
    elif done:
        remark(
            f"stopped after {done} of {counted(files, 'file')}; run the same import again, it "
            "keeps what is imported"
        )
