"""The dates of a lake and their raw objects: those there now, and those last processed."""

import json
from datetime import date
from threading import Barrier

from jobs.dates import built_dates, for_each_date, list_inputs, raw_dates, versions, write_inputs
from lake.storage import Storage
from tests.support.raw_objects import LIST, put_raw, song
from tests.support.runs import day


def test_keys_of_other_files_are_listed_as_ignored(storage: Storage) -> None:
    key = put_raw(storage, day(22), [song(1)])
    others = [f"raw/snapshot_date=2026-11-22/{name}" for name in ("a.json", "x/b.jsonl.gz")]
    for other in others:
        storage.write(other, b"")

    listed = list_inputs(storage, day(22))

    assert [raw.key for raw in listed.objects] == [key]
    assert [(raw.snapshot_date, raw.playlist_id) for raw in listed.objects] == [(day(22), LIST)]
    assert listed.ignored == others


def test_folders_that_are_not_dates_are_ignored(storage: Storage) -> None:
    put_raw(storage, day(22), [song(1)])
    for name in ("snapshot_date=2026-11-31", "snapshot_date=x", "2026-11-22", "tmp"):
        storage.write(f"raw/{name}/{LIST}.jsonl.gz", b"")
    storage.write("state/inputs/readme.txt", b"")

    assert raw_dates(storage) == [day(22)]
    assert built_dates(storage) == []


def test_the_inputs_of_a_date_are_readable(storage: Storage) -> None:
    key = put_raw(storage, day(22), [song(1)])
    (stored,) = storage.list_objects("raw/")
    write_inputs(storage, day(22), versions(list_inputs(storage, day(22)).objects), "r7", 5)

    content = storage.read("state/inputs/2026-11-22.json")
    assert content is not None
    assert json.loads(content) == {
        "run_id": "r7",
        "rules_version": 5,
        "objects": {key: stored.version},
        "lists": {},
    }
    assert built_dates(storage) == [day(22)]


def test_dates_are_handled_at_the_same_time() -> None:
    all_there = Barrier(3, timeout=10)

    def number(on: date) -> int:
        all_there.wait()
        return on.day

    assert for_each_date(number, [day(23), day(21), day(22)]) == {
        day(23): 23,
        day(21): 21,
        day(22): 22,
    }
