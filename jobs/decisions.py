"""Deciding which dates are built, and after the audit which of them are published."""

from collections.abc import Sequence
from datetime import date

from jobs.audit import Audit
from jobs.build_plan import BuildPlan
from jobs.dates import for_each_date, list_inputs, lost_dates
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.run import DateResult, RefusedObject
from jobs.tables import PLAYLISTS


def held_back(
    lake: LockedLake, options: JobOptions, plan: BuildPlan, refused: Sequence[RefusedObject]
) -> dict[date | None, DateResult]:
    """The dates that are not built, with the reason.

    A published date is not built again without an object that is refused now.
    """
    published = set(lake.catalog.locations(PLAYLISTS.name, list(plan.inputs)))
    if refused:
        # A lost date has no rows that readers could keep
        published -= lost_dates(lake.storage, lake.catalog, PLAYLISTS)
    held_back: dict[date | None, DateResult] = {}
    for on, objects in plan.inputs.items():
        count = sum(one.snapshot_date == on for one in refused)
        if count == len(objects):
            held_back[on] = DateResult("failed", reason="all its raw objects are refused")
        elif count and on in published and not options.allow_partial:
            are_refused = "raw objects is refused" if count == 1 else "raw objects are refused"
            reason = (
                f"stays as it was published, because {count} of its {len(objects)} {are_refused}; "
                "to build it without them, pass --allow-partial (on Glue --allow_partial true)"
            )
            held_back[on] = DateResult("failed", reason=reason)
    return held_back


def judged(
    lake: LockedLake,
    plan: BuildPlan,
    building: Sequence[date],
    refused: Sequence[RefusedObject],
    audited: Audit,
) -> dict[date | None, DateResult]:
    """Whether each date that was built may be published, with its counts."""
    results: dict[date | None, DateResult] = {}
    partial = {one.snapshot_date for one in refused}
    listed = for_each_date(lambda on: list_inputs(lake.storage, on), building)
    for on in building:
        counts, rejects = audited.counts[on], audited.rejects[on]
        if violations := audited.violations.get(on):
            reason = f"failed the audit: {'; '.join(violations)}; this is a bug in playlist-lake"
            results[on] = DateResult("failed", counts, reason, rejects)
        elif listed[on].objects != plan.inputs[on]:
            reason = "raw objects changed while it was built; build it again"
            results[on] = DateResult("failed", counts, reason, rejects)
        else:
            results[on] = DateResult(
                "partial" if on in partial else "succeeded", counts, rejects=rejects
            )
    return results
