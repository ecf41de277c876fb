"""The dates of the table `outcomes` that a run looks at, and the objects that were processed.

state/inputs/outcomes/ has a file per date with the versions of its outcomes objects. They are not
in the file of the date's raw objects: a date can have outcomes long before it has raw objects, and
must still count as never built.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date, timedelta

from jobs.build_plan import AUTO_DAYS, kept_dates
from jobs.catalog import Catalog
from jobs.dates import still_built
from jobs.options import JobOptions
from jobs.tables import OUTCOMES
from lake.outcomes import OUTCOMES_FOLDER
from lake.snapshot_dates import DATE, dates_in
from lake.storage import Storage, state_file

OutcomesPlan = Mapping[date, Mapping[str, str]]
"""By date, the versions of all files in its folder of outcomes/, by key."""

_INPUTS_FOLDER = "state/inputs/outcomes/"


def plan_outcomes(
    storage: Storage, catalog: Catalog, options: JobOptions, today: date
) -> OutcomesPlan:
    """The dates that a job's options ask for, chosen as `plan_build` chooses those of raw objects.

    `outdated` takes every date: rows are compared before they are published, so that a date needs
    no version of the rules.
    """
    found = _listed(storage)
    listed = {on: found[on] for on in kept_dates(found, options, today)}
    if options.snapshot_dates == "outdated":
        return listed
    if isinstance(options.snapshot_dates, tuple):
        return {on: files for on, files in listed.items() if on in options.snapshot_dates}
    return _changed(storage, catalog, listed, today - timedelta(days=AUTO_DAYS))


def plan_changed_outcomes(
    storage: Storage, catalog: Catalog, candidates: Collection[date]
) -> OutcomesPlan:
    """Those candidates whose rows are out of date, or were deleted."""
    listed = {on: files for on, files in _listed(storage).items() if on in candidates}
    return _changed(storage, catalog, listed, date.min)


def processed_outcomes_dates(storage: Storage) -> list[date]:
    """The dates whose outcomes objects a run has processed, in order."""
    keys = [stored.key for stored in storage.list_objects(_INPUTS_FOLDER)]
    return dates_in(keys, rf"{_INPUTS_FOLDER}{DATE}\.json")


def outcomes_inputs_key(on: date) -> str:
    """The key of the file with the outcomes objects that a run last processed for a date."""
    return f"{_INPUTS_FOLDER}{on}.json"


def write_outcomes_inputs(storage: Storage, on: date, objects: Mapping[str, str]) -> None:
    """Save which outcomes objects a run processed for a date, refused ones included."""
    content = json.dumps({"objects": dict(objects)}, indent=1)
    storage.write(outcomes_inputs_key(on), content.encode())


def _listed(storage: Storage) -> OutcomesPlan:
    """All dates with outcomes, in order. They are listed at once, since on S3 each call costs."""
    found: dict[date, dict[str, str]] = {}
    for stored in storage.list_objects(OUTCOMES_FOLDER):
        for on in dates_in([stored.key], rf"{OUTCOMES_FOLDER}snapshot_date={DATE}/.*"):
            found.setdefault(on, {})[stored.key] = stored.version
    return found


def _changed(storage: Storage, catalog: Catalog, listed: OutcomesPlan, since: date) -> OutcomesPlan:
    """The dates that were never built, and those since a date whose objects changed."""
    built = still_built(storage, catalog, OUTCOMES, processed_outcomes_dates(storage))
    return {
        on: files
        for on, files in listed.items()
        if on not in built or (on >= since and files != _processed(storage, on))
    }


def _processed(storage: Storage, on: date) -> dict[str, str]:
    key = outcomes_inputs_key(on)
    with state_file(storage, key, "delete it, and the outcomes of the date are built again"):
        return dict(json.loads(storage.read(key) or b'{"objects": {}}')["objects"])
