"""The lakes of the kill tests: old and new state, and a reader that watches them."""

import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs import publish
from jobs.flatten import flatten_playlists
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.pending import read_pending, write_pending
from jobs.run import RunRecord, record_key
from jobs.stays import build_stays
from lake.folder import FolderStorage
from tests.jobs.victim import PREPARED
from tests.support.raw_objects import put_raw, song
from tests.support.readers import Rows, tables_in_folder
from tests.support.runs import FakeClock
from tests.support.watching import Watcher

# `auto` sees changes of the last 14 days only
TODAY = datetime.now(UTC).date()
D1, D2, D3 = (TODAY - timedelta(days=number) for number in (3, 2, 1))
LISTS = ("37i9dQZEVXbMDoHDwVN2tF", "00wHcTN0zQiun4xri9pmvX")

STAYS = ("list_snapshots", "items", "playlist_stays")


def put_old_raw(lake: Path) -> None:
    """Two lists on two dates, with a null row."""
    storage = FolderStorage(lake)
    for on in (D1, D2):
        put_raw(storage, on, [song(1), song(2), None], LISTS[0])
        put_raw(storage, on, [song(2), song(3, name="of the second list")], LISTS[1])


def put_new_raw(lake: Path) -> None:
    """Replace a list of the second date and add a third date, so that every table changes."""
    storage = FolderStorage(lake)
    put_raw(storage, D2, [song(4), song(1), "odd", song(5, explicit=True)], LISTS[0])
    for playlist_id, numbers in zip(LISTS, ((5, 4, 1), (6, 3)), strict=True):
        put_raw(storage, D3, [*map(song, numbers), None], playlist_id)


def write_captures(folder: Path, numbers: Iterable[int]) -> None:
    """Saved responses of two lists on two dates; large enough for an import to take a while."""
    folder.mkdir(exist_ok=True)
    items = [song(number) for number in numbers]
    for playlist_id in LISTS:
        for on in (D1, D2):
            page = {"items": items, "offset": 0, "total": len(items)}
            document = {"id": playlist_id, "name": "a list", "tracks": page}
            path = folder / f"{on} {playlist_id}.json"
            path.write_text(json.dumps(document))


def files_below(lake: Path) -> dict[str, bytes]:
    """Every file of a lake, hidden ones too, with its content."""
    return {
        path.relative_to(lake).as_posix(): path.read_bytes()
        for path in lake.rglob("*")
        if path.is_file()
    }


def unreferenced(lake: Path) -> list[str]:
    """Data files in folders that the catalog does not name."""
    content = json.loads((lake / "state/catalog.json").read_bytes())
    places = {place for dates in content["tables"].values() for place in dates.values()}
    return [
        key
        for key in files_below(lake)
        if key.startswith("tables/")
        and not key.startswith("tables/runs/")
        and key.rpartition("/")[0] not in places
    ]


@dataclass(frozen=True)
class Lakes:
    """Lakes to start from, and the tables that uninterrupted runs build in them.

    `raw` was never built. `fresh` was built (tables `old`), then got new raw objects. `written` is
    `fresh` with the unpublished files of a run. `flattened` is `fresh` after flatten (tables
    `flat`). `done` is `flattened` after stays (tables `new`).
    """

    folder: Path
    old: Rows
    flat: Rows
    new: Rows

    def copy(self, name: str, lake: Path) -> Path:
        """Copy one of the lakes, with the times of its files, so that the jobs see no change."""
        return Path(shutil.copytree(self.folder / name, lake))


def build_lakes(spark: SparkSession, folder: Path) -> Lakes:
    """Build every lake that the kill tests start from."""
    put_old_raw(folder / "raw")
    fresh = Path(shutil.copytree(folder / "raw", folder / "fresh"))
    run_both(spark, fresh)
    old = tables_in_folder(fresh)
    put_new_raw(fresh)
    shutil.copytree(fresh, folder / "written")
    write_without_publishing(spark, folder / "written")
    flattened = Path(shutil.copytree(fresh, folder / "flattened"))
    flatten_playlists(spark, JobOptions(str(flattened)))
    flat = tables_in_folder(flattened)
    done = Path(shutil.copytree(flattened, folder / "done"))
    build_stays(spark, JobOptions(str(done)))
    new = tables_in_folder(done)
    for table in old:
        assert flat[table] != old[table] or table in STAYS
    assert all(new[table] != flat[table] == old[table] for table in STAYS)
    return Lakes(folder, old, flat, new)


def run_both(spark: SparkSession, lake: Path) -> None:
    """Run both jobs, as `playlist-lake build` does."""
    flatten_playlists(spark, JobOptions(str(lake)))
    build_stays(spark, JobOptions(str(lake)))


def write_without_publishing(spark: SparkSession, lake: Path) -> None:
    """Let a flatten run write and audit its tables, and stop it before it publishes them."""
    storage = FolderStorage(lake)
    pending = read_pending(storage)
    stopped: list[RunRecord] = []

    def stop(_lake: LockedLake, record: RunRecord) -> None:
        stopped.append(record)
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(publish, "publish", stop)
        with pytest.raises(KeyboardInterrupt):
            flatten_playlists(spark, JobOptions(str(lake), run_id="prepared"))
    storage.write(PREPARED, stopped[0].to_json())
    (lake / record_key("prepared")).unlink()
    write_pending(storage, pending)


def a_day_later() -> FakeClock:
    """A clock 25 hours ahead, when all garbage may be deleted."""
    clock = FakeClock()
    clock.now = datetime.now(UTC) + timedelta(hours=25)
    return clock


def readers(lake: Path, states: Sequence[Rows], *, pause_s: float = 0.005) -> Watcher:
    """Reads a lake's tables again and again: every answer must be one of the states."""

    def look() -> bool:
        tables = tables_in_folder(lake)
        assert tables in states, tables
        return True

    return Watcher(look, pause_s)
