"""kill -9 at every event and at random instants of what needs no Spark, while a reader watches."""

import json
import random
import shutil
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from pyspark.sql import SparkSession

from extract_lambda.raw_zone import RawZone
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.pending import read_pending
from jobs.run import record_key, utc_now
from lake.folder import FolderStorage
from lake.storage import open_storage
from playlist_lake.importing.files import file_on_disk
from playlist_lake.importing.importer import import_files
from tests.jobs.kill_lake import (
    D1,
    D2,
    Lakes,
    a_day_later,
    files_below,
    readers,
    unreferenced,
    write_captures,
)
from tests.jobs.killing import Death, Forks
from tests.support.readers import tables_in_folder
from tests.support.runs import expire, keys, visit

pytestmark = pytest.mark.slow


def signature(lake: Path) -> Any:
    """The state of a lake as far as a rerun depends on it."""
    storage = FolderStorage(lake)
    pending = read_pending(storage)
    record = storage.read(record_key("prepared"))
    return (
        sorted(keys(storage, "")),
        len([key for key in files_below(lake) if key.endswith(".tmp")]),
        storage.read("state/catalog.json"),
        (pending.publication, sorted(pending.started), sorted(pending.superseded)),
        json.loads(record)["status"] if record else None,
    )


def test_a_kill_at_any_event_of_a_publication(
    lakes: Lakes, tmp_path: Path, spark: SparkSession
) -> None:
    reruns = 0
    last: Any = None
    with Forks() as victims:
        for number in range(1, 1000):
            lake = lakes.copy("written", tmp_path / str(number))
            with readers(lake, [lakes.old, lakes.flat]):
                death = victims.strike("publish", lake, number)
                if death.status == 0:
                    break
                assert death.status == -SIGKILL
                # the rerun of a lake that looks the same would do the same
                if (now := signature(lake)) != last:
                    reruns += 1
                    flatten_playlists(spark, JobOptions(str(lake)))
                    assert tables_in_folder(lake) == lakes.flat, death.event
            last = now
            shutil.rmtree(lake)
    assert tables_in_folder(lake) == lakes.flat
    assert number > 50
    assert reruns > 10


def test_a_kill_at_any_event_of_an_expiry(lakes: Lakes, tmp_path: Path) -> None:
    expired = {
        table: {on: rows for on, rows in dates.items() if on != D1}
        for table, dates in lakes.new.items()
    }
    with Forks() as victims:
        for number in range(1, 1000):
            lake = lakes.copy("done", tmp_path / str(number))
            (lake / "cutoff").write_text(str(D2))
            storage = FolderStorage(lake)
            of_d1 = [key for key in keys(storage, "") if str(D1) in key and "tables" not in key]
            # No file vanishes from under the readers
            with readers(lake, [lakes.new, expired]):
                death = victims.strike("expire", lake, number)
                assert death.status in (0, -SIGKILL)
                # Any next run completes the drop if it has begun; if not, nothing is lost
                visit(JobOptions(str(lake)), utc_now)
                if tables_in_folder(lake) == lakes.new:
                    assert set(of_d1) <= set(keys(storage, "")), death.event
                    assert expire(JobOptions(str(lake)), D2) == [D1]
                assert tables_in_folder(lake) == expired, death.event
            assert not set(of_d1) & set(keys(storage, ""))
            expire(JobOptions(str(lake)), D2, a_day_later())
            assert unreferenced(lake) == []
            shutil.rmtree(lake)
            if death.status == 0:
                break
    assert number > 30


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with two lists on two dates, and next to it captures that differ from them."""
    folder = tmp_path_factory.mktemp("imports")
    write_captures(folder / "captures", range(1, 400))
    do_import(folder / "lake")
    write_captures(folder / "captures", range(200, 600))
    return folder


def do_import(lake: Path) -> None:
    captures = sorted((lake.parent / "captures").iterdir())
    report = import_files(
        map(file_on_disk, captures),
        RawZone(open_storage(lake)),
        snapshot_date=None,
        playlist_id=None,
        refresh=True,
    )
    assert len(report.written) == 4


def assert_import_is_completed(before: dict[str, bytes], lake: Path, death: Death) -> None:
    """Every object is old or new, and a rerun leaves what an undisturbed import leaves."""
    left = files_below(lake)
    do_import(lake)
    after = files_below(lake)
    assert set(after) == set(before), death
    for key, content in left.items():
        is_whole = content in (before.get(key), after.get(key))
        assert is_whole or Path(key).name.startswith("."), (death, key)
    undisturbed = lake.parent / "undisturbed"
    do_import(undisturbed)
    assert after == files_below(undisturbed), death


def test_a_kill_at_any_event_of_an_import(imported: Path, tmp_path: Path) -> None:
    before = files_below(imported / "lake")
    with Forks() as victims:
        for number in range(1, 1000):
            folder = Path(shutil.copytree(imported, tmp_path / str(number)))
            death = victims.strike("import", folder / "lake", number)
            assert death.status in (0, -SIGKILL)
            assert_import_is_completed(before, folder / "lake", death)
            if death.status == 0:
                break
    assert number > 20


def test_a_kill_at_random_instants_of_an_import(imported: Path, tmp_path: Path) -> None:
    before = files_below(imported / "lake")
    instants = random.Random("import")  # noqa: S311
    with Forks() as victims:
        folder = Path(shutil.copytree(imported, tmp_path / "whole"))
        whole = victims.strike("import", folder / "lake")
        assert whole.status == 0
        for number in range(5):
            folder = Path(shutil.copytree(imported, tmp_path / str(number)))
            instant_s = instants.uniform(0, whole.seconds)
            death = victims.strike("import", folder / "lake", after_s=instant_s)
            assert_import_is_completed(before, folder / "lake", death)


def test_a_kill_at_random_instants_of_a_publication(
    lakes: Lakes, tmp_path: Path, spark: SparkSession
) -> None:
    instants = random.Random("publish")  # noqa: S311
    with Forks() as victims:
        whole = victims.strike("publish", lakes.copy("written", tmp_path / "whole"))
        assert whole.status == 0
        for number in range(5):
            lake = lakes.copy("written", tmp_path / str(number))
            with readers(lake, [lakes.old, lakes.flat]):
                instant_s = instants.uniform(0, whole.seconds)
                death = victims.strike("publish", lake, after_s=instant_s)
                flatten_playlists(spark, JobOptions(str(lake)))
                assert tables_in_folder(lake) == lakes.flat, death
