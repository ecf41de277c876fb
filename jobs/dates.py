"""The snapshot dates of a lake and their raw objects: those there now, and those last processed."""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import NamedTuple, TypeVar

from jobs.catalog import Catalog
from jobs.list_counts import ListCounts
from jobs.rules import FIRST_RULES_VERSION, RULES_VERSION
from jobs.tables import Table
from lake.raw_format import RAW_FOLDER, parse_raw_key, raw_date_folder, raw_key
from lake.snapshot_dates import DATE, dates_in, folder_dates
from lake.storage import Storage, state_file

_THREADS = 16

Result = TypeVar("Result")


class RawObject(NamedTuple):
    """A raw object as it was listed: `version` changes with its content, `size` is in bytes."""

    snapshot_date: date
    playlist_id: str
    version: str
    size: int

    @property
    def key(self) -> str:
        """The object's key in the lake."""
        return raw_key(self.snapshot_date, self.playlist_id)


class Inputs(NamedTuple):
    """The raw objects of a date, and the other keys in its folder."""

    objects: list[RawObject]
    ignored: list[str]


class ProcessedInputs(NamedTuple):
    """The versions, by key, of the raw objects that a run processed, and of its rules.

    `lists` are the counts of the lists that were built, by playlist id. Earlier versions kept none.
    """

    objects: dict[str, str]
    rules_version: int
    lists: Mapping[str, ListCounts]

    @property
    def is_outdated(self) -> bool:
        """Whether older rules than today's built the date."""
        return self.rules_version < RULES_VERSION


def raw_dates(storage: Storage) -> list[date]:
    """The dates in the raw zone, in order."""
    return folder_dates(storage, RAW_FOLDER)


def built_dates(storage: Storage) -> list[date]:
    """The dates that a run has processed, published or not, in order."""
    keys = [stored.key for stored in storage.list_objects("state/inputs/")]
    return dates_in(keys, rf"state/inputs/{DATE}\.json")


def lost_dates(storage: Storage, catalog: Catalog, table: Table) -> set[date]:
    """The dates that the catalog has, but whose files were deleted.

    The table must have rows on each of its dates: `playlists`, which stands for all tables of
    snapshots, or `outcomes`. All of its files are listed at once, because on S3 each folder would
    take a call.
    """
    keys = [stored.key for stored in storage.list_objects(f"tables/{table.name}/")]
    filled = {key.rpartition("/")[0] for key in keys if key.endswith(".parquet")}
    locations = catalog.locations(table.name)
    return {on for on, location in locations.items() if on and location not in filled}


def still_built(
    storage: Storage, catalog: Catalog, table: Table, processed: Iterable[date]
) -> set[date]:
    """The processed dates whose tables still exist; see lost_dates for the table.

    If the table has files and the catalog knows none of them, the catalog was deleted, so none of
    the dates is still built.
    """
    if not catalog.locations(table.name) and storage.list_objects(f"tables/{table.name}/"):
        return set()
    return set(processed) - lost_dates(storage, catalog, table)


def list_inputs(storage: Storage, on: date) -> Inputs:
    """The raw objects of a date as they are now."""
    inputs = Inputs([], [])
    for stored in storage.list_objects(raw_date_folder(on)):
        try:
            snapshot_date, playlist_id = parse_raw_key(stored.key)
        except ValueError:
            inputs.ignored.append(stored.key)
        else:
            raw = RawObject(snapshot_date, playlist_id, stored.version, stored.size)
            inputs.objects.append(raw)
    return inputs


def versions(objects: Iterable[RawObject]) -> dict[str, str]:
    """The versions of raw objects by key, as state/inputs/ has them."""
    return {raw.key: raw.version for raw in objects}


def inputs_key(on: date) -> str:
    """The key of the file with the raw objects that a run last processed for a date."""
    return f"state/inputs/{on}.json"


def write_inputs(
    storage: Storage,
    on: date,
    objects: dict[str, str],
    run_id: str,
    rules_version: int,
    lists: Mapping[str, ListCounts] | None = None,
) -> None:
    """Save which raw objects a run processed for a date, refused ones included, by which rules.

    `lists` are the counts of the lists that were built, by playlist id.
    """
    content = {
        "run_id": run_id,
        "rules_version": rules_version,
        "objects": objects,
        "lists": {key: counts._asdict() for key, counts in (lists or {}).items()},
    }
    storage.write(inputs_key(on), json.dumps(content, indent=1).encode())


def read_inputs(storage: Storage, on: date) -> ProcessedInputs:
    """What a run last processed for a date; nothing if none did."""
    content = storage.read(inputs_key(on))
    if not content:
        return ProcessedInputs({}, RULES_VERSION, {})
    with state_file(storage, inputs_key(on), "delete it, and the date is built again"):
        values = json.loads(content)
        version = int(values.get("rules_version", FIRST_RULES_VERSION))
        lists = {key: ListCounts(**counts) for key, counts in values.get("lists", {}).items()}
        return ProcessedInputs(dict(values["objects"]), version, lists)


def outdated_dates(storage: Storage, dates: Iterable[date]) -> list[date]:
    """Those of the dates that older rules built."""
    found = for_each_date(lambda on: read_inputs(storage, on), dates)
    return [on for on, one in found.items() if one.is_outdated]


def for_each_date(function: Callable[[date], Result], dates: Iterable[date]) -> dict[date, Result]:
    """What a function that reads or writes one date returns for each date.

    The dates are handled in threads, because on S3 every date is a request, and on a disk every
    write waits until the disk has it. Raises the error of the first date that has one.
    """
    dates = list(dates)
    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(zip(dates, pool.map(function, dates), strict=True))
