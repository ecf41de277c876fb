"""Superseded and never published folders are deleted after 24 hours, and nothing else is."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jobs import publish
from jobs.catalog import Switch
from jobs.options import JobOptions
from jobs.pending import read_pending
from jobs.run import DateResult, RunRecord
from lake.folder import FolderStorage
from lake.storage import Storage, open_storage
from tests.support.glue_tables import TABLE_NAMES
from tests.support.run_records import runs_seen
from tests.support.runs import (
    FakeClock,
    day,
    expected_locations,
    file_of,
    keys,
    locations,
    publish_run,
    publish_stays,
    visit,
    with_run_id,
    write_run,
)

pytestmark = pytest.mark.usefixtures("no_fsync")

D1, D2 = day(21), day(22)


def files(options: JobOptions) -> set[str]:
    """The data files of the lake, without those of `runs`."""
    found = keys(open_storage(options.lake), "tables/")
    return {key for key in found if not key.startswith("tables/runs/")}


def files_of(run_id: str, *dates: date) -> set[str]:
    return {file_of(table, run_id, on) for table in TABLE_NAMES for on in dates}


def abandoned_run(options: JobOptions, clock: FakeClock, run_id: str) -> RunRecord:
    """A run that was killed before it published anything."""
    with publish.open_lake(with_run_id(options, run_id), clock) as lake:
        return write_run(lake, [D1])


def undo(options: JobOptions, clock: FakeClock, record: RunRecord) -> None:
    """Undo a publication: reverse the switches of its record."""
    with publish.open_lake(options, clock) as lake:
        lake.catalog.point(
            [
                Switch(switch.table, switch.snapshot_date, switch.new, switch.old)
                for switch in reversed(record.switches)
            ]
        )


def test_a_superseded_folder_is_deleted_24_hours_later(lake: JobOptions, clock: FakeClock) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1, D2])
    clock.pass_hours(100)
    publish_run(with_run_id(lake, "r2"), clock, [D2])

    clock.pass_hours(23.99)
    visit(lake, clock)
    assert files(lake) == files_of("r1", D1, D2) | files_of("r2", D2)

    clock.pass_hours(0.01)
    visit(lake, clock)
    assert files(lake) == files_of("r1", D1) | files_of("r2", D2)

    clock.pass_hours(1000)
    visit(lake, clock)
    assert files(lake) == files_of("r1", D1) | files_of("r2", D2)


def test_the_files_of_a_killed_run_are_deleted_24_hours_after_its_start(
    lake: JobOptions, clock: FakeClock
) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1])
    abandoned_run(lake, clock, "killed")

    clock.pass_hours(23.99)
    visit(lake, clock)
    assert files(lake) == files_of("r1", D1) | files_of("killed", D1)

    clock.pass_hours(0.01)
    visit(lake, clock)
    assert files(lake) == files_of("r1", D1)
    assert read_pending(open_storage(lake.lake)).started == {}


def test_the_files_of_a_failed_run_are_deleted_24_hours_after_its_start(
    lake: JobOptions, clock: FakeClock
) -> None:
    with publish.open_lake(with_run_id(lake, "failed"), clock) as opened:
        record = write_run(opened, [D1])
        publish.fail(opened, record, ValueError("no"))

    clock.pass_hours(23.99)
    visit(lake, clock)
    assert files(lake) == files_of("failed", D1)

    clock.pass_hours(0.01)
    visit(lake, clock)
    assert files(lake) == set()


def test_the_files_of_a_failed_date_are_deleted_too(lake: JobOptions, clock: FakeClock) -> None:
    with publish.open_lake(with_run_id(lake, "r1"), clock) as opened:
        record = write_run(opened, [D1, D2])
        record.dates[D2] = DateResult("failed", reason="failed the audit")
        record.switches = [switch for switch in record.switches if switch.snapshot_date == D1]
        publish.publish(opened, record)

    clock.pass_hours(24)
    visit(lake, clock)

    assert files(lake) == files_of("r1", D1)


def test_the_folder_of_old_stays_is_deleted_and_that_of_new_stays_is_kept(
    lake: JobOptions, clock: FakeClock
) -> None:
    publish_stays(with_run_id(lake, "s1"), clock)
    record = publish_stays(with_run_id(lake, "s2"), clock)
    assert record.switches == [
        Switch(table, None, f"tables/{table}/s1", f"tables/{table}/s2")
        for table in ("list_snapshots", "items", "playlist_stays")
    ]

    for _ in range(3):
        clock.pass_hours(24)
        visit(lake, clock)

    assert files(lake) == {
        "tables/items/s2/part.parquet",
        "tables/list_snapshots/s2/part.parquet",
        "tables/playlist_stays/s2/part.parquet",
    }


def test_the_24_hours_begin_when_a_killed_publication_is_completed(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = JobOptions(str(tmp_path))
    publish_run(with_run_id(options, "r1"), clock, [D1])

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(publish, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            publish_run(with_run_id(options, "r2"), clock, [D1])
    clock.pass_hours(30)
    visit(options, clock)
    assert files(options) == files_of("r1", D1) | files_of("r2", D1)

    clock.pass_hours(23.99)
    visit(options, clock)
    assert files(options) == files_of("r1", D1) | files_of("r2", D1)
    clock.pass_hours(0.01)
    visit(options, clock)
    assert files(options) == files_of("r2", D1)


def test_a_superseded_folder_that_is_in_use_again_is_kept(
    lake: JobOptions, clock: FakeClock
) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1, D2])
    record = publish_run(with_run_id(lake, "r2"), clock, [D1, D2])
    record.switches = [switch for switch in record.switches if switch.snapshot_date == D1]
    undo(lake, clock, record)

    clock.pass_hours(24)
    visit(lake, clock)

    assert files(lake) == files_of("r1", D1) | files_of("r2", D1, D2)
    with publish.open_lake(lake, clock) as opened:
        assert locations(opened) == expected_locations({D1: "r1", D2: "r2"})


def test_a_folder_that_was_superseded_twice_is_deleted_24_hours_after_the_last_time(
    lake: JobOptions, clock: FakeClock
) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1])
    record = publish_run(with_run_id(lake, "r2"), clock, [D1])
    clock.pass_hours(1)
    undo(lake, clock, record)
    clock.pass_hours(22)
    publish_run(with_run_id(lake, "r3"), clock, [D1])

    clock.pass_hours(23.99)
    visit(lake, clock)
    assert files_of("r1", D1) <= files(lake)
    clock.pass_hours(0.01)
    visit(lake, clock)
    assert not files_of("r1", D1) & files(lake)


def test_an_interrupted_collection_is_completed_by_the_next_run(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = JobOptions(str(tmp_path))
    publish_run(with_run_id(options, "r1"), clock, [D1])
    publish_run(with_run_id(options, "r2"), clock, [D1])
    abandoned_run(options, clock, "killed")
    clock.pass_hours(24)
    deleted: list[str] = []
    real = FolderStorage.delete

    def kill_at_the_tenth(storage: FolderStorage, prefix: str) -> None:
        deleted.append(prefix)
        if len(deleted) == 10:
            raise KeyboardInterrupt
        real(storage, prefix)

    with monkeypatch.context() as patched:
        patched.setattr(FolderStorage, "delete", kill_at_the_tenth)
        with pytest.raises(KeyboardInterrupt):
            visit(options, clock)
    visit(options, clock)

    assert files(options) == files_of("r2", D1)


def test_nothing_else_is_ever_deleted(lake: JobOptions, clock: FakeClock) -> None:
    storage: Storage = open_storage(lake.lake)
    others = {
        "tables/songs/by_hand/snapshot_date=2026-11-21/x.parquet",
        "tables/songs/r10/snapshot_date=2026-11-21/x.parquet",
        "tables/my_own/r1/snapshot_date=2026-11-21/x.parquet",
        "tables/readme.txt",
        "raw/snapshot_date=2026-11-21/r1.jsonl.gz",
        "config/playlists.txt",
        "r1/x",
    }
    for key in others:
        storage.write(key, b"mine")
    publish_run(with_run_id(lake, "r1"), clock, [D1])
    publish_run(with_run_id(lake, "r2"), clock, [D1])
    abandoned_run(lake, clock, "killed")
    state = set(keys(storage, "state/"))

    for _ in range(4):
        clock.pass_hours(24)
        visit(lake, clock)

    assert others <= {
        stored.key
        for folder in ("tables/", "raw/", "config/", "r1/")
        for stored in storage.list_objects(folder)
    }
    assert set(keys(storage, "state/")) == state
    assert runs_seen(storage) == {"r1", "r2"}


def test_a_lake_whose_last_run_was_today_loses_nothing(lake: JobOptions, clock: FakeClock) -> None:
    for number in range(3):
        publish_run(with_run_id(lake, f"r{number}"), clock, [D1])
        clock.pass_hours(1)

    assert files(lake) == files_of("r0", D1) | files_of("r1", D1) | files_of("r2", D1)
