"""A run's record and its rows in the table `runs`, however the run ended."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from jobs import publish, run
from jobs.build_plan import plan_changed
from jobs.catalog import Switch
from jobs.errors import JobError
from jobs.file_catalog import FileCatalog
from jobs.list_counts import ListCounts
from jobs.options import JobOptions
from jobs.run import BuildResult, DateResult, RefusedObject, RunRecord, Steps
from lake.errors import LakeError
from lake.folder import FolderStorage
from lake.storage import Storage
from tests.support.glue_tables import TABLE_NAMES
from tests.support.raw_objects import put_raw, song
from tests.support.runs import FakeClock, day, publish_run, visit

STARTED = datetime(2026, 11, 23, 6, 0, 0, 120_000, tzinfo=UTC)
FINISHED = datetime(2026, 11, 23, 6, 1, tzinfo=UTC)


def raw_key(number: int, name: str) -> str:
    return f"raw/snapshot_date={day(number)}/{name}.jsonl.gz"


def a_record() -> RunRecord:
    """A run over two dates that published one of them."""
    return RunRecord(
        "r1",
        "flatten_playlists",
        STARTED,
        status="partial",
        finished_at=FINISHED,
        dates={
            day(21): DateResult("partial", {"songs": 2, "raw_items": 3}, rejects={"no_uri": 1}),
            day(22): DateResult("failed", reason="all its raw objects are refused"),
        },
        refused=[
            RefusedObject(day(21), "a", "is not gzip"),
            RefusedObject(day(22), "b", 'says "é"'),
        ],
        warnings=["list a fell from 9 to 1 items"],
        seconds={"read": 1.25},
        switches=[
            Switch("songs", day(21), None, "tables/songs/r1/snapshot_date=2026-11-21"),
            Switch("songs", day(20), "tables/songs/r0/snapshot_date=2026-11-20", None),
        ],
        drifted_columns=["songs.isrc"],
        inputs={day(21): {raw_key(21, "a"): "5-1"}},
        lists={day(21): {"a": ListCounts("import", 1, 3, 4, {"songs.isrc": 3}, {"items[].x": 3})}},
        error=None,
    )


def rows(storage: FolderStorage) -> list[dict[str, Any]]:
    """The table `runs`, in order."""
    files = sorted(storage.folder.glob("tables/runs/*.parquet"))
    return [row for file in files for row in pq.read_table(file).to_pylist()]


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


def test_a_run_has_a_row_per_date_with_its_refused_objects(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    run.append_to_runs(storage, a_record())

    common = {
        "run_id": "r1",
        "job": "flatten_playlists",
        "started_at": STARTED,
        "finished_at": FINISHED,
    }
    assert rows(storage) == [
        common
        | {
            "snapshot_date": date(2026, 11, 21),
            "status": "partial",
            "counts": [("raw_items", 3), ("rejects:no_uri", 1), ("songs", 2)],
            "refused_objects": [{"object": raw_key(21, "a"), "reason": "is not gzip"}],
        },
        common
        | {
            "snapshot_date": date(2026, 11, 22),
            "status": "failed",
            "counts": [],
            "refused_objects": [{"object": raw_key(22, "b"), "reason": 'says "é"'}],
        },
    ]


def test_a_run_over_all_dates_has_one_row_without_a_date(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    record = RunRecord("r2", "build_stays", STARTED, finished_at=FINISHED)
    record.dates[None] = DateResult("succeeded", {"playlist_stays": 7})
    run.append_to_runs(storage, record)

    (row,) = rows(storage)
    assert row["snapshot_date"] is None
    assert row["counts"] == [("playlist_stays", 7)]


def test_appending_a_run_again_changes_nothing(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    second = a_record()
    second.run_id = "r2"
    for record in (a_record(), second, a_record()):
        run.append_to_runs(storage, record)

    assert [(row["run_id"], str(row["snapshot_date"])) for row in rows(storage)] == [
        ("r1", "2026-11-21"),
        ("r1", "2026-11-22"),
        ("r2", "2026-11-21"),
        ("r2", "2026-11-22"),
    ]


def test_another_engine_reads_the_rows(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    run.append_to_runs(storage, a_record())
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")

    (row,) = connection.execute(
        "SELECT counts['songs'], strftime(started_at, '%H:%M:%S.%g'), refused_objects[1].reason "
        "FROM read_parquet(?) WHERE snapshot_date = DATE '2026-11-21'",
        [f"{tmp_path}/tables/runs/*.parquet"],
    ).fetchall()

    assert row == (2, "06:00:00.120", "is not gzip")


def test_a_run_with_nothing_to_do_has_no_rows(tmp_path: Path, clock: FakeClock) -> None:
    publish_run(JobOptions(str(tmp_path), run_id="r1"), clock, [])

    assert rows(FolderStorage(tmp_path)) == []
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

    (row,) = rows(FolderStorage(tmp_path))
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

    assert [
        (str(row["snapshot_date"]), row["status"]) for row in rows(FolderStorage(tmp_path))
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
