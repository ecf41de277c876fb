"""Which dates a run builds: those that changed, were never built, or were asked for."""

import json
import shutil
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.build_plan import BuildPlan, plan_build, plan_changed
from jobs.dates import built_dates, list_inputs, outdated_dates, versions, write_inputs
from jobs.file_catalog import CATALOG_KEY, FileCatalog
from jobs.flatten import flatten_locked
from jobs.options import JobOptions
from jobs.publish import open_lake
from jobs.rules import RULES_VERSION
from jobs.run import no_progress
from lake.folder import FolderStorage
from lake.storage import Storage, open_storage
from tests.support.glue_tables import TABLE_NAMES
from tests.support.raw_objects import LIST, put_raw, song
from tests.support.runs import (
    FakeClock,
    day,
    expected_locations,
    file_of,
    publish_run,
    remove,
    seen,
    with_run_id,
)

TODAY = date(2026, 11, 23)


def decide(
    storage: Storage, on: date, run_id: str = "r1", rules_version: int = RULES_VERSION
) -> None:
    """Remember a date's raw objects as they are now, like a run that built or refused them."""
    objects = versions(list_inputs(storage, on).objects)
    write_inputs(storage, on, objects, run_id, rules_version)


def dates(storage: Storage, options: JobOptions) -> list[date]:
    return list(plan_build(storage, FileCatalog(storage), options, TODAY).inputs)


def auto(storage: Storage, retention_days: int | None = None) -> list[date]:
    return dates(storage, JobOptions(lake=storage.root, retention_days=retention_days))


def changed(storage: Storage, candidates: Collection[date]) -> list[date]:
    return list(plan_changed(storage, FileCatalog(storage), candidates).inputs)


def dates_on(lake: JobOptions, clock: FakeClock) -> list[date]:
    """The dates to build in a lake of any kind."""
    with open_lake(lake, clock) as opened:
        return list(plan_build(opened.storage, opened.catalog, lake, TODAY).inputs)


def test_outdated_builds_what_older_rules_built_and_what_auto_builds(storage: Storage) -> None:
    for on in (day(1), day(2), day(3)):
        put_raw(storage, on, [song(1)])
    decide(storage, day(1), rules_version=RULES_VERSION - 1)
    decide(storage, day(2))

    assert auto(storage) == [day(3)]
    assert dates(storage, JobOptions(storage.root, "outdated")) == [day(1), day(3)]
    assert outdated_dates(storage, built_dates(storage)) == [day(1)]


def test_a_date_of_a_version_that_recorded_no_rules_is_outdated(storage: Storage) -> None:
    put_raw(storage, day(1), [song(1)])
    objects = versions(list_inputs(storage, day(1)).objects)
    content = json.dumps({"run_id": "r1", "objects": objects}).encode()
    storage.write("state/inputs/2026-11-01.json", content)

    assert outdated_dates(storage, built_dates(storage)) == [day(1)]
    assert auto(storage) == []


def test_auto_builds_a_date_that_was_never_built_however_old_it_is(storage: Storage) -> None:
    old = date(2019, 5, 1)
    for on in (day(22), old, day(1)):
        put_raw(storage, on, [song(1)])

    assert auto(storage) == [old, day(1), day(22)]


def test_auto_skips_a_date_that_was_processed_and_did_not_change(storage: Storage) -> None:
    for on in (day(21), day(22)):
        put_raw(storage, on, [song(1)])
        decide(storage, on)

    assert auto(storage) == []


def test_auto_builds_again_when_an_object_was_replaced_added_or_removed(storage: Storage) -> None:
    for number in (19, 20, 21, 22):
        put_raw(storage, day(number), [song(1)])
        put_raw(storage, day(number), [song(1)], "second")
        decide(storage, day(number))
    put_raw(storage, day(19), [song(2)])
    put_raw(storage, day(20), [song(1)], "third")
    remove(storage, f"raw/snapshot_date={day(21)}/second.jsonl.gz")

    assert auto(storage) == [day(19), day(20), day(21)]


def test_auto_finds_changes_of_the_last_14_days_only(storage: Storage) -> None:
    for days_ago in (0, 13, 14, 15, 100):
        on = TODAY - timedelta(days=days_ago)
        put_raw(storage, on, [song(1)])
        decide(storage, on)
        put_raw(storage, on, [song(2)])

    assert auto(storage) == [TODAY - timedelta(days=days_ago) for days_ago in (14, 13, 0)]


def test_a_refused_object_is_not_tried_again_until_it_changes(storage: Storage) -> None:
    key = put_raw(storage, day(22), [song(1)])
    storage.write(key, b"torn")
    decide(storage, day(22))
    assert auto(storage) == []

    put_raw(storage, day(22), [song(1)])

    assert auto(storage) == [day(22)]


def test_dates_that_are_named_are_built_even_if_they_did_not_change(storage: Storage) -> None:
    for number in (2, 3, 22):
        put_raw(storage, day(number), [song(1)])
        decide(storage, day(number))
    options = JobOptions(lake=storage.root, snapshot_dates=(day(3), day(2), day(1), day(3)))

    plan = plan_build(storage, FileCatalog(storage), options, TODAY)

    assert list(plan.inputs) == [day(2), day(3)]
    assert plan.warnings == ["raw/ and outcomes/ have no objects of 2026-11-01"]


