"""`playlist-lake expire`: old snapshot dates leave the lake."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from playlist_lake.commands.report import REPORT
from playlist_lake.console import counted, out, steps
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption


def expire(
    lake: LakeOption = DEFAULT_LAKE,
    retention_days: Annotated[
        int, typer.Option(min=1, max=36_500, help="Age in days from which on a date is dropped.")
    ] = 365,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Raises NoLake, JobError."""
    from jobs import retention
    from jobs.dates import built_dates, raw_dates
    from jobs.options import JobOptions
    from lake.storage import open_storage
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.lakes import existing_lake

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
    # Before the rows it shows: after a kill between the two, no date would be left to drop, and
    # the report would stay
    if (folder / REPORT).exists():
        (folder / REPORT).unlink()
        out.print(f"Removed {REPORT}, which shows them; playlist-lake report writes a new one.")
