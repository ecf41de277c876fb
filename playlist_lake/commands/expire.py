"""`playlist-lake expire`: delete old snapshot dates."""

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
        int, typer.Option(min=1, max=36_500, help="Delete dates older than this.")
    ] = 365,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """Raises NoLake, JobError."""
    from jobs import retention
    from jobs.options import JobOptions
    from lake.storage import open_storage
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.lakes import existing_lake

    folder = existing_lake(lake)
    cutoff = datetime.now(UTC).date() - timedelta(days=retention_days)
    expired = retention.expired_dates(open_storage(folder), cutoff)
    if expired:
        dates = counted(len(expired), "snapshot date")
        out.print(f"{dates} before {cutoff}: {expired[0]} to {expired[-1]}")
        if not yes and sys.stdin.isatty():
            typer.confirm("Delete their rows and raw objects permanently?", abort=True)
        _remove_report(folder)
    else:
        out.print(f"No snapshot date is before {cutoff}; nothing to delete.")
    with steps(1 + STEP_COUNT) as progress:
        progress.begin("delete")
        deleted = retention.expire(JobOptions(str(folder)), cutoff) if expired else []
        build(folder, progress.begin, snapshot_dates=())
    if deleted:
        out.print(f"Deleted {counted(len(deleted), 'snapshot date')}.")


def _remove_report(folder: Path) -> None:
    # Remove it before the rows. If the command were killed in between, the next one would find no
    # date to delete and would keep the report
    if (folder / REPORT).exists():
        (folder / REPORT).unlink()
        out.print(f"Removed {REPORT}, which shows them; playlist-lake report writes a new one.")