def test_a_date_past_retention_is_never_built_again(storage: Storage) -> None:
    for number in (12, 13, 14):
        put_raw(storage, day(number), [song(1)])
    asked = JobOptions(
        lake=storage.root, snapshot_dates=(day(12), day(13), day(14)), retention_days=10
    )

    assert auto(storage, retention_days=10) == [day(13), day(14)]
    assert dates(storage, asked) == [day(13), day(14)]


def test_a_plan_of_changed_dates_has_them_in_order(storage: Storage) -> None:
    for number in (3, 2, 1):
        put_raw(storage, day(number), [song(1)])
    decide(storage, day(2))

    assert changed(storage, {day(3), day(2), day(1)}) == [day(1), day(3)]
    assert changed(storage, []) == []


def test_a_date_without_raw_objects_did_not_change(storage: Storage) -> None:
    assert changed(storage, [day(1)]) == []


def test_a_date_is_built_again_if_its_tables_were_deleted(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    for number in (1, 2, 3):
        put_raw(storage, day(number), [song(1)])
    publish_run(with_run_id(lake, "r1"), clock, [day(1), day(2)])
    # A date that was processed but not published, because all its objects are refused
    decide(storage, day(3))
    assert dates_on(lake, clock) == []
    publish_run(with_run_id(lake, "r2"), clock, [day(2)])

    # The files that r1 wrote for the 2nd are still there, but the catalog points at those of r2
    for on, run_id in ((day(1), "r1"), (day(2), "r2")):
        remove(storage, file_of("playlists", run_id, on))

    assert dates_on(lake, clock) == [day(1), day(2)]
    assert dates_on(replace(lake, retention_days=21), clock) == [day(2)]


def test_a_date_whose_tables_were_deleted_counts_as_changed(
    tmp_path: Path, clock: FakeClock
) -> None:
    storage = open_storage(str(tmp_path))
    put_raw(storage, day(1), [song(1)])
    publish_run(JobOptions(str(tmp_path)), clock, [day(1)])
    assert changed(storage, [day(1)]) == []

    shutil.rmtree(tmp_path / "tables")

    assert changed(storage, [day(1), day(2)]) == [day(1)]


def test_all_dates_are_built_again_if_the_catalog_was_deleted(
    tmp_path: Path, clock: FakeClock
) -> None:
    options = JobOptions(str(tmp_path))
    storage = open_storage(options.lake)
    for number in (1, 2):
        put_raw(storage, day(number), [song(1)])
    publish_run(options, clock, [day(1), day(2)])
    assert dates_on(options, clock) == []

    (tmp_path / CATALOG_KEY).unlink()

    assert dates_on(options, clock) == [day(1), day(2)]
    assert changed(storage, [day(2)]) == [day(2)]


def test_a_table_without_rows_on_a_date_has_no_file_and_is_not_lost(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    put_raw(storage, day(1), [song(1)])
    publish_run(with_run_id(lake, "r1"), clock, [day(1)])
    for table in TABLE_NAMES:
        if table != "playlists":
            remove(storage, file_of(table, "r1", day(1)))

    assert dates_on(lake, clock) == []


def test_a_plan_names_what_it_ignores_and_the_size_of_the_rest(storage: Storage) -> None:
    for playlist_id in (LIST, "second"):
        put_raw(storage, day(22), [song(1)], playlist_id)
    storage.write("raw/snapshot_date=2026-11-22/a.json", b"")

    plan = plan_build(storage, FileCatalog(storage), JobOptions(storage.root), TODAY)

    assert plan.warnings == [
        "raw/snapshot_date=2026-11-22/a.json is not a raw object and is ignored"
    ]
    raw = [stored for stored in storage.list_objects("raw/") if stored.key.endswith(".gz")]
    assert [one.key for one in plan.objects] == [stored.key for stored in raw]
    assert plan.size == sum(stored.size for stored in raw)


@pytest.mark.slow
def test_a_job_builds_the_plan_that_it_is_given_and_no_other_date(
    tmp_path: Path, clock: FakeClock, spark: SparkSession
) -> None:
    options, storage = JobOptions(str(tmp_path), run_id="r1"), FolderStorage(tmp_path)
    for number in (21, 22):
        put_raw(storage, day(number), [song(1)])
    plan = plan_changed(storage, FileCatalog(storage), [day(21)])

    with open_lake(options, clock) as lake:
        record = flatten_locked(spark, lake, options, no_progress, plan)

    assert list(record.dates) == [day(21)]
    assert seen(options, clock) == expected_locations({day(21): "r1"})


@pytest.mark.slow
def test_a_date_that_changed_after_it_was_planned_is_not_published(
    tmp_path: Path, clock: FakeClock, spark: SparkSession
) -> None:
    options, storage = JobOptions(str(tmp_path)), FolderStorage(tmp_path)
    put_raw(storage, day(22), [song(1)])
    plan = plan_build(storage, FileCatalog(storage), options, TODAY)
    put_raw(storage, day(22), [song(1), song(2)], "second")

    with open_lake(options, clock) as lake:
        record = flatten_locked(spark, lake, options, no_progress, plan)

    assert record.status == record.dates[day(22)].status == "failed"
    assert record.dates[day(22)].reason == (
        "raw objects changed while it was built; build it again"
    )
    assert seen(options, clock) == expected_locations({})
    assert auto(storage) == [day(22)]


def test_a_plan_without_dates_reads_nothing() -> None:
    assert (BuildPlan().objects, BuildPlan().size) == ([], 0)
