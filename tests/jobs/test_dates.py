"""Which dates a run builds: what changed, what was never built, what was asked for."""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from jobs.dates import (
    built_dates,
    changed_dates,
    dates_to_build,
    list_inputs,
    raw_dates,
    versions,
    write_inputs,
)
from jobs.options import JobOptions
from lake.storage import Storage, open_storage
from tests.support.small_lakes import (
    LIST,
    TABLE_NAMES,
    FakeClock,
    day,
    file_of,
    publish_run,
    put_raw,
    remove,
    song,
    with_run_id,
)

TODAY = date(2026, 11, 23)


def decide(storage: Storage, on: date, run_id: str = "r1") -> None:
    """Remember a date's raw objects as they are now, as a run does that built or refused them."""
    write_inputs(storage, on, versions(list_inputs(storage, on).objects), run_id)


def auto(storage: Storage, retention_days: int | None = None) -> list[date]:
    options = JobOptions(lake=storage.root, retention_days=retention_days)
    return list(dates_to_build(storage, options, TODAY))


def test_auto_builds_what_was_never_built_however_old(storage: Storage) -> None:
    old = date(2019, 5, 1)
    for on in (day(22), old, day(1)):
        put_raw(storage, on, [song(1)])

    assert auto(storage) == [old, day(1), day(22)]


def test_auto_leaves_alone_what_was_decided_and_did_not_change(storage: Storage) -> None:
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


def test_auto_sees_a_change_of_the_last_14_days_and_no_older_one(storage: Storage) -> None:
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


def test_dates_that_are_asked_for_are_built_whether_they_changed_or_not(storage: Storage) -> None:
    for number in (2, 3, 22):
        put_raw(storage, day(number), [song(1)])
        decide(storage, day(number))
    options = JobOptions(lake=storage.root, snapshot_dates=(day(3), day(2), day(1), day(3)))

    assert dates_to_build(storage, options, TODAY) == [day(2), day(3)]


def test_a_date_past_retention_is_never_built_again(storage: Storage) -> None:
    for number in (12, 13, 14):
        put_raw(storage, day(number), [song(1)])
    asked = JobOptions(
        lake=storage.root, snapshot_dates=(day(12), day(13), day(14)), retention_days=10
    )

    assert auto(storage, retention_days=10) == [day(13), day(14)]
    assert dates_to_build(storage, asked, TODAY) == [day(13), day(14)]


def test_what_is_no_raw_object_is_told_apart(storage: Storage) -> None:
    key = put_raw(storage, day(22), [song(1)])
    others = [f"raw/snapshot_date=2026-11-22/{name}" for name in ("a.json", "x/b.jsonl.gz")]
    for other in others:
        storage.write(other, b"")

    listed = list_inputs(storage, day(22))

    assert [stored.key for stored in listed.objects] == [key]
    assert listed.ignored == others


def test_folders_that_are_no_dates_are_passed_over(storage: Storage) -> None:
    put_raw(storage, day(22), [song(1)])
    for name in ("snapshot_date=2026-11-31", "snapshot_date=x", "2026-11-22", "tmp"):
        storage.write(f"raw/{name}/{LIST}.jsonl.gz", b"")
    storage.write("state/inputs/readme.txt", b"")

    assert raw_dates(storage) == [day(22)]
    assert built_dates(storage) == []


def test_the_inputs_of_a_date_are_readable(storage: Storage) -> None:
    key = put_raw(storage, day(22), [song(1)])
    (stored,) = storage.list_objects("raw/")
    decide(storage, day(22), "r7")

    content = storage.read("state/inputs/2026-11-22.json")
    assert content is not None
    assert json.loads(content) == {"run_id": "r7", "objects": {key: stored.version}}
    assert built_dates(storage) == [day(22)]


def test_of_some_dates_those_that_changed_are_told_in_order(storage: Storage) -> None:
    for number in (3, 2, 1):
        put_raw(storage, day(number), [song(1)])
    decide(storage, day(2))

    assert changed_dates(storage.root, {day(3), day(2), day(1)}) == [day(1), day(3)]
    assert changed_dates(storage.root, []) == []


def test_a_date_without_raw_objects_did_not_change(storage: Storage) -> None:
    assert changed_dates(storage.root, [day(1)]) == []


def test_a_date_is_built_again_where_its_tables_were_deleted(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    for number in (1, 2, 3):
        put_raw(storage, day(number), [song(1)])
    publish_run(with_run_id(lake, "r1"), clock, [day(1), day(2)])
    # A date that was never published, since all its objects are refused
    decide(storage, day(3))
    assert dates_to_build(storage, lake, TODAY) == []
    publish_run(with_run_id(lake, "r2"), clock, [day(2)])

    # What r1 wrote of the 2nd is still there, but nobody is pointed to it
    for on, run_id in ((day(1), "r1"), (day(2), "r2")):
        remove(storage, file_of("playlists", run_id, on))

    assert dates_to_build(storage, lake, TODAY) == [day(1), day(2)]
    assert dates_to_build(storage, replace(lake, retention_days=21), TODAY) == [day(2)]


def test_a_date_whose_tables_were_deleted_counts_as_changed(
    tmp_path: Path, clock: FakeClock
) -> None:
    storage = open_storage(str(tmp_path))
    put_raw(storage, day(1), [song(1)])
    publish_run(JobOptions(str(tmp_path)), clock, [day(1)])
    assert changed_dates(str(tmp_path), [day(1)]) == []

    shutil.rmtree(tmp_path / "tables")

    assert changed_dates(str(tmp_path), [day(1), day(2)]) == [day(1)]


def test_a_table_without_rows_on_a_date_has_no_file_and_is_not_lost(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    put_raw(storage, day(1), [song(1)])
    publish_run(with_run_id(lake, "r1"), clock, [day(1)])
    for table in TABLE_NAMES:
        if table != "playlists":
            remove(storage, file_of(table, "r1", day(1)))

    assert dates_to_build(storage, lake, TODAY) == []
