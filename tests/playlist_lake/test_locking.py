"""A command locks the lake once, before Spark starts, and says what it did if it fails."""

from datetime import timedelta
from pathlib import Path

import pytest

from jobs.file_catalog import FileCatalog
from jobs.lock import LakeIsLocked, locked
from jobs.options import JobOptions
from jobs.run import utc_now
from jobs.session import SparkFailed
from lake.errors import DiskFull
from lake.folder import FolderStorage, StagedFile
from playlist_lake.building import local_session
from tests.playlist_lake.conftest import Command
from tests.support.raw_objects import put_raw, song
from tests.support.runs import keys, publish_run, publish_stays
from tests.support.saved_responses import playlist, save

TODAY = utc_now().date()
OLD, RECENT = TODAY - timedelta(days=400), TODAY - timedelta(days=1)


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    """A built lake with a date past retention, a recent date, and a report."""
    storage = FolderStorage(tmp_path / "lake")
    options = JobOptions(storage.root)
    for on in (OLD, RECENT):
        put_raw(storage, on, [song(1)])
    publish_run(options, utc_now, [OLD, RECENT])
    publish_stays(options, utc_now)
    (storage.folder / "report.html").touch()
    return storage


@pytest.fixture
def spark_starts(storage: FolderStorage, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the lake was locked, for each start of Spark, which fails."""
    starts: list[bool] = []

    def fail(_: int) -> None:
        try:
            with locked(storage, "other", utc_now):
                starts.append(False)
        except LakeIsLocked:
            starts.append(True)
        raise SparkFailed("Java ended")

    monkeypatch.setattr(local_session, "local_session", fail)
    return starts


@pytest.mark.parametrize("words", ["build", "expire --yes", "import", "import --no-build"])
def test_a_second_command_fails_at_once_and_changes_nothing(
    storage: FolderStorage,
    spark_starts: list[bool],
    tmp_path: Path,
    command: Command,
    words: str,
) -> None:
    saved = save(tmp_path / f"{RECENT}.json", playlist([]))
    name, *options = words.split()
    files = [saved] if name == "import" else []
    before = keys(storage, "")
    with locked(storage, "first", utc_now):
        status, _, err = command(name, *options, *files, "--lake", storage.folder)
    assert (status, len(err), spark_starts) == (1, 1, [])
    assert "run first (process " in err[0]
    assert keys(storage, "") == before


def test_a_second_demo_fails_before_it_simulates_a_day(tmp_path: Path, command: Command) -> None:
    with locked(FolderStorage(tmp_path), "first", utc_now):
        status, _, err = command("demo", "--lake", tmp_path)
    assert (status, len(err)) == (1, 1)
    assert not (tmp_path / "raw").exists()


def test_an_import_that_cannot_be_built_says_what_it_imported(
    spark_starts: list[bool], storage: FolderStorage, tmp_path: Path, command: Command
) -> None:
    saved = save(tmp_path / f"{RECENT}.json", playlist([]))
    status, out, err = command("import", saved, "--lake", storage.folder)
    assert spark_starts == [True]
    assert (status, out) == (
        1,
        ["Imported 1 snapshot, 0 already there, 0 files superseded, 0 failures"],
    )
    assert err[-2:] == [
        "the tables do not show all of it yet; run the same import again to build them",
        "error: Java ended",
    ]


def test_an_import_that_stops_half_way_says_after_how_many_files(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = [save(tmp_path / f"2026-01-0{number}.json", playlist([])) for number in (1, 2, 3)]
    real = FolderStorage.stage

    def full_disk(storage: FolderStorage, key: str) -> StagedFile:
        if "2026-01-03" in key:
            raise DiskFull("the disk is full; free some space")
        return real(storage, key)

    monkeypatch.setattr(FolderStorage, "stage", full_disk)
    status, _, err = command("import", *saved, "--lake", tmp_path / "lake")
    assert status == 1
    assert err[-2:] == [
        "stopped after 2 of 3 files; run the same import again, it keeps what is imported",
        "error: the disk is full; free some space",
    ]


def test_an_expiry_whose_stays_cannot_be_built_says_what_it_dropped(
    spark_starts: list[bool], storage: FolderStorage, command: Command
) -> None:
    status, out, err = command("expire", "--yes", "--lake", storage.folder)
    assert spark_starts == [True]
    assert (status, out[0]) == (1, f"1 snapshot date before {OLD + timedelta(35)}: {OLD} to {OLD}")
    assert err[-2:] == [
        "1 snapshot date dropped; the stays may still show them until the next build",
        "error: Java ended",
    ]
    assert list(FileCatalog(storage).locations("songs")) == [RECENT]


def test_an_expiry_that_stops_in_the_raw_zone_says_that_it_has_begun(
    storage: FolderStorage, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_storage: FolderStorage, _prefix: str) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(FolderStorage, "delete", refuse)
        status, _, err = command("expire", "--yes", "--lake", storage.folder)
    assert status == 1
    assert err[-2] == "dropping 1 snapshot date has begun; the next expire or build completes it"


def test_expire_drops_nothing_without_an_answer(storage: FolderStorage, command: Command) -> None:
    before = keys(storage, "raw/")

    status, _, err = command("expire", "--retention-days", "1", "--lake", storage.folder)

    assert (status, err) == (2, ["error: there is no terminal to ask on; pass --yes to drop them"])
    assert keys(storage, "raw/") == before != []
