"""Retention: expired dates leave the catalog and the raw zone at once, and their files later.

state/pending.json names the dates before the first step, so that the next run completes a drop
that was killed.

A job drops only dates that the catalog has. Expired dates that it never had came from elsewhere:
somebody has copied or imported an old history. They wait for a confirmation, because they may exist
nowhere else.
"""

from collections.abc import Collection, Sequence
from datetime import date

from jobs import dates, outcomes_plan
from jobs.catalog import Switch
from jobs.locked_lake import LockedLake
from jobs.pending import read_pending, write_pending
from jobs.tables import DATED_TABLES, OUTCOMES, PLAYLISTS
from lake.outcomes import outcomes_date_folder, outcomes_dates
from lake.raw_format import raw_date_folder
from lake.storage import Storage


def expired_dates(storage: Storage, cutoff: date) -> list[date]:
    """The snapshot dates before the cutoff, in order."""
    known = {
        *dates.raw_dates(storage),
        *dates.built_dates(storage),
        *outcomes_dates(storage),
        *outcomes_plan.processed_outcomes_dates(storage),
    }
    return sorted(on for on in known if on < cutoff)


def unpublished_dates(lake: LockedLake, cutoff: date) -> list[date]:
    """The snapshot dates before the cutoff that were never published here, in order."""
    expired = expired_dates(lake.storage, cutoff)
    published = _published(lake, expired)
    return [on for on in expired if on not in published]


def confirmation_needed(unpublished: Sequence[date], retention_days: int | None) -> list[str]:
    """One warning if dates wait for a confirmation: which, and what to do."""
    if not unpublished:
        return []
    first, *others = unpublished
    found = f"{len(unpublished)} snapshot dates ({first} to {others[-1]})" if others else f"{first}"
    return [
        f"neither built nor deleted: {found}, older than retention_days ({retention_days}) and "
        "never published here; to keep such dates, raise retention_days; to delete them, start "
        "this job once with --confirm_retention true; see docs/deploy.md"
    ]


def drop_expired(lake: LockedLake, cutoff: date, *, keep_unpublished: bool = False) -> list[date]:
    """Drop every snapshot date before the cutoff; returns the dates dropped.

    With `keep_unpublished` only those that were published here. Queries that start later don't see
    these dates. Queries that are running do, so the files of the tables stay until they are
    collected as garbage. Only builds read raw objects, and this run holds their lock, so raw
    objects and outcomes are deleted at once. Rebuild the stays afterwards.
    """
    expired = expired_dates(lake.storage, cutoff)
    if keep_unpublished:
        published = _published(lake, expired)
        expired = [on for on in expired if on in published]
    if expired:
        pending = read_pending(lake.storage)
        pending.dropping = [on.isoformat() for on in expired]
        write_pending(lake.storage, pending)
        finish_drop(lake)
    return expired


def finish_drop(lake: LockedLake) -> None:
    """Drop the dates that state/pending.json names; each step can be repeated."""
    pending = read_pending(lake.storage)
    expired = [date.fromisoformat(on) for on in pending.dropping]
    if not expired:
        return
    # Entries first, dimensions last, so that no entry refers to a song that is gone
    switches = [
        Switch(table.name, on, location, None)
        for table in reversed(DATED_TABLES)
        for on, location in lake.catalog.locations(table.name, expired).items()
    ]
    if switches:
        pending.supersede((switch.old for switch in switches if switch.old), lake.clock())
        write_pending(lake.storage, pending)
        lake.catalog.point(switches)
    for on in expired:
        lake.storage.delete(raw_date_folder(on))
        lake.storage.delete(outcomes_date_folder(on))
        lake.storage.delete(dates.inputs_key(on))
        lake.storage.delete(outcomes_plan.outcomes_inputs_key(on))
    pending.dropping = []
    write_pending(lake.storage, pending)


def _published(lake: LockedLake, expired: Collection[date]) -> set[date | None]:
    """Those of the dates that the catalog has."""
    tables = (PLAYLISTS.name, OUTCOMES.name)
    return {on for table in tables for on in lake.catalog.locations(table, expired)}
