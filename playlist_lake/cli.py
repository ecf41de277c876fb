"""The command line: `playlist-lake COMMAND`, one function per command."""

import logging
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from extract_lambda.raw_zone import open_raw_zone
from jobs import retention
from jobs.dates import built_dates, raw_dates
from jobs.options import JobOptions, snapshot_dates
from lake.storage import open_storage
from playlist_lake import outcome
from playlist_lake.building.build import STEP_COUNT, build, plan_changed_dates
from playlist_lake.commands import answers as query_commands
from playlist_lake.commands import spotify as spotify_commands
from playlist_lake.commands.answers import REPORT
from playlist_lake.console import counted, err, out, remark, shown, steps
from playlist_lake.demo import DATES, write_demo
from playlist_lake.errors import CommandError, Misuse
from playlist_lake.failures import INTERRUPTED, explained
from playlist_lake.importing.importer import import_files
from playlist_lake.lakes import existing_lake, new_or_existing_lake
from playlist_lake.parameters import Lake, NoBuild

_DEBUG = "--debug"

app = typer.Typer(
    help="The history of your Spotify playlists, in tables.",
    epilog=f"{_DEBUG}, anywhere in a command, shows the traceback of an error.",
    no_args_is_help=True,
    add_completion=False,
)


class NoSnapshots(CommandError):
    """The raw zone has none of the dates asked for."""


@app.command()
def demo(lake: Lake = "demo-lake", no_build: NoBuild = False) -> None:
    """Turn 30 simulated days of three lists into tables."""
    folder = new_or_existing_lake(lake)
    built = None
    with steps(1 + len(DATES) + STEP_COUNT) as progress:
        progress.begin(f"simulate {len(DATES)} days")
        write_demo(folder, DATES, lambda on: progress.advance(f"simulated {on}"))
        if not no_build:
            built = build(folder, progress.begin, plan=plan_changed_dates(folder, DATES))
    outcome.show(lake, built)
    outcome.refuse_partial(built)
    if built:
        query_commands.report(lake)


for _command in (
    spotify_commands.login,
    spotify_commands.follow,
    spotify_commands.run,
    spotify_commands.extract,
):
    app.command()(_command)


@app.command("import")
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...", help="Files with what Spotify's API or a backup tool saved."
        ),
    ],
    lake: Lake = "lake",
    snapshot_date: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Date of all the files; else it is in their names."),
    ] = None,
    playlist_id: Annotated[
        str | None, typer.Option(metavar="ID", help="List of the files that don't name theirs.")
    ] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Replace what is there of the same list and date.")
    ] = False,
    no_build: NoBuild = False,
) -> None:
    """Bring saved responses of Spotify's API into the lake, and build their dates."""
    folder = new_or_existing_lake(lake)
    on = _date(snapshot_date) if snapshot_date else None
    built = None
    with steps(1 + len(paths) + STEP_COUNT) as progress:
        progress.begin(f"import {counted(len(paths), 'file')}")
        report = import_files(
            paths,
            open_raw_zone(folder),
            snapshot_date=on,
            playlist_id=playlist_id,
            refresh=refresh,
            progress=lambda path: progress.advance(f"imported {path.name}"),
        )
        outcome.remark_import(report)
        if report.dates and not no_build:
            built = build(folder, progress.begin, plan=plan_changed_dates(folder, report.dates))
    outcome.show(lake, built, report)
    outcome.refuse_partial(built, report)


@app.command("build")
def build_(
    lake: Lake = "lake",
    dates: Annotated[
        str,
        typer.Option(
            "--snapshot-dates",
            metavar="auto|D|D..D",
            help="auto: every date never built, and those of the last 14 days that changed.",
        ),
    ] = "auto",
    allow_partial: Annotated[
        bool,
        typer.Option("--allow-partial", help="Rebuild a date without the objects refused."),
    ] = False,
) -> None:
    """Build the tables of snapshot dates, and the stays."""
    folder = existing_lake(lake)
    options = JobOptions(str(folder), snapshot_dates(dates), allow_partial=allow_partial)
    if options.snapshot_dates != "auto":
        known = raw_dates(open_storage(options.lake))
        if not set(known) & set(options.snapshot_dates):
            raise NoSnapshots(f"{folder}/raw has no snapshot of {dates}; import one first")
    with steps(STEP_COUNT) as progress:
        built = build(
            folder,
            progress.begin,
            snapshot_dates=options.snapshot_dates,
            allow_partial=allow_partial,
        )
    outcome.print_build(built)
    outcome.refuse_partial(built)


app.command()(query_commands.query)
app.command()(query_commands.views)
app.command()(query_commands.report)


@app.command()
def expire(
    lake: Lake = "lake",
    retention_days: Annotated[
        int, typer.Option(min=1, max=36_500, help="Age in days from which on a date is dropped.")
    ] = 365,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Drop old snapshot dates: their rows, their raw objects and the report that shows them."""
    folder = existing_lake(lake)
    storage = open_storage(str(folder))
    cutoff = datetime.now(UTC).date() - timedelta(days=retention_days)
    expired = sorted(on for on in {*raw_dates(storage), *built_dates(storage)} if on < cutoff)
    if expired:
        dates = counted(len(expired), "snapshot date")
        out.print(f"{dates} before {cutoff}: {expired[0]} to {expired[-1]}")
        if not yes and sys.stdin.isatty():
            typer.confirm("Drop their rows and raw objects for good?", abort=True)
        _remove_report(folder)
    else:
        out.print(f"No snapshot date is before {cutoff}; nothing to drop.")
    with steps(1 + STEP_COUNT) as progress:
        progress.begin("drop")
        dropped = retention.expire(JobOptions(str(folder)), cutoff) if expired else []
        build(folder, progress.begin, snapshot_dates=())
    if dropped:
        out.print(f"Dropped {counted(len(dropped), 'snapshot date')}.")


def _remove_report(folder: Path) -> None:
    # Before what it shows is dropped: after a kill nothing would be left to drop, and it would stay
    if (folder / REPORT).exists():
        (folder / REPORT).unlink()
        out.print(f"Removed {REPORT}, which shows them; playlist-lake report writes a new one.")


app.command()(spotify_commands.schedule)


def main() -> None:
    """The console script."""
    # A name may hold what the terminal's encoding does not
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if _DEBUG not in sys.argv:
        # Py4J logs the traceback of an interrupted call
        logging.getLogger().addHandler(logging.NullHandler())
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; returns its exit status: 0 done, 1 failed, 2 misused, 130 interrupted."""
    is_debug = _DEBUG in arguments
    try:
        status = app(
            args=[argument for argument in arguments if argument != _DEBUG],
            prog_name="playlist-lake",
            standalone_mode=False,
        )
    except Exception as error:  # noqa: BLE001, whatever it is becomes one sentence
        if is_debug:
            traceback.print_exc()
        status, sentence = explained(error)
        if sentence:
            err.print(Text.assemble(("error: ", "bold red"), shown(sentence)), soft_wrap=True)
        return status
    if status == INTERRUPTED:
        remark("interrupted; what was not finished is in no table, run the command again")
    return status or 0


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Misuse(f"--snapshot-date {text} is no date; write YYYY-MM-DD") from error
