"""Retention: expired dates leave the catalog and the raw zone at once, and their files later.

state/pending.json names the dates before the first step, so that the next run completes a drop
that was killed.
"""

from datetime import date

from jobs import dates, outcomes_plan
from jobs.catalog import Switch
from jobs.locked_lake import LockedLake
from jobs.pending import read_pending, write_pending
from jobs.tables import DATED_TABLES
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


def drop_expired(lake: LockedLake, cutoff: date) -> list[date]:
    """Drop every snapshot date before the cutoff; returns the dates dropped.

    Queries that start later don't see these dates. Queries that are running do, so the files of
    the tables stay until they are collected as garbage. Only builds read raw objects, and this run
    holds their lock, so raw objects and outcomes are deleted at once. Rebuild the stays afterwards.
    """
    expired = expired_dates(lake.storage, cutoff)
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
