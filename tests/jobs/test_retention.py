"""Retention: what is too old leaves the catalog, the tables and the raw zone, in this order."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.dates import write_inputs
from jobs.file_catalog import FileCatalog
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.retention import expire
from lake.storage import FolderStorage, Storage, open_storage
from tests.support.small_lakes import (
    TABLE_NAMES,
    FakeClock,
    day,
    expected_locations,
    file_of,
    keys,
    publish_run,
    put_raw,
    seen,
    song,
)

pytestmark = pytest.mark.usefixtures("no_fsync")

D1, D2, D3 = day(1), day(2), day(3)


def fill(options: JobOptions, clock: FakeClock) -> Storage:
    """Three published dates, the last by a run of its own."""
    storage = open_storage(options.lake)
    for on in (D1, D2, D3):
        put_raw(storage, on, [song(1)])
    publish_run(JobOptions(options.lake, database=options.database, run_id="r1"), clock, [D1, D2])
    publish_run(JobOptions(options.lake, database=options.database, run_id="r2"), clock, [D3])
    return storage


def kept(storage: Storage) -> set[str]:
    """What is there of dates: raw objects, inputs and data files."""
    places = ("raw/", "state/inputs/", *(f"tables/{table}/" for table in TABLE_NAMES))
    return {key for place in places for key in keys(storage, place)}


def all_of(*dates: date, runs: dict[date, str]) -> set[str]:
    return {
        f"raw/snapshot_date={on}/37i9dQZEVXbMDoHDwVN2tF.jsonl.gz" for on in dates
    } | {f"state/inputs/{on}.json" for on in dates} | {
        file_of(table, runs[on], on) for table in TABLE_NAMES for on in dates
    }  # fmt: skip


RUNS = {D1: "r1", D2: "r1", D3: "r2"}


def test_dates_before_the_cutoff_go_whole_and_the_others_stay_whole(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = fill(lake, clock)

    assert expire(lake, D3, clock) == [D1, D2]

    assert seen(lake, clock) == expected_locations({D3: "r2"})
    assert kept(storage) == all_of(D3, runs=RUNS)
    assert keys(storage, "tables/runs/") == ["tables/runs/r1.parquet", "tables/runs/r2.parquet"]


def test_nothing_is_old_enough(lake: JobOptions, clock: FakeClock) -> None:
    storage = fill(lake, clock)

    assert expire(lake, D1, clock) == []

    assert kept(storage) == all_of(D1, D2, D3, runs=RUNS)
    assert seen(lake, clock) == expected_locations(RUNS)


def test_an_empty_lake_has_nothing_to_expire(lake: JobOptions, clock: FakeClock) -> None:
    assert expire(lake, date(2027, 1, 1), clock) == []


def test_a_date_that_never_was_published_expires_too(lake: JobOptions, clock: FakeClock) -> None:
    storage = open_storage(lake.lake)
    put_raw(storage, D1, [song(1)])
    write_inputs(storage, D2, {"raw/gone": "1"}, "r0")

    assert expire(lake, D3, clock) == [D1, D2]

    assert kept(storage) == set()


def test_the_catalog_comes_first_then_folders_then_raw_entries_before_dimensions(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(JobOptions(str(tmp_path)), clock)
    steps: list[str] = []
    real_point, real_delete = FileCatalog.point, FolderStorage.delete

    def point(catalog: FileCatalog, switches: Any) -> None:
        steps.extend(f"drop {switch.table}" for switch in switches)
        real_point(catalog, switches)

    def delete(storage: FolderStorage, prefix: str) -> None:
        steps.append(prefix)
        real_delete(storage, prefix)

    monkeypatch.setattr(FileCatalog, "point", point)
    monkeypatch.setattr(FolderStorage, "delete", delete)

    expire(JobOptions(str(tmp_path)), D2, clock)

    backwards = list(reversed(TABLE_NAMES))
    assert backwards[0] == "playlist_entries"
    assert steps == [
        *(f"drop {table}" for table in backwards),
        *(f"tables/{table}/r1/snapshot_date=2026-11-01/" for table in backwards),
        "raw/snapshot_date=2026-11-01/",
        "state/inputs/2026-11-01.json",
    ]


def test_wherever_it_is_interrupted_the_next_call_ends_at_the_same(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = 0

    def step(real: Any, *arguments: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise KeyboardInterrupt
        real(*arguments)

    for owner, name in (
        (FolderStorage, "write"),
        (FolderStorage, "delete"),
        (FileCatalog, "point"),
    ):
        real = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args, real=real: step(real, *args))
    number = 0
    while left <= 0:
        number += 1
        options = JobOptions(str(tmp_path / str(number)))
        left = 0
        storage = fill(options, clock)
        left = number
        try:
            expire(options, D3, clock)
        except KeyboardInterrupt:
            assert_dates_are_whole_or_gone(storage)
            left = 0
            expire(options, D3, clock)
            left = 0
            # A folder that had left the catalog already is garbage
            clock.pass_hours(24)
            assert seen(options, clock) == expected_locations({D3: "r2"})
        assert kept(storage) == all_of(D3, runs=RUNS)
    assert number > 20


def assert_dates_are_whole_or_gone(storage: Storage) -> None:
    """Readers find every table of a date, or none; what they find is there."""
    places = {table: FileCatalog(storage).locations(table) for table in TABLE_NAMES}
    assert len({frozenset(dates) for dates in places.values()}) == 1
    for table, dates in places.items():
        for place in dates.values():
            assert keys(storage, f"{place}/"), f"{table} is pointed at nothing"


@pytest.mark.slow
def test_flatten_drops_what_is_older_than_it_was_told(
    tmp_path: Path, clock: FakeClock, spark: SparkSession
) -> None:
    storage = FolderStorage(tmp_path)
    today = clock.now.date()
    edge = today - timedelta(days=30)
    old = edge - timedelta(days=1)
    for on in (old, edge, today):
        put_raw(storage, on, [song(1)])
    publish_run(JobOptions(str(tmp_path), run_id="r1"), clock, [old, edge])

    options = JobOptions(str(tmp_path), run_id="r2", retention_days=30)
    flatten_playlists(spark, options, clock=clock)

    assert seen(options, clock) == expected_locations({edge: "r1", today: "r2"})
    assert storage.list_folders("raw/") == [f"snapshot_date={edge}", f"snapshot_date={today}"]
    assert keys(storage, "state/inputs/") == [f"state/inputs/{on}.json" for on in (edge, today)]
