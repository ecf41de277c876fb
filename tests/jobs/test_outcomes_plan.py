"""Which dates of `outcomes` a run looks at: those that changed, were never built, or are named."""

from dataclasses import replace
from datetime import date, timedelta

from jobs.build_plan import plan_build
from jobs.file_catalog import FileCatalog
from jobs.options import JobOptions
from jobs.outcomes_plan import (
    plan_changed_outcomes,
    plan_outcomes,
    processed_outcomes_dates,
    write_outcomes_inputs,
)
from lake.storage import Storage
from tests.support.outcomes_oracle import put_lines
from tests.support.raw_objects import put_raw, song
from tests.support.runs import day

TODAY = date(2026, 11, 23)
OLD = TODAY - timedelta(days=100)


def chosen(storage: Storage, options: JobOptions | None = None) -> list[date]:
    options = options or JobOptions(storage.root)
    return list(plan_outcomes(storage, FileCatalog(storage), options, TODAY))


def process(storage: Storage) -> None:
    """Note all outcomes objects as processed, as they are now."""
    named = JobOptions(storage.root, snapshot_dates="outdated")
    plan = plan_outcomes(storage, FileCatalog(storage), named, TODAY)
    for on, objects in plan.items():
        write_outcomes_inputs(storage, on, objects)


def test_auto_takes_dates_never_built_and_changed_ones_of_14_days(storage: Storage) -> None:
    for on in (OLD, day(8), day(9), day(22)):
        put_lines(storage, on, "r1", {"a": "extracted"})
    assert chosen(storage) == [OLD, day(8), day(9), day(22)]
    process(storage)
    assert chosen(storage) == []
    for on in (OLD, day(8), day(9), TODAY):
        put_lines(storage, on, "r2", {"a": "already_present"})

    assert chosen(storage) == [day(9), TODAY]


def test_named_and_outdated_dates_are_taken_though_nothing_changed(storage: Storage) -> None:
    for on in (OLD, day(21), day(22)):
        put_lines(storage, on, "r1", {"a": "extracted"})
    process(storage)
    named = JobOptions(storage.root, snapshot_dates=(day(20), day(22)))
    outdated = JobOptions(storage.root, snapshot_dates="outdated")

    assert chosen(storage, named) == [day(22)]
    assert chosen(storage, outdated) == [OLD, day(21), day(22)]
    assert chosen(storage, replace(outdated, retention_days=30)) == [day(21), day(22)]


def test_candidates_are_taken_if_they_changed_however_old_they_are(storage: Storage) -> None:
    for on in (OLD, day(21), day(22)):
        put_lines(storage, on, "r1", {"a": "extracted"})
    process(storage)
    put_lines(storage, OLD, "r2", {"a": "failed"})
    put_lines(storage, day(22), "r2", {"a": "failed"})

    changed = plan_changed_outcomes(storage, FileCatalog(storage), [OLD, day(20), day(21)])

    assert list(changed) == [OLD]


def test_a_date_with_outcomes_alone_is_neither_missing_nor_built(storage: Storage) -> None:
    put_lines(storage, OLD, "r1", {"a": "forbidden"})
    process(storage)
    assert processed_outcomes_dates(storage) == [OLD]
    named = JobOptions(storage.root, snapshot_dates=(OLD,))
    assert plan_build(storage, FileCatalog(storage), named, TODAY).is_empty

    # An older date whose raw objects are copied into the lake later was never built
    put_raw(storage, OLD, [song(1)])

    plan = plan_build(storage, FileCatalog(storage), JobOptions(storage.root), TODAY)
    assert list(plan.inputs) == [OLD]


def test_folders_that_are_not_dates_are_ignored(storage: Storage) -> None:
    for name in ("snapshot_date=2026-02-30", "snapshot_date=x", "x"):
        storage.write(f"outcomes/{name}/r1.jsonl", b"")

    assert chosen(storage) == []
