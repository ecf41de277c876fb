"""Publication: what readers see, what the record has, and who else may publish."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs import publish, run
from jobs.catalog import CatalogError, Switch
from jobs.errors import JobError
from jobs.file_catalog import FileCatalog
from jobs.flatten import flatten_playlists
from jobs.list_counts import ListCounts
from jobs.lock import LakeIsLocked
from jobs.options import JobOptions
from jobs.pending import Pending, read_pending
from jobs.rules import RULES_VERSION
from jobs.run import DateResult, RunExists, RunRecord
from jobs.run_folders import run_folder
from jobs.script import run_job
from lake.folder import FolderStorage
from lake.storage import open_storage
from tests.support.glue_tables import TABLE_NAMES
from tests.support.raw_objects import LIST, put_raw, song
from tests.support.run_records import runs_seen
from tests.support.runs import (
    FakeClock,
    day,
    expected_locations,
    keys,
    locations,
    publish_run,
    seen,
    with_run_id,
    write_run,
)

pytestmark = pytest.mark.usefixtures("no_fsync")

D1, D2 = day(21), day(22)


def pending(options: JobOptions) -> Pending:
    return read_pending(open_storage(options.lake))


def test_readers_see_a_run_only_after_its_publication(lake: JobOptions, clock: FakeClock) -> None:
    with publish.open_lake(with_run_id(lake, "r1"), clock) as opened:
        record = write_run(opened, [D1, D2])
        assert locations(opened) == expected_locations({})
        publish.publish(opened, record)

        assert locations(opened) == expected_locations({D1: "r1", D2: "r1"})
    assert record.status == "succeeded"


def test_only_the_dates_of_a_run_are_switched(lake: JobOptions, clock: FakeClock) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1, D2])
    publish_run(with_run_id(lake, "r2"), clock, [D2, day(23)])

    assert seen(lake, clock) == expected_locations({D1: "r1", D2: "r2", day(23): "r2"})


def test_the_saved_record_has_every_switch_before_the_first_is_made(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, storage = JobOptions(str(tmp_path)), FolderStorage(tmp_path)
    publish_run(with_run_id(options, "r1"), clock, [D1])
    saved: list[RunRecord] = []

    def fail(_catalog: FileCatalog, _switches: Any) -> None:
        saved.append(run.load(storage, "r2"))
        raise CatalogError("not now")

    with monkeypatch.context() as patched:
        patched.setattr(FileCatalog, "point", fail)
        with pytest.raises(CatalogError):
            publish_run(with_run_id(options, "r2"), clock, [D1, D2])

    (record,) = saved
    assert record.status == "publishing"
    assert pending(options).publication == "r2"
    assert record.switches == [
        Switch(
            table,
            on,
            run_folder(table, "r1", on) if on == D1 else None,
            run_folder(table, "r2", on),
        )
        for table in TABLE_NAMES
        for on in (D1, D2)
    ]
    assert TABLE_NAMES[-1] == "playlist_entries"


def test_a_published_run_leaves_inputs_and_a_record_and_nothing_pending(
    lake: JobOptions, clock: FakeClock
) -> None:
    storage = open_storage(lake.lake)
    key = put_raw(storage, D1, [song(1)])
    (stored,) = storage.list_objects("raw/")
    publish_run(with_run_id(lake, "r1"), clock, [D1])

    content = storage.read("state/inputs/2026-11-21.json")
    assert content is not None
    assert json.loads(content) == {
        "run_id": "r1",
        "rules_version": RULES_VERSION,
        "objects": {key: stored.version},
        "lists": {},
    }
    record = run.load(storage, "r1")
    assert (record.status, record.started_at, record.finished_at) == (
        "succeeded",
        clock.now,
        clock.now,
    )
    assert pending(lake) == Pending()
    assert runs_seen(storage) == {"r1"}


def test_a_failed_date_is_not_switched_but_its_inputs_are_remembered(
    lake: JobOptions, clock: FakeClock
) -> None:
    counts = ListCounts("import", 1, 2, 3, {"songs.isrc": 1}, {"items[].x": 2})
    with publish.open_lake(with_run_id(lake, "r1"), clock) as opened:
        first = write_run(opened, [D1, D2])
        first.lists = {D2: {LIST: counts}}
        publish.publish(opened, first)
    with publish.open_lake(with_run_id(lake, "r2"), clock) as opened:
        record = write_run(opened, [D1])
        record.dates[D2] = DateResult("failed", reason="all its raw objects are refused")
        record.inputs[D2] = {"raw/x": "torn"}
        publish.publish(opened, record)

    assert record.status == "partial"
    assert seen(lake, clock) == expected_locations({D1: "r2", D2: "r1"})
    content = open_storage(lake.lake).read("state/inputs/2026-11-22.json")
    assert content is not None
    assert json.loads(content) == {
        "run_id": "r2",
        "rules_version": RULES_VERSION,
        "objects": {"raw/x": "torn"},
        "lists": {
            LIST: {
                "source": "import",
                "objects": 1,
                "items": 2,
                "artists": 3,
                "missing": {"songs.isrc": 1},
                "dropped_keys": {"items[].x": 2},
                "is_complete": True,
            }
        },
    }
    assert run.load(open_storage(lake.lake), "r1").lists == {D2: {LIST: counts}}


def test_a_run_has_failed_if_all_its_dates_failed(lake: JobOptions, clock: FakeClock) -> None:
    with publish.open_lake(with_run_id(lake, "r1"), clock) as opened:
        record = publish.start_run(opened, "flatten_playlists")
        record.dates[D1] = DateResult("failed", reason="all its raw objects are refused")
        record.inputs[D1] = {"raw/x": "torn"}
        publish.publish(opened, record)

    assert record.status == "failed"
    assert seen(lake, clock) == expected_locations({})
    assert keys(open_storage(lake.lake), "state/inputs/") == ["state/inputs/2026-11-21.json"]


def test_reversing_the_switches_of_a_record_undoes_it(lake: JobOptions, clock: FakeClock) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1])
    record = publish_run(with_run_id(lake, "r2"), clock, [D1, D2])

    backwards = [
        Switch(switch.table, switch.snapshot_date, switch.new, switch.old)
        for switch in reversed(record.switches)
    ]
    with publish.open_lake(lake, clock) as opened:
        opened.catalog.point(backwards)

        assert locations(opened) == expected_locations({D1: "r1"})


def test_a_run_id_cannot_be_used_twice(lake: JobOptions, clock: FakeClock) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1])

    with pytest.raises(RunExists, match=f"^{lake.lake} has a run r1 already; use another run id$"):
        publish_run(with_run_id(lake, "r1"), clock, [D2])

    assert seen(lake, clock) == expected_locations({D1: "r1"})


def test_a_run_folder_that_exists_is_refused(
    tmp_path: Path, clock: FakeClock, spark: SparkSession
) -> None:
    storage = FolderStorage(tmp_path)
    put_raw(storage, D1, [song(1)])
    storage.write("tables/songs/r1/whose.parquet", b"?")

    with pytest.raises(JobError, match="tables/songs/r1"):
        flatten_playlists(spark, JobOptions(str(tmp_path), run_id="r1"), clock=clock)

    assert seen(JobOptions(str(tmp_path)), clock) == expected_locations({})


def test_a_second_publisher_fails_at_once_and_changes_nothing(
    lake: JobOptions, clock: FakeClock
) -> None:
    with publish.open_lake(with_run_id(lake, "r1"), clock) as opened:
        record = write_run(opened, [D1])
        state = keys(opened.storage, "state/")
        with pytest.raises(LakeIsLocked, match=r"run r1 \(process \d+ on "):
            publish_run(with_run_id(lake, "r2"), clock, [D1])
        assert keys(opened.storage, "state/") == state
        publish.publish(opened, record)

    assert seen(lake, clock) == expected_locations({D1: "r1"})


def test_a_job_script_ends_at_once_with_one_sentence_if_the_lake_is_locked(
    tmp_path: Path, clock: FakeClock, spark: SparkSession
) -> None:
    assert spark  # the session that the script gets
    put_raw(FolderStorage(tmp_path), D1, [song(1)])
    # While the lock is held: the script does not wait for it
    with (
        publish.open_lake(JobOptions(str(tmp_path), run_id="first"), clock),
        pytest.raises(SystemExit) as ended,
    ):
        run_job(flatten_playlists, ["script", "--lake", str(tmp_path), "--run_id", "second"])

    # Python prints a text and exits with status 1
    message = ended.value.code
    assert isinstance(message, str)
    assert message.startswith(f"{tmp_path}: run first (process {os.getpid()} on ")
    assert message.endswith(" is publishing to this lake; wait until it ends, then run again")


def test_a_damaged_table_runs_is_a_warning_of_each_run_until_it_is_deleted(
    lake: JobOptions, clock: FakeClock
) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1])
    storage, damaged = open_storage(lake.lake), "tables/runs/r1/part-00000.parquet"
    storage.write(damaged, b"")

    for run_id in ("r2", "r3"):
        publish_run(with_run_id(lake, run_id), clock, [D2])

        (warning,) = run.load(storage, run_id).warnings
        assert warning.startswith(f"{storage.root}/{damaged} cannot be read ")
        assert pending(lake).publication is None
        assert seen(lake, clock) == expected_locations({D1: "r1", D2: run_id})
    storage.delete("tables/runs/r1/")
    publish_run(with_run_id(lake, "r4"), clock, [D2])
    assert runs_seen(storage) == {"r4"}


def test_a_damaged_table_runs_does_not_hide_why_a_run_failed(
    lake: JobOptions, clock: FakeClock
) -> None:
    publish_run(with_run_id(lake, "r1"), clock, [D1])
    storage, damaged = open_storage(lake.lake), "tables/runs/r1/part-00000.parquet"
    content = storage.read(damaged) or b""
    storage.write(damaged, b"")

    def build(_steps: run.Steps) -> run.BuildResult:
        raise JobError("the real reason")

    with (
        publish.open_lake(with_run_id(lake, "r2"), clock) as opened,
        pytest.raises(JobError, match=r"^the real reason$"),
    ):
        publish.perform(opened, "build_stays", build, lambda _step: None)
    (warning,) = run.load(storage, "r2").warnings
    assert warning.startswith(f"{storage.root}/{damaged} cannot be read ")

    storage.write(damaged, content)
    publish_run(with_run_id(lake, "r3"), clock, [D2])
    assert runs_seen(storage) == {"r1", "r2", "r3"}
