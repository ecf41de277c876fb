"""A run's record, and its rows in the table `runs`, however the run ended."""

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from jobs import publish, run
from jobs.build_plan import plan_changed
from jobs.errors import JobError
from jobs.file_catalog import FileCatalog
from jobs.options import JobOptions
from jobs.run import BuildResult, DateResult, RunRecord, Steps
from lake.errors import LakeError
from lake.folder import FolderStorage
from lake.storage import Storage
from tests.support.glue_tables import TABLE_NAMES
from tests.support.raw_objects import put_raw, song
from tests.support.run_records import STARTED, a_record, raw_key, runs_rows
from tests.support.runs import FakeClock, day, publish_run, visit


def test_a_record_is_read_back_as_it_was(storage: Storage) -> None:
    over_all_dates = RunRecord("r2", "build_stays", STARTED, dates={None: DateResult("succeeded")})
    for record in (a_record(), over_all_dates):
        run.save(storage, record)

        assert run.load(storage, record.run_id) == record


def test_a_record_has_the_old_and_new_location_of_each_partition(storage: Storage) -> None:
    run.save(storage, a_record())

    content = storage.read("state/runs/r1.json")
    assert content is not None
    assert json.loads(content)["switches"] == [
        {
            "table": "songs",
            "snapshot_date": "2026-11-21",
            "old": None,
            "new": "tables/songs/r1/snapshot_date=2026-11-21",
        },
        {
            "table": "songs",
            "snapshot_date": "2026-11-20",
            "old": "tables/songs/r0/snapshot_date=2026-11-20",
            "new": None,
        },
    ]


def test_a_record_of_an_earlier_version_is_read(storage: Storage) -> None:
    run.save(storage, a_record())
    content = json.loads(storage.read("state/runs/r1.json") or b"")
    content["refused"] = [
        {"object": raw_key(21, "a"), "reason": "is not gzip"},
        {"object": raw_key(22, "b"), "reason": 'says "é"'},
    ]
    for result in content["dates"].values():
        del result["rejects"]
    content["dates"]["2026-11-21"]["counts"]["rejects:no_uri"] = 1
    storage.write("state/runs/r1.json", json.dumps(content).encode())

    record = run.load(storage, "r1")

    assert record.refused == a_record().refused
    assert record.dates[day(21)].all_counts == a_record().dates[day(21)].all_counts


def test_a_missing_record_is_one_sentence(storage: Storage) -> None:
    with pytest.raises(JobError, match=r"/state/runs/r9.json does not exist; restore it$"):
        run.load(storage, "r9")


def test_a_run_with_nothing_to_do_has_no_rows(tmp_path: Path, clock: FakeClock) -> None:
    publish_run(JobOptions(str(tmp_path), run_id="r1"), clock, [])

    assert runs_rows(FolderStorage(tmp_path)) == []
    assert run.load(FolderStorage(tmp_path), "r1").status == "succeeded"


def test_a_run_that_failed_before_it_knew_its_dates_is_in_the_table(
    tmp_path: Path, clock: FakeClock
) -> None:
    def build(_steps: Steps) -> BuildResult:
        clock.pass_hours(0.5)
        raise JobError("the disk is full")

    with (
        pytest.raises(JobError, match="the disk is full"),
        publish.open_lake(JobOptions(str(tmp_path), run_id="r1"), clock) as lake,
    ):
        publish.perform(lake, "flatten_playlists", build, run.no_progress)

    (row,) = runs_rows(FolderStorage(tmp_path))
    assert (row["run_id"], row["snapshot_date"], row["status"]) == ("r1", None, "failed")
    assert (row["started_at"], row["finished_at"]) == (STARTED.replace(microsecond=0), clock.now)
    record = run.load(FolderStorage(tmp_path), "r1")
    assert (record.status, record.error) == ("failed", "the disk is full")


def test_a_run_that_failed_after_its_audit_has_no_row_that_says_succeeded(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(_steps: Steps) -> BuildResult:
        failed = DateResult("failed", reason="failed the audit")
        return BuildResult(
            TABLE_NAMES, {day(21): DateResult("succeeded", {"songs": 2}), day(22): failed}
        )

    def throttle(*_: Any) -> None:
        raise JobError("Glue answers ThrottlingException")

    with (
        publish.open_lake(JobOptions(str(tmp_path), run_id="r1"), clock) as lake,
        monkeypatch.context() as patched,
    ):
        patched.setattr(FileCatalog, "locations", throttle)
        with pytest.raises(JobError):
            publish.perform(lake, "flatten_playlists", build, run.no_progress)
    # The next run adds the rows, because this one could not change the catalog
    visit(JobOptions(str(tmp_path)), clock)

    assert [
        (str(row["snapshot_date"]), row["status"]) for row in runs_rows(FolderStorage(tmp_path))
    ] == [
        ("2026-11-21", "failed"),
        ("2026-11-22", "failed"),
    ]
    reasons = [one.reason for one in run.load(FolderStorage(tmp_path), "r1").dates.values()]
    assert reasons == ["Glue answers ThrottlingException", "failed the audit"]


@pytest.mark.parametrize("key", ["state/pending.json", "state/runs/r1.json"])
@pytest.mark.parametrize("content", [b'{"publication', b"[]", b'{"x": 1}', b"\xff"])
def test_a_damaged_state_file_is_one_sentence(
    tmp_path: Path, clock: FakeClock, key: str, content: bytes
) -> None:
    options = JobOptions(str(tmp_path))
    storage = FolderStorage(tmp_path)
    storage.write("state/pending.json", b'{"publication": "r1", "started": {}, "superseded": {}}')
    storage.write(key, content)

    with pytest.raises(LakeError, match=f"^{tmp_path}/{key} "):
        visit(options, clock)


@pytest.mark.parametrize("content", [b'{"objects', b"[]", b"{}", b"\xff"])
def test_damaged_inputs_are_one_sentence(tmp_path: Path, content: bytes) -> None:
    storage = FolderStorage(tmp_path)
    put_raw(storage, day(22), [song(1)])
    storage.write("state/inputs/2026-11-22.json", content)

    with pytest.raises(LakeError, match=f"^{tmp_path}/state/inputs/2026-11-22.json "):
        plan_changed(storage, FileCatalog(storage), [day(22)])


def test_the_clock_is_cut_to_milliseconds() -> None:
    now = run.utc_now()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
