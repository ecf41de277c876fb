"""A lake that this run has locked: its files, its catalog and the lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from jobs.catalog import Catalog
from jobs.file_catalog import FileCatalog
from jobs.lock import Lock, locked
from jobs.options import JobOptions
from jobs.run import Clock
from lake.run_ids import new_run_id
from lake.storage import Storage, open_storage


class LockedLake(NamedTuple):
    """Everything that a run works on, while it or its command holds the lock."""

    storage: Storage
    catalog: Catalog
    clock: Clock
    lock: Lock
    run_id: str

    def next_run(self) -> "LockedLake":
        """The same lake for one more run under the same lock."""
        return self._replace(run_id=new_run_id(self.clock()))


@contextmanager
def lock_lake(options: JobOptions, clock: Clock) -> Iterator[LockedLake]:
    """Lock the lake of a job's options for one run: with Glue's catalog if a database is given.

    Raises LakeIsLocked at once if another run holds the lock, and CatalogError or SchemaMismatch
    if Glue's tables are not the declared ones.
    """
    storage = open_storage(options.lake)
    catalog = _open_catalog(options, storage)
    run_id = options.run_id or new_run_id(clock())
    with locked(storage, run_id, clock) as lock:
        yield LockedLake(storage, catalog, clock, lock, run_id)


def _open_catalog(options: JobOptions, storage: Storage) -> Catalog:
    if not options.database:
        return FileCatalog(storage)
    # boto3 is slow to import, and a lake in a folder does not need it
    from jobs.glue_catalog import GlueCatalog

    catalog = GlueCatalog(options.database, storage.root)
    catalog.check()
    return catalog
