"""`playlist-lake expire`: drop old snapshot dates."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from playlist_lake.commands.report import REPORT
from playlist_lake.console import counted, out, remark, steps
from playlist_lake.errors import Misuse
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption

if TYPE_CHECKING:
    from lake.storage import Storage


def expire(
    lake: LakeOption = DEFAULT_LAKE,
    retention_days: Annotated[
        int, typer.Option(min=1, max=36_500, help="Drop dates older than this.")
    ] = 365,
    now: Annotated[
        bool, typer.Option("--now", help="Delete their files at once, not after 24 hours.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Drop without asking.")] = False,
) -> None:
    """Raises NoLake, JobError."""
    from jobs.garbage import collect_garbage
    from jobs.retention import drop_expired, expired_dates
    from lake.storage import open_storage
    from playlist_lake.building.build import STEP_COUNT, build
    from playlist_lake.lakes import existing_lake, locked_lake

    folder = existing_lake(lake)
    cutoff = datetime.now(UTC).date() - timedelta(days=retention_days)
    expired = expired_dates(open_storage(folder), cutoff)
    if expired:
        _announce(expired, cutoff, is_confirmed=yes)
    dropped: list[date] = []
    with locked_lake(folder) as opened:
        if expired:
            _remove_report(folder)
        else:
            out.print(f"No snapshot date is before {cutoff}; nothing to drop.")
        try:
            with steps(1 + STEP_COUNT) as progress:
                progress.begin("drop")
                dropped = drop_expired(opened, cutoff)
                build(opened, progress.begin, snapshot_dates=())
        except BaseException:
            _remark_unfinished(opened.storage, dropped)
            raise
        if now:
            collect_garbage(opened, age=timedelta(0))
    if dropped:
        out.print(f"Dropped {counted(len(dropped), 'snapshot date')}.")
    if now:
        out.print("Deleted the files that the tables no longer use.")
    elif dropped:
        out.print(
            "The first build after 24 hours deletes the files of their tables; "
            "playlist-lake expire --now deletes them at once.",
            soft_wrap=True,
        )


def _announce(expired: Sequence[date], cutoff: date, *, is_confirmed: bool) -> None:
    """Print what will be dropped, and ask on a terminal."""
    dates = counted(len(expired), "snapshot date")
    out.print(f"{dates} before {cutoff}: {expired[0]} to {expired[-1]}")
    if not is_confirmed and not sys.stdin.isatty():
        raise Misuse("there is no terminal to ask on; pass --yes to drop them")
    if not is_confirmed:
        typer.confirm("Drop their rows and raw objects permanently?", abort=True)


def _remove_report(folder: Path) -> None:
    # Remove it before the rows. If the command were killed in between, the next one would find no
    # date to drop and would keep the report
    if (folder / REPORT).exists():
        (folder / REPORT).unlink()
        out.print(f"Removed {REPORT}, which shows them; playlist-lake report writes a new one.")


def _remark_unfinished(storage: Storage, dropped: Sequence[date]) -> None:
    """Say what was done before an error."""
    from jobs.pending import read_pending

    if dropped:
        dates = counted(len(dropped), "snapshot date")
        remark(f"{dates} dropped; the stays may still show them until the next build")
    elif dropping := read_pending(storage).dropping:
        dates = counted(len(dropping), "snapshot date")
        remark(f"dropping {dates} has begun; the next expire or build completes it")
