"""The table `runs`: a row per run and date, in one file that every run writes anew."""

from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.catalog import Switch
from jobs.file_catalog import FileCatalog
from jobs.garbage import collect_garbage
from jobs.lock import FolderLock
from jobs.locked_lake import LockedLake
from jobs.pending import Pending, write_pending
from jobs.publish import add_failed_runs
from jobs.run import DateResult, RunRecord, save
from jobs.runs_table import RunsDamaged, append_to_runs
from lake.folder import FolderStorage
from lake.objects import StoredObject
from playlist_lake.answers.table_files import table_files
from tests.support.run_records import FINISHED, STARTED, a_record, raw_key, runs_rows, runs_seen
from tests.support.runs import FakeClock, Interrupted, Interrupter, keys


@pytest.fixture
def lake(tmp_path: Path, clock: FakeClock) -> LockedLake:
    """A lake in a folder."""
    storage = FolderStorage(tmp_path)
    return LockedLake(storage, FileCatalog(storage), clock, FolderLock(), "r9")


def file_of_run(run_id: str) -> str:
    return f"tables/runs/{run_id}/part-00000.parquet"


def a_run(number: int, started_at: datetime = STARTED) -> RunRecord:
    """A run over all dates."""
    return RunRecord(
        f"r{number}",
        "build_stays",
        started_at,
        finished_at=FINISHED,
        dates={None: DateResult("succeeded", {"playlist_stays": number})},
    )


