"""The stays are up to date if they were built from the tables that the catalog has now."""

import json
from pathlib import Path

import pytest

from jobs.file_catalog import FileCatalog
from jobs.options import JobOptions
from jobs.run import record_key
from jobs.stays_inputs import stays_are_current
from lake.folder import FolderStorage
from tests.support.runs import (
    FakeClock,
    day,
    expire,
    file_of,
    publish_run,
    publish_stays,
    remove,
    with_run_id,
)

pytestmark = pytest.mark.usefixtures("no_fsync")

D1, D2 = day(21), day(22)


@pytest.fixture
def built(tmp_path: Path, clock: FakeClock) -> FolderStorage:
    """A lake with a date, which the run r1 flattened, and the stays of the run s1."""
    options = JobOptions(str(tmp_path))
    publish_run(with_run_id(options, "r1"), clock, [D1])
    publish_stays(with_run_id(options, "s1"), clock)
    return FolderStorage(tmp_path)


def is_current(storage: FolderStorage) -> bool:
    return stays_are_current(storage, FileCatalog(storage))


@pytest.mark.parametrize("hours", [-5, 0, 5])
def test_stays_are_outdated_from_the_next_publication_on_whatever_the_clock_says(
    built: FolderStorage, clock: FakeClock, hours: int
) -> None:
    options = JobOptions(built.root)
    assert is_current(built)
    for dates in ([D2], [D1]):
        clock.pass_hours(hours)
        publish_run(options, clock, dates)
        assert not is_current(built)
        clock.pass_hours(hours)
        publish_stays(options, clock)
        assert is_current(built)


def test_stays_are_outdated_when_a_date_was_dropped(built: FolderStorage, clock: FakeClock) -> None:
    expire(JobOptions(built.root), D2, clock)
    assert not is_current(built)
    publish_stays(JobOptions(built.root), clock)
    assert is_current(built)


def test_stays_that_an_earlier_version_built_are_outdated(built: FolderStorage) -> None:
    record = json.loads(built.read(record_key("s1")) or b"")
    del record["inputs_digest"]
    built.write(record_key("s1"), json.dumps(record).encode())
    assert not is_current(built)


@pytest.mark.parametrize(
    "key",
    [
        record_key("s1"),
        file_of("playlist_stays", "s1", None),
        file_of("list_snapshots", "s1", None),
    ],
)
def test_stays_without_their_record_or_their_file_are_outdated(
    built: FolderStorage, key: str
) -> None:
    remove(built, key)
    assert not is_current(built)


def test_stays_without_rows_need_no_file(built: FolderStorage) -> None:
    record = json.loads(built.read(record_key("s1")) or b"")
    record["dates"][""]["counts"] = {"list_snapshots": 1, "playlist_stays": 0}
    built.write(record_key("s1"), json.dumps(record).encode())
    remove(built, file_of("playlist_stays", "s1", None))
    assert is_current(built)


def test_a_lake_without_tables_needs_no_stays(tmp_path: Path, clock: FakeClock) -> None:
    storage = FolderStorage(tmp_path)
    assert is_current(storage)
    publish_run(JobOptions(str(tmp_path)), clock, [D1])
    assert not is_current(storage)
