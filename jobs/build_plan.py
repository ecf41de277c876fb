"""The plan of a build: which snapshot dates and raw objects it reads."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from jobs.catalog import Catalog
from jobs.dates import (
    Inputs,
    RawObject,
    built_dates,
    for_each_date,
    list_inputs,
    outdated_dates,
    raw_dates,
    read_inputs,
    still_built,
    versions,
)
from jobs.options import JobOptions
from jobs.tables import PLAYLISTS
from lake.outcomes import outcomes_dates
from lake.storage import Storage

# `auto` looks for changed raw objects on this many days; an older date must be named
AUTO_DAYS = 14


@dataclass(frozen=True)
class BuildPlan:
    """The raw objects to build from, by date and in order, and the warnings of the planning."""

    inputs: Mapping[date, Sequence[RawObject]] = field(default_factory=dict)
    warnings: Sequence[str] = ()

    @property
    def objects(self) -> list[RawObject]:
        """The raw objects of all dates."""
        return [raw for objects in self.inputs.values() for raw in objects]

    @property
    def is_empty(self) -> bool:
        """Whether a build has nothing to do and nothing to say."""
        return not self.inputs and not self.warnings

    @property
    def size(self) -> int:
        """Bytes to read."""
        return sum(raw.size for raw in self.objects)

    def versions(self, dates: Iterable[date]) -> dict[date, dict[str, str]]:
        """The versions of the raw objects of some dates, in the form of state/inputs/."""
        return {on: versions(self.inputs[on]) for on in dates}


def plan_build(storage: Storage, catalog: Catalog, options: JobOptions, today: date) -> BuildPlan:
    """The plan for the dates that a job's options ask for.

    `auto` takes every date that was never built, dates whose tables were deleted, and dates of the
    last 14 days whose raw objects changed. `outdated` takes those that older rules built as well.
    A date past retention is never built again.
    """
    in_raw = raw_dates(storage)
    kept = kept_dates(in_raw, options, today)
    if isinstance(options.snapshot_dates, tuple):
        chosen = sorted(set(kept) & set(options.snapshot_dates))
        missing = sorted(set(options.snapshot_dates) - {*in_raw, *outcomes_dates(storage)})
        return _plan(_listed(storage, chosen), missing)
    built = still_built(storage, catalog, PLAYLISTS, built_dates(storage))
    if options.snapshot_dates == "outdated":
        built -= set(outdated_dates(storage, built))
    recent = today - timedelta(days=AUTO_DAYS)
    return _plan(_changed(storage, [on for on in kept if on not in built or on >= recent], built))


def plan_changed(storage: Storage, catalog: Catalog, candidates: Collection[date]) -> BuildPlan:
    """The plan for those candidates whose tables are out of date.

    Their raw objects differ from those last processed, or their tables were deleted.
    """
    built = still_built(storage, catalog, PLAYLISTS, candidates)
    return _plan(_changed(storage, sorted(candidates), built))


def kept_dates(dates: Iterable[date], options: JobOptions, today: date) -> list[date]:
    """Those of the dates that are not past the retention of a job's options."""
    if options.retention_days is None:
        return list(dates)
    return [on for on in dates if on >= today - timedelta(days=options.retention_days)]


def _changed(
    storage: Storage, candidates: Iterable[date], built: Collection[date]
) -> dict[date, Inputs]:
    """The dates that were never built, and the built ones whose raw objects changed."""
    listed = _listed(storage, candidates)
    processed = for_each_date(
        lambda on: read_inputs(storage, on), [on for on in listed if on in built]
    )
    return {
        on: inputs
        for on, inputs in listed.items()
        if on not in processed or versions(inputs.objects) != processed[on].objects
    }


def _listed(storage: Storage, dates: Iterable[date]) -> dict[date, Inputs]:
    return for_each_date(lambda on: list_inputs(storage, on), dates)


def _plan(listed: Mapping[date, Inputs], missing: Sequence[date] = ()) -> BuildPlan:
    warnings = []
    if missing:
        more = f" and {len(missing) - 1} more dates" if missing[1:] else ""
        warnings.append(f"raw/ and outcomes/ have no objects of {missing[0]}{more}")
    for inputs in listed.values():
        warnings += [f"{key} is not a raw object and is ignored" for key in inputs.ignored]
    return BuildPlan(
        {on: inputs.objects for on, inputs in listed.items() if inputs.objects}, warnings
    )
