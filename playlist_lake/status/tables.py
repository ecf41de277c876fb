"""Whether the tables of a lake in a folder are built from what the lake has now."""

from datetime import date
from typing import NamedTuple

from jobs.build_plan import plan_build
from jobs.dates import built_dates, outdated_dates
from jobs.file_catalog import FileCatalog
from jobs.genres_inputs import genres_are_current
from jobs.options import JobOptions
from jobs.outcomes_plan import plan_outcomes
from jobs.pending import read_pending
from jobs.stays_inputs import stays_are_current
from jobs.tables import TABLES
from lake.storage import Storage


class TablesStatus(NamedTuple):
    """What builds would do: `build` the `unbuilt` dates, `build --outdated` also the `outdated`.

    `exist` says that there are tables. `is_published` says that no build was killed while it
    published. `has_current_stays` says that the stays are built from what the tables have now,
    `has_current_genres` that the genres are built from what genres/ has now.
    """

    exist: bool
    unbuilt: list[date]
    outdated: list[date]
    is_published: bool
    has_current_stays: bool
    has_current_genres: bool


def read_tables_status(storage: Storage, today: date) -> TablesStatus:
    """The status of the tables; raises JobError, LakeError."""
    catalog = FileCatalog(storage)
    pending = read_pending(storage)
    options = JobOptions(storage.root)
    snapshots = plan_build(storage, catalog, options, today).inputs
    outcomes = plan_outcomes(storage, catalog, options, today)
    outdated = outdated_dates(storage, built_dates(storage))
    is_published = pending.publication is None and not pending.dropping
    unbuilt = sorted({*snapshots, *outcomes})
    exist = any(catalog.locations(table) for table in TABLES)
    return TablesStatus(
        exist,
        unbuilt,
        outdated,
        is_published,
        stays_are_current(storage, catalog),
        genres_are_current(storage, catalog),
    )