def test_a_run_has_a_row_per_date_with_its_refused_objects(lake: LockedLake) -> None:
    append_to_runs(lake, a_record())

    common = {
        "run_id": "r1",
        "job": "flatten_playlists",
        "started_at": STARTED,
        "finished_at": FINISHED,
    }
    assert runs_rows(lake.storage) == [
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


def test_a_run_over_all_dates_has_one_row_without_a_date(lake: LockedLake) -> None:
    record = RunRecord("r2", "build_stays", STARTED, finished_at=FINISHED)
    record.dates[None] = DateResult("succeeded", {"playlist_stays": 7})
    append_to_runs(lake, record)

    (row,) = runs_rows(lake.storage)
    assert row["snapshot_date"] is None
    assert row["counts"] == [("playlist_stays", 7)]


def test_appending_a_run_again_changes_nothing(lake: LockedLake) -> None:
    second = a_record()
    second.run_id = "r2"
    for record in (a_record(), second, a_record()):
        append_to_runs(lake, record)

    assert [(row["run_id"], str(row["snapshot_date"])) for row in runs_rows(lake.storage)] == [
        ("r1", "2026-11-21"),
        ("r1", "2026-11-22"),
        ("r2", "2026-11-21"),
        ("r2", "2026-11-22"),
    ]


def test_another_engine_reads_the_rows(lake: LockedLake) -> None:
    append_to_runs(lake, a_record())
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")

    (row,) = connection.execute(
        "SELECT counts['songs'], strftime(started_at, '%H:%M:%S.%g'), refused_objects[1].reason "
        "FROM read_parquet(?) WHERE snapshot_date = DATE '2026-11-21'",
        [f"{lake.storage.root}/{file_of_run('r1')}"],
    ).fetchall()

    assert row == (2, "06:00:00.120", "is not gzip")


def test_all_runs_are_in_one_file(lake: LockedLake) -> None:
    for number in range(60):
        append_to_runs(lake, a_run(number, STARTED - timedelta(days=number)))

    (file,) = table_files_of_runs(lake)
    assert file == file_of_run("r59")
    assert [row["run_id"] for row in runs_rows(lake.storage)] == [
        f"r{number}" for number in reversed(range(60))
    ]


def table_files_of_runs(lake: LockedLake) -> list[str]:
    """The files that a reader on this machine would read."""
    lake.catalog.point([Switch("songs", STARTED.date(), None, "tables/songs/r0")])
    files = table_files(Path(lake.storage.root))["runs"]
    return [Path(file).relative_to(lake.storage.root).as_posix() for file in files]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_reader_sees_every_row_once_whenever_a_run_is_killed(
    lake: LockedLake, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    append_to_runs(lake, a_run(1))
    interrupter = Interrupter(monkeypatch, after=after)
    for number in (1, 2, 3):
        interrupter.arm(number)
        with pytest.raises(Interrupted):
            append_to_runs(lake, a_run(1 + number))
        assert runs_seen(lake.storage) in (
            {f"r{n}" for n in range(1, end)} for end in (number + 1, number + 2)
        )
        interrupter.arm(0)
        append_to_runs(lake, a_run(1 + number))

        assert runs_seen(lake.storage) == {f"r{n}" for n in range(1, number + 2)}


def test_a_query_that_is_running_can_read_the_old_file_for_24_hours(
    lake: LockedLake, clock: FakeClock
) -> None:
    for number in (1, 2):
        append_to_runs(lake, a_run(number))

    clock.pass_hours(23)
    collect_garbage(lake)
    assert lake.storage.exists(file_of_run("r1"))
    clock.pass_hours(1)
    collect_garbage(lake)
    assert keys(lake.storage, "tables/runs/") == [file_of_run("r2")]


def test_a_failed_run_that_could_not_add_its_rows_is_added_later(
    lake: LockedLake, clock: FakeClock
) -> None:
    failed = a_run(1)
    failed.status = "failed"
    save(lake.storage, failed)
    write_pending(
        lake.storage, Pending(started={"r1": clock.now.isoformat(), "r3": clock.now.isoformat()})
    )
    append_to_runs(lake, a_run(2))

    for _ in range(2):
        add_failed_runs(lake)
        assert runs_seen(lake.storage) == {"r1", "r2"}
    # The folder of the failed run is in use, and stays
    clock.pass_hours(48)
    collect_garbage(lake)
    assert runs_seen(lake.storage) == {"r1", "r2"}


def test_the_files_of_earlier_versions_are_merged_into_one(lake: LockedLake) -> None:
    for number in (1, 2):
        append_to_runs(lake, a_run(number))
        content = lake.storage.read(file_of_run(f"r{number}")) or b""
        lake.storage.write(f"tables/runs/r{number}.parquet", content)
    (Path(lake.storage.root) / "state/catalog.json").unlink()

    append_to_runs(lake, a_run(3))

    assert runs_seen(lake.storage) == {"r1", "r2", "r3"}


def test_the_files_of_earlier_versions_are_read_until_the_first_run(lake: LockedLake) -> None:
    lake.storage.write("tables/runs/r1.parquet", b"")

    assert table_files_of_runs(lake) == ["tables/runs/r1.parquet"]


def test_rows_that_an_older_version_wrote_get_the_new_columns(lake: LockedLake) -> None:
    append_to_runs(lake, a_run(1))
    file = Path(lake.storage.root, file_of_run("r1"))
    schema = pq.read_schema(file)
    pq.write_table(pq.read_table(file).drop_columns(["refused_objects"]), file)

    append_to_runs(lake, a_run(2))

    written = pq.read_schema(Path(lake.storage.root, file_of_run("r2")))
    assert written.remove_metadata() == schema.remove_metadata()
    assert [row["refused_objects"] for row in runs_rows(lake.storage)] == [None, []]


@pytest.mark.parametrize("name", ["", "desktop.ini", "r0/_SUCCESS"])
def test_other_objects_than_parquet_are_ignored(lake: LockedLake, name: str) -> None:
    marker = _WithObject(lake.storage.root, f"tables/runs/{name}")

    append_to_runs(lake._replace(storage=marker), a_run(1))

    assert runs_seen(lake.storage) == {"r1"}


class _WithObject(FolderStorage):
    """A lake that also lists an empty object, as a bucket can have `tables/runs/` itself."""

    def __init__(self, root: str, key: str) -> None:
        super().__init__(Path(root))
        self.key = key

    def list_objects(self, prefix: str) -> list[StoredObject]:
        found = super().list_objects(prefix)
        return [*found, StoredObject(self.key, "e", 0)] if self.key.startswith(prefix) else found

    def read(self, key: str, max_bytes: int | None = None) -> bytes | None:
        return b"" if key == self.key else super().read(key, max_bytes)


FOREIGN = (pa.table({"a": [1]}), pa.table({"run_id": [7]}))


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"PAR1 something else PAR1", *FOREIGN])
def test_a_damaged_file_is_one_sentence_and_is_kept(
    lake: LockedLake, damage: bytes | pa.Table
) -> None:
    append_to_runs(lake, a_run(1))
    key = file_of_run("r1")
    if isinstance(damage, bytes):
        lake.storage.write(key, damage)
    else:
        pq.write_table(damage, Path(lake.storage.root, key))
    content = lake.storage.read(key)

    with pytest.raises(RunsDamaged, match=f"^{lake.storage.root}/{key} cannot be read .*delete it"):
        append_to_runs(lake, a_run(2))

    assert lake.storage.read(key) == content
