"""Which snapshot dates to build, and from which raw objects."""

import json
import re
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from jobs.catalog import Catalog, open_catalog
from jobs.options import JobOptions
from jobs.raw_objects import OBJECT_KEY
from jobs.tables import PLAYLISTS
from lake.storage import Storage, StoredObject, open_storage, state_file

# How far back `auto` looks for raw objects that changed; older dates are named explicitly.
AUTO_DAYS = 14


class Inputs(NamedTuple):
    """The raw objects of a date, and the keys there that name none."""

    objects: list[StoredObject]
    ignored: list[str]


def raw_dates(storage: Storage) -> list[date]:
    """The dates in the raw zone, in order."""
    return _dates(storage.list_folders("raw/"), r"snapshot_date=(.*)")


def built_dates(storage: Storage) -> list[date]:
    """The dates that a job has decided on, published or not, in order."""
    keys = [stored.key for stored in storage.list_objects("state/inputs/")]
    return _dates(keys, r"state/inputs/(.*)\.json")


def list_inputs(storage: Storage, on: date) -> Inputs:
    """The raw objects of a date as they are now."""
    stored = storage.list_objects(f"raw/snapshot_date={on}/")
    return Inputs(
        [one for one in stored if re.fullmatch(OBJECT_KEY, one.key)],
        [one.key for one in stored if not re.fullmatch(OBJECT_KEY, one.key)],
    )


def versions(objects: Collection[StoredObject]) -> dict[str, str]:
    """Version by key, as remembered in state/inputs/."""
    return {stored.key: stored.version for stored in objects}


def inputs_key(on: date) -> str:
    """Where the inputs of a date are remembered."""
    return f"state/inputs/{on}.json"


def write_inputs(storage: Storage, on: date, objects: dict[str, str], run_id: str) -> None:
    """Remember the raw objects that a run decided on, refused ones included."""
    content = {"run_id": run_id, "objects": objects}
    storage.write(inputs_key(on), json.dumps(content, indent=1).encode())


def changed_dates(lake: str, candidates: Collection[date]) -> list[date]:
    """Those of some dates whose tables are not what their raw objects make, in order.

    The raw objects differ from what was last decided on, or the tables were deleted.
    """
    storage = open_storage(lake)
    lost = lost_dates(storage, open_catalog(JobOptions(lake), storage))
    return [on for on in sorted(candidates) if on in lost or _is_changed(storage, on)]


def lost_dates(storage: Storage, catalog: Catalog) -> set[date]:
    """The dates that readers are pointed to and where nothing is any more.

    Of all tables `playlists` alone has rows on every date. Its files are listed at once, since on
    S3 each place would be a call.
    """
    keys = [stored.key for stored in storage.list_objects(f"tables/{PLAYLISTS.name}/")]
    filled = {key.rpartition("/")[0] for key in keys if key.endswith(".parquet")}
    locations = catalog.locations(PLAYLISTS.name)
    return {on for on, location in locations.items() if on and location not in filled}


def dates_to_build(storage: Storage, options: JobOptions, today: date) -> Sequence[date]:
    """The dates that a run builds, in order.

    `auto` takes every date never built, those whose tables were deleted, and those of the last
    14 days whose raw objects changed.
    Dates past retention are never built again.
    """
    in_raw = raw_dates(storage)
    if options.retention_days is not None:
        in_raw = [on for on in in_raw if on >= today - timedelta(days=options.retention_days)]
    if options.snapshot_dates != "auto":
        return sorted(set(in_raw) & set(options.snapshot_dates))
    built = set(built_dates(storage)) - lost_dates(storage, open_catalog(options, storage))
    recent = today - timedelta(days=AUTO_DAYS)
    return [on for on in in_raw if on not in built or (on >= recent and _is_changed(storage, on))]


def _is_changed(storage: Storage, on: date) -> bool:
    content = storage.read(inputs_key(on))
    with state_file(storage, inputs_key(on), "delete it, and the date is built again"):
        decided = dict(json.loads(content)["objects"]) if content else {}
    return bool(versions(list_inputs(storage, on).objects) != decided)


def _dates(names: Collection[str], pattern: str) -> list[date]:
    found = []
    for name in names:
        match = re.fullmatch(pattern, name)
        try:
            found.append(date.fromisoformat(match[1] if match else ""))
        except ValueError:
            continue
    return sorted(found)
