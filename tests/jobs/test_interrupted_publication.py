"""Interrupted publications: readers see the old or the new state, and the next run completes."""

import json
from pathlib import Path
from typing import Any

import pytest

from jobs import publish, run
from jobs.catalog import CatalogError
from jobs.file_catalog import FileCatalog
from jobs.lock import LakeIsLocked, LockLost
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.pending import Pending, read_pending, write_pending
from jobs.s3_lock import S3Lock
from lake.folder import FolderStorage
from lake.s3 import S3Storage
from lake.storage import Storage, open_storage
from tests.support.glue_tables import BUCKET, LAKE, TABLE_NAMES
from tests.support.lossy_aws import LossyAws
from tests.support.raw_objects import put_raw, song
from tests.support.run_records import runs_seen
from tests.support.runs import (
    FakeClock,
    Interrupted,
    Interrupter,
    day,
    expected_locations,
    keys,
    locations,
    publish_run,
    seen,
    visit,
    with_run_id,
    write_run,
)

pytestmark = pytest.mark.usefixtures("no_fsync")

D1, D2 = day(21), day(22)


def pending(options: JobOptions) -> Pending:
    return read_pending(open_storage(options.lake))


def interrupted_at(
    interrupter: Interrupter, number: int, options: JobOptions, clock: FakeClock
) -> bool:
    """Interrupt the publication of run r2 at a write; False if it has fewer writes."""
    with publish.open_lake(with_run_id(options, "r2"), clock) as lake:
        record = write_run(lake, [D1, D2])
        interrupter.arm(number)
        try:
            publish.publish(lake, record)
        except Interrupted:
            return True
        interrupter.arm(0)
    return False


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_after_an_interruption_readers_see_old_or_new_and_the_next_run_completes(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    old, new = expected_locations({D1: "r1", D2: "r1"}), expected_locations({D1: "r2", D2: "r2"})
    interrupter = Interrupter(monkeypatch, after=after)
    seen_after = []
    for number in range(1, 100):
        options = JobOptions(str(tmp_path / str(number)))
        storage = FolderStorage(tmp_path / str(number))
        put_raw(storage, D1, [song(1)])
        publish_run(with_run_id(options, "r1"), clock, [D1, D2])
        is_over = not interrupted_at(interrupter, number, options, clock)

        at_the_end = {table: FileCatalog(storage).locations(table) for table in TABLE_NAMES}
        assert at_the_end in (old, new)
        was_pending = pending(options).publication == "r2"
        visit(options, clock)

        now = seen(options, clock)
        assert now == (new if was_pending else at_the_end)
        seen_after.append(now)
        if now == new:
            assert_complete(storage, old)
        publish_run(with_run_id(options, "r3"), clock, [D1, D2])
        assert seen(options, clock) == expected_locations({D1: "r3", D2: "r3"})
        if is_over:
            break
    # The first writes come before the publication is pending, most come after
    assert seen_after[0] == old
    assert seen_after.count(new) >= 6


def assert_complete(storage: Storage, old: dict[str, Any]) -> None:
    """Run r2 left the same state as a run without interruption."""
    assert run.load(storage, "r2").status == "succeeded"
    assert runs_seen(storage) == {"r1", "r2"}
    left = read_pending(storage)
    assert (left.publication, left.started) == (None, {})
    replaced = {folder for of_date in old.values() for folder in of_date.values()}
    assert set(left.superseded) == {*replaced, "tables/runs/r1"}
    content = storage.read("state/inputs/2026-11-21.json")
    assert content is not None
    assert json.loads(content)["run_id"] == "r2"


def test_completing_a_publication_again_changes_nothing(lake: JobOptions, clock: FakeClock) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1])
    storage = open_storage(lake.lake)
    with publish.open_lake(with_run_id(lake, "r2"), clock) as opened:
        record = write_run(opened, [D1])
        publish.publish(opened, record)
        state = [storage.read(key) for key in keys(storage, "state/") if "lock" not in key]

        publish.complete(opened, run.load(storage, "r2"))

        assert locations(opened) == expected_locations({D1: "r2"})
        assert [storage.read(key) for key in keys(storage, "state/") if "lock" not in key] == state
    assert runs_seen(storage) == {"r1", "r2"}


