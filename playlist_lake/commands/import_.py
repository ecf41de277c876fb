"""`playlist-lake import`: turn saved responses into snapshots and tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
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
            help="Files from Spotify's API, a backup tool or charts.spotify.com.",
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
    refresh: Annotated[
        bool,
        typer.Option("--refresh", help="Replace snapshots of the same list and date."),
    ] = False,
    no_build: NoBuildOption = False,
) -> None:
    """Raises Misuse, ExtractError, JobError, Partial."""
    from extract_lambda.raw_zone import RawZone
    from lake.storage import open_storage
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.command_results import print_results, raise_if_partial, remark_import
    from playlist_lake.importing.files import file_on_disk
    from playlist_lake.importing.importer import import_files
    from playlist_lake.lakes import locked_lake, new_or_existing_lake

    folder = new_or_existing_lake(lake)
    on = _date(snapshot_date, datetime.now(UTC).date()) if snapshot_date else None
    if not any(path.exists() for path in paths):
        # Locking would make a lake out of a mistyped name
        more = f" and {counted(len(paths) - 1, 'other file')}" if paths[1:] else ""
        raise Misuse(f"{paths[0]}{more} cannot be found; check the name")
    built = report = None
    done: list[ImportFile] = []
    try:
        with locked_lake(folder) as opened, steps(1 + len(paths) + STEP_COUNT) as progress:
            progress.begin(f"import {counted(len(paths), 'file')}")

            def on_file(file: ImportFile) -> None:
                done.append(file)
                progress.advance(f"imported {file.name}")

            report = import_files(
                [file_on_disk(path) for path in paths],
                RawZone(open_storage(folder)),
                snapshot_date=on,
                playlist_id=playlist_id,
                refresh=refresh,
                progress=on_file,
            )
            remark_import(report)
            if report.dates and not no_build:
                built = build(opened, progress.begin, candidates=report.dates)
    except BaseException:
        _remark_unfinished(report, len(done), len(paths))
        raise
    print_results(lake, built, report)
    raise_if_partial(built, report)


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
