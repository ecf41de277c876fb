"""Check, without Spark, whether the tables of a lake are up to date."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

from jobs.build_plan import plan_changed
from jobs.file_catalog import FileCatalog
from jobs.genres_inputs import genres_are_current
from jobs.outcomes_plan import plan_changed_outcomes
from jobs.pending import read_pending
from jobs.stays_inputs import stays_are_current
from lake.storage import open_storage


def is_up_to_date(folder: Path, dates: Collection[date]) -> bool:
    """Whether all tables, the dated ones on these dates, are built from what the lake has now."""
    storage = open_storage(folder)
    catalog = FileCatalog(storage)
    pending = read_pending(storage)
    if pending.publication is not None or pending.dropping:
        return False
    return (
        plan_changed(storage, catalog, dates).is_empty
        and not plan_changed_outcomes(storage, catalog, dates)
        and stays_are_current(storage, catalog)
        and genres_are_current(storage, catalog)
    )