def test_a_publication_stays_pending_while_the_catalog_fails(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_catalog: FileCatalog, _switches: Any) -> None:
        raise CatalogError("not now")

    options = JobOptions(str(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(FileCatalog, "point", refuse)
        with pytest.raises(CatalogError):
            publish_run(with_run_id(options, "r1"), clock, [D1])
        # Until it is completed, no other run publishes
        with pytest.raises(CatalogError):
            publish_run(with_run_id(options, "r2"), clock, [D2])

    publish_run(with_run_id(options, "r3"), clock, [D2])

    assert seen(options, clock) == expected_locations({D1: "r1", D2: "r3"})
    assert [keys(FolderStorage(tmp_path), f"tables/songs/{name}/") for name in ("r1", "r2")] == [
        ["tables/songs/r1/snapshot_date=2026-11-21/part.parquet"],
        [],
    ]


@pytest.mark.usefixtures("aws")
def test_a_run_that_lost_its_lock_publishes_nothing(clock: FakeClock) -> None:
    options, storage = JobOptions(LAKE), S3Storage(BUCKET, "some/prefix")

    def sleep_too_long() -> None:
        with publish.open_lake(with_run_id(options, "slow"), clock) as opened:
            record = write_run(opened, [D1])
            clock.pass_hours(3)
            publish_run(with_run_id(options, "quick"), clock, [D1])
            publish.publish(opened, record)

    with pytest.raises(
        LockLost,
        match=r"run slow lost the lock, because it took longer than 2:00:00 .* nothing was",
    ):
        sleep_too_long()

    assert seen(options, clock) == expected_locations({D1: "quick"})
    assert pending(options).publication is None
    assert pending(options).started == {"slow": "2026-11-23T06:00:00+00:00"}
    assert run.load(storage, "slow").status == "failed"
    assert runs_seen(storage) == {"quick", "slow"}


@pytest.mark.usefixtures("aws")
def test_a_run_that_lost_its_lock_and_fails_leaves_the_table_runs_to_a_later_one(
    clock: FakeClock,
) -> None:
    options, storage = JobOptions(LAKE), S3Storage(BUCKET, "some/prefix")
    with publish.open_lake(with_run_id(options, "slow"), clock) as opened:
        record = write_run(opened, [D1])
        assert opened.catalog.locations("runs") == {}
        clock.pass_hours(3)
        publish_run(with_run_id(options, "quick"), clock, [D1])
        publish.fail(opened, record, ValueError("no space"))

    assert runs_seen(storage) == {"quick"}
    visit(options, clock)
    assert runs_seen(storage) == {"quick", "slow"}
    assert run.load(storage, "slow").error == "no space"


def test_a_run_whose_renewal_got_no_answer_publishes_its_build(
    lossy_aws: LossyAws, clock: FakeClock
) -> None:
    with publish.open_lake(JobOptions(LAKE, run_id="r1"), clock) as opened:
        record = write_run(opened, [D1])
        clock.pass_hours(0.5)
        lossy_aws.lose("s3 PUT object")
        publish.publish(opened, record)

    assert seen(JobOptions(LAKE), clock) == expected_locations({D1: "r1"})


@pytest.mark.usefixtures("aws")
def test_a_killed_run_on_s3_is_completed_when_its_lock_has_expired(clock: FakeClock) -> None:
    options, storage = JobOptions(LAKE), S3Storage(BUCKET, "some/prefix")
    lock = S3Lock(storage, "killed", clock)
    lock.acquire()
    catalog = FileCatalog(storage)
    killed = LockedLake(storage, catalog, clock, lock, "killed")
    record = write_run(killed, [D1])
    record.status = "publishing"
    run.save(storage, record)
    write_pending(storage, Pending(publication="killed", started={"killed": "2026-11-23"}))

    with pytest.raises(LakeIsLocked, match="run killed "):
        visit(options, clock)
    clock.pass_hours(2)
    visit(options, clock)

    assert seen(options, clock) == expected_locations({D1: "killed"})
    assert run.load(storage, "killed").status == "succeeded"
