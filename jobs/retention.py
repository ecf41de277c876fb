"""Retention: expired dates are removed from the catalog, then the tables, then the raw zone."""

from datetime import date

from jobs import dates, publish, run
from jobs.catalog import Switch
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.pending import read_pending, write_pending
from jobs.run import Clock
from jobs.tables import SNAPSHOT_TABLES
from lake.raw_format import raw_date_folder
from lake.storage import Storage


def expire(options: JobOptions, cutoff: date, clock: Clock = run.utc_now) -> list[date]:
    """Drop every snapshot date before the cutoff from a lake; returns the dates dropped.

    Rebuild the stays afterwards.
    """
    with publish.open_lake(options, clock) as lake:
        return drop_expired(lake, cutoff)


def expired_dates(storage: Storage, cutoff: date) -> list[date]:
    """The snapshot dates before the cutoff, in order."""
    known = {*dates.raw_dates(storage), *dates.built_dates(storage)}
    return sorted(on for on in known if on < cutoff)


def drop_expired(lake: LockedLake, cutoff: date) -> list[date]:
    """Drop every snapshot date before the cutoff; if this is killed, the next call completes it."""
    storage = lake.storage
    expired = expired_dates(storage, cutoff)
    if not expired:
        return []
    # Entries first, dimensions last, so that no entry refers to a song that is gone
    switches = [
        Switch(table.name, on, location, None)
        for table in reversed(SNAPSHOT_TABLES)
        for on, location in lake.catalog.locations(table.name, expired).items()
    ]
    _note_for_removal(lake, switches)
    if switches:
        lake.catalog.point(switches)
    for switch in switches:
        storage.delete(f"{switch.old}/")
    for on in expired:
        storage.delete(raw_date_folder(on))
        storage.delete(dates.inputs_key(on))
    return expired


def _note_for_removal(lake: LockedLake, switches: list[Switch]) -> None:
    pending = read_pending(lake.storage)
    pending.supersede((switch.old for switch in switches if switch.old), lake.clock())
    write_pending(lake.storage, pending)
