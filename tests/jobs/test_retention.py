"""Retention: expired dates leave catalog and raw zone at once, and their files a day later."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.build_plan import plan_build
from jobs.catalog import Switch
from jobs.dates import raw_dates, write_inputs
from jobs.file_catalog import FileCatalog
from jobs.flatten import flatten_playlists
from jobs.garbage import collect_garbage
from jobs.metrics import measures
from jobs.options import JobOptions
from jobs.outcomes_plan import write_outcomes_inputs
from jobs.publish import open_lake
from jobs.retention import confirmation_needed, drop_expired, unpublished_dates
from lake.folder import FolderStorage
from lake.storage import Storage, open_storage
from tests.support.glue_tables import TABLE_NAMES
from tests.support.outcomes_oracle import put_lines
from tests.support.raw_objects import put_raw, song
from tests.support.run_records import runs_seen
from tests.support.runs import (
    FakeClock,
    day,
    expected_locations,
    expire,
    file_of,
    keys,
    publish_outcomes,
    publish_run,
    remove,
    seen,
    visit,
)

pytestmark = pytest.mark.usefixtures("no_fsync")

D1, D2, D3 = day(1), day(2), day(3)


def fill(options: JobOptions, clock: FakeClock) -> Storage:
    """Three published dates with outcomes, the last one by another run."""
    storage = open_storage(options.lake)
    for on in (D1, D2, D3):
        put_raw(storage, on, [song(1)])
        put_lines(storage, on, "r0", {"a": "forbidden"})
    publish_outcomes(JobOptions(options.lake, database=options.database, run_id="r0"), clock)
    publish_run(JobOptions(options.lake, database=options.database, run_id="r1"), clock, [D1, D2])
    publish_run(JobOptions(options.lake, database=options.database, run_id="r2"), clock, [D3])
    return storage


def kept(storage: Storage) -> set[str]:
    """The keys of all raw objects, outcomes objects, inputs and data files."""
    tables = [f"tables/{table}/" for table in (*TABLE_NAMES, "outcomes")]
    folders = ("raw/", "outcomes/", "state/inputs/", *tables)
    return {key for folder in folders for key in keys(storage, folder)}


RUNS = {D1: "r1", D2: "r1", D3: "r2"}


def files_of(*dates: date) -> set[str]:
    outcomes = {f"tables/outcomes/r0/snapshot_date={on}/part-00000.parquet" for on in dates}
    return outcomes | {file_of(table, RUNS[on], on) for table in TABLE_NAMES for on in dates}


def all_of(*dates: date) -> set[str]:
    raw = {f"raw/snapshot_date={on}/37i9dQZEVXbMDoHDwVN2tF.jsonl.gz" for on in dates}
    outcomes = {f"outcomes/snapshot_date={on}/r0.jsonl" for on in dates}
    inputs = {f"state/inputs/{folder}{on}.json" for folder in ("", "outcomes/") for on in dates}
    return raw | outcomes | inputs | files_of(*dates)


def test_dates_before_the_cutoff_are_dropped_and_the_others_kept(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = fill(lake, clock)

    assert expire(lake, D3, clock) == [D1, D2]

    assert seen(lake, clock) == expected_locations({D3: "r2"})
    assert kept(storage) == all_of(D3) | files_of(D1, D2)
    assert runs_seen(storage) == {"r0", "r1", "r2"}


def test_the_files_of_dropped_dates_are_deleted_after_24_hours(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = fill(lake, clock)
    expire(lake, D3, clock)

    clock.pass_hours(23.99)
    assert expire(lake, D3, clock) == []
    assert kept(storage) == all_of(D3) | files_of(D1, D2)

    clock.pass_hours(0.01)
    visit(lake, clock)
    assert kept(storage) == all_of(D3)


def test_garbage_may_be_collected_at_once(lake: JobOptions, clock: FakeClock) -> None:
    storage = fill(lake, clock)

    with open_lake(lake, clock) as opened:
        drop_expired(opened, D3)
        collect_garbage(opened, age=timedelta(0))

    assert kept(storage) == all_of(D3)


def test_a_dropped_date_is_not_built_again(lake: JobOptions, clock: FakeClock) -> None:
    storage = fill(lake, clock)
    expire(lake, D3, clock)

    with open_lake(lake, clock) as opened:
        for on in (D1, D2):
            named = replace(lake, snapshot_dates=(on,))
            assert plan_build(storage, opened.catalog, named, D3).inputs == {}
        assert plan_build(storage, opened.catalog, lake, D3).is_empty


def test_a_cutoff_before_all_dates_drops_nothing(lake: JobOptions, clock: FakeClock) -> None:
    storage = fill(lake, clock)

    assert expire(lake, D1, clock) == []

    assert kept(storage) == all_of(D1, D2, D3)
    assert seen(lake, clock) == expected_locations(RUNS)


def test_an_empty_lake_has_nothing_to_expire(lake: JobOptions, clock: FakeClock) -> None:
    assert expire(lake, date(2027, 1, 1), clock) == []


def test_a_date_that_was_never_published_expires_too(lake: JobOptions, clock: FakeClock) -> None:
    storage = open_storage(lake.lake)
    put_raw(storage, D1, [song(1)])
    write_inputs(storage, D2, {"raw/gone": "1"}, "r0", 1)
    write_outcomes_inputs(storage, D3, {"outcomes/gone": "1"})

    assert expire(lake, day(4), clock) == [D1, D2, D3]

    assert kept(storage) == set()


def test_a_date_that_has_only_outcomes_expires_too(lake: JobOptions, clock: FakeClock) -> None:
    storage = open_storage(lake.lake)
    for on in (D1, D2):
        put_lines(storage, on, "r0", {"a": "forbidden"})
    put_lines(storage, D1, "torn", {"a": "forbidden"}, format_version=2)
    publish_outcomes(replace(lake, run_id="r0"), clock)

    assert expire(lake, D2, clock) == [D1]

    with open_lake(lake, clock) as opened:
        assert list(opened.catalog.locations("outcomes")) == [D2]
    assert keys(storage, "outcomes/") == [f"outcomes/snapshot_date={D2}/r0.jsonl"]
    assert keys(storage, "state/inputs/") == [f"state/inputs/outcomes/{D2}.json"]


def test_the_order_is_catalog_with_entries_first_then_raw_and_files_last(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(JobOptions(str(tmp_path)), clock)
    steps: list[str] = []
    real_point, real_delete = FileCatalog.point, FolderStorage.delete

    def point(catalog: FileCatalog, switches: Any) -> None:
        steps.extend(f"drop {switch.table}" for switch in switches)
        real_point(catalog, switches)

    def delete(storage: FolderStorage, prefix: str) -> None:
        if not prefix.startswith("tables/runs/"):
            steps.append(prefix)
        real_delete(storage, prefix)

    monkeypatch.setattr(FileCatalog, "point", point)
    monkeypatch.setattr(FolderStorage, "delete", delete)

    expire(JobOptions(str(tmp_path)), D2, clock)
    clock.pass_hours(24)
    visit(JobOptions(str(tmp_path)), clock)

    backwards = list(reversed(TABLE_NAMES))
    assert backwards[0] == "playlist_entries"
    assert steps == [
        "drop outcomes",
        *(f"drop {table}" for table in backwards),
        "raw/snapshot_date=2026-11-01/",
        "outcomes/snapshot_date=2026-11-01/",
        "state/inputs/2026-11-01.json",
        "state/inputs/outcomes/2026-11-01.json",
        "tables/outcomes/r0/snapshot_date=2026-11-01/",
        *(f"tables/{table}/r1/snapshot_date=2026-11-01/" for table in backwards),
    ]


def test_after_any_interruption_the_next_run_completes_the_drop_or_nothing_is_lost(
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
    untouched = 0
    for number in itertools.count(1):
        options = JobOptions(str(tmp_path / str(number)))
        left = 0
        storage = fill(options, clock)
        left = number
        is_interrupted = False
        try:
            expire(options, D3, clock)
        except KeyboardInterrupt:
            is_interrupted = True
            assert_dates_are_whole_or_gone(storage)
            left = 0
            visit(options, clock)
            if seen(options, clock) == expected_locations(RUNS):
                untouched += 1
                assert kept(storage) == all_of(D1, D2, D3)
                assert expire(options, D3, clock) == [D1, D2]
        assert seen(options, clock) == expected_locations({D3: "r2"})
        assert kept(storage) == all_of(D3) | files_of(D1, D2)
        left = 0
        clock.pass_hours(24)
        visit(options, clock)
        assert kept(storage) == all_of(D3)
        if not is_interrupted:
            break
    # The second write, after that of the lock, names the dates to drop
    assert untouched == 1
    assert number > 8


def test_a_drop_that_stopped_in_the_raw_zone_leaves_no_date_to_be_built_again(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, storage = JobOptions(str(tmp_path)), fill(JobOptions(str(tmp_path)), clock)
    put_raw(storage, D1, [song(2)], "second")
    publish_run(JobOptions(str(tmp_path), run_id="r3"), clock, [D1])

    def delete_one(storage: FolderStorage, prefix: str) -> None:
        remove(storage, keys(storage, prefix)[0])
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(FolderStorage, "delete", delete_one)
        with pytest.raises(KeyboardInterrupt):
            expire(options, D2, clock)

    # The run that follows plans a build of the last 14 days
    with open_lake(options, clock) as opened:
        assert list(plan_build(storage, opened.catalog, options, D3).inputs) == []
    assert storage.list_folders("raw/") == [f"snapshot_date={D2}", f"snapshot_date={D3}"]


def assert_dates_are_whole_or_gone(storage: Storage) -> None:
    """The catalog has every table of a date or none, and the folders that it has exist."""
    locations = {table: FileCatalog(storage).locations(table) for table in TABLE_NAMES}
    assert len({frozenset(dates) for dates in locations.values()}) == 1
    for table, dates in locations.items():
        for location in dates.values():
            assert keys(storage, f"{location}/"), f"{table} points at an empty folder"


def test_a_job_keeps_expired_dates_that_were_never_published_here(
    lake: JobOptions, clock: FakeClock
) -> None:
    """A history that was copied here, beside a published date that crosses the limit."""
    storage = fill(lake, clock)
    copied = [date(2025, 11, 30), date(2025, 12, 1)]
    for on in copied:
        put_raw(storage, on, [song(1)])
    # Even if the state of the other lake was copied, too
    write_inputs(storage, copied[0], {"raw/x": "1"}, "r0", 1)
    # On this date no list could be read, so only its outcomes were published
    unread = date(2025, 11, 29)
    storage.write(f"outcomes/snapshot_date={unread}/r0.jsonl", b"")

    with open_lake(lake, clock) as opened:
        opened.catalog.point([Switch("outcomes", unread, None, "tables/outcomes/r0/x")])
        assert unpublished_dates(opened, D2) == copied
        assert drop_expired(opened, D2, keep_unpublished=True) == [unread, D1]
        assert unpublished_dates(opened, D2) == copied

    assert raw_dates(storage) == [*copied, D2, D3]
    assert expire(lake, D2, clock) == copied
    assert raw_dates(storage) == [D2, D3]


def test_dates_that_wait_for_a_confirmation_are_named_with_what_to_do() -> None:
    advice = (
        ", older than retention_days (9) and never published here; to keep such dates, raise "
        "retention_days; to delete them, start this job once with --confirm_retention true; see "
        "docs/deploy.md"
    )

    assert confirmation_needed([], 9) == []
    assert confirmation_needed([D1], 9) == [f"neither built nor deleted: 2026-11-01{advice}"]
    assert confirmation_needed([D1, D2, D3], 9) == [
        f"neither built nor deleted: 3 snapshot dates (2026-11-01 to 2026-11-03){advice}"
    ]


@pytest.mark.slow
def test_flatten_drops_copied_dates_past_its_retention_days_once_that_is_confirmed(
    tmp_path: Path, clock: FakeClock, spark: SparkSession
) -> None:
    storage, today = FolderStorage(tmp_path), clock.now.date()
    copied = [today - timedelta(days=days) for days in (32, 31)]
    for on in (*copied, today):
        put_raw(storage, on, [song(1)])
    options = JobOptions(str(tmp_path), retention_days=30)

    first, again = (flatten_playlists(spark, options, clock=clock) for _ in range(2))
    assert raw_dates(storage) == [*copied, today]
    confirmed = replace(options, confirm_retention=True)
    last, after = (flatten_playlists(spark, one, clock=clock) for one in (confirmed, options))

    assert (list(first.dates), first.status, again.status) == ([today], "succeeded", "succeeded")
    assert first.warnings == again.warnings == confirmation_needed(copied, 30)
    assert [measures(one)["partial"] for one in (first, again, last, after)] == [1, 1, 0, 0]
    assert last.warnings == after.warnings == []
    assert raw_dates(storage) == [today]


@pytest.mark.slow
def test_flatten_drops_dates_past_its_retention_days(
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
