"""The lakes of the kill tests: old and new, what readers may see of them, and who watches."""

import json
import shutil
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

import pyarrow.parquet as pq
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
from tests.support.small_lakes import FakeClock, put_raw, song

# `auto` sees changes of the last 14 days only
TODAY = datetime.now(UTC).date()
D1, D2, D3 = (TODAY - timedelta(days=number) for number in (3, 2, 1))
LISTS = ("37i9dQZEVXbMDoHDwVN2tF", "00wHcTN0zQiun4xri9pmvX")

STAYS = "playlist_stays"

Tables = dict[str, list[str]]
"""The rows of each table, in some order of their own, as text."""


def put_old_raw(lake: Path) -> None:
    """Two lists on two dates, with a null row."""
    storage = FolderStorage(lake)
    for on in (D1, D2):
        put_raw(storage, on, [song(1), song(2), None], LISTS[0])
        put_raw(storage, on, [song(2), song(3, name="of the second list")], LISTS[1])


def put_new_raw(lake: Path) -> None:
    """A list of the second date was replaced, and a third date came: every table changes."""
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


def read_tables(lake: Path) -> Tables:
    """What a reader finds: the catalog's file first, then the files that it names."""
    try:
        content = (lake / "state/catalog.json").read_bytes()
    except FileNotFoundError:
        return {}
    return {
        table: sorted(
            repr((on, *row.values()))
            for on, place in partitions.items()
            for path in sorted((lake / place).glob("*.parquet"))
            for row in pq.read_table(path, partitioning=None).to_pylist()
        )
        for table, partitions in json.loads(content)["tables"].items()
    }


def unreferenced(lake: Path) -> list[str]:
    """Data files that no reader is pointed at."""
    content = json.loads((lake / "state/catalog.json").read_bytes())
    places = {place for dates in content["tables"].values() for place in dates.values()}
    return [
        key
        for key in files_below(lake)
        if key.startswith("tables/")
        and not key.startswith("tables/runs/")
        and key.rpartition("/")[0] not in places
    ]


@dataclass
class Answer:
    """What a reader got that is neither the old state nor the new one."""

    tables: Tables | None
    error: BaseException | None


@dataclass(frozen=True)
class Lakes:
    """Lakes to begin from, and the tables that undisturbed runs make of them.

    `raw` was never built; `fresh` was built (`old`), then new raw objects came; `written` is
    `fresh` with a run's files that nobody is pointed at; `flattened` is `fresh` after flatten
    (`flat`), `done` after stays too (`new`).
    """

    folder: Path
    old: Tables
    flat: Tables
    new: Tables

    def copy(self, name: str, lake: Path) -> Path:
        """A lake like that one; its files have the same times, so the jobs see no change."""
        return Path(shutil.copytree(self.folder / name, lake))


def build_lakes(spark: SparkSession, folder: Path) -> Lakes:
    """Every lake that the kill tests begin from."""
    put_old_raw(folder / "raw")
    fresh = Path(shutil.copytree(folder / "raw", folder / "fresh"))
    run_both(spark, fresh)
    old = read_tables(fresh)
    put_new_raw(fresh)
    shutil.copytree(fresh, folder / "written")
    write_without_publishing(spark, folder / "written")
    flattened = Path(shutil.copytree(fresh, folder / "flattened"))
    flatten_playlists(spark, JobOptions(str(flattened)))
    flat = read_tables(flattened)
    done = Path(shutil.copytree(flattened, folder / "done"))
    build_stays(spark, JobOptions(str(done)))
    new = read_tables(done)
    for table in old:
        assert flat[table] != old[table] or table == STAYS
    assert new[STAYS] != flat[STAYS] == old[STAYS]
    return Lakes(folder, old, flat, new)


def run_both(spark: SparkSession, lake: Path) -> None:
    """What `build` does."""
    flatten_playlists(spark, JobOptions(str(lake)))
    build_stays(spark, JobOptions(str(lake)))


def write_without_publishing(spark: SparkSession, lake: Path) -> None:
    """Let a flatten run write and audit its tables, and forget that it ran."""
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
    """When everything that no longer is of use may be removed."""
    clock = FakeClock()
    clock.now = datetime.now(UTC) + timedelta(hours=25)
    return clock


class Reader:
    """Reads a lake's tables again and again while others write to it.

    Every answer must be one of the states. With `may_vanish`, files may go between reading the
    catalog and reading them, if the catalog has changed by then.
    """

    def __init__(self, lake: Path, states: Sequence[Tables], *, may_vanish: bool = False) -> None:
        self._lake, self._states, self._may_vanish = lake, states, may_vanish
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.answers = 0
        self.wrong: list[Answer] = []

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()
        if error is None:
            assert not self.wrong, self.wrong[0]
            assert self.answers

    def _watch(self) -> None:
        while True:
            is_last = self._is_over.is_set()
            self._look()
            if is_last:
                return
            self._is_over.wait(0.005)

    def _look(self) -> None:
        before = self._catalog()
        try:
            tables = read_tables(self._lake)
        except OSError as error:
            if not (self._may_vanish and self._catalog() != before):
                self.wrong.append(Answer(None, error))
            return
        except Exception as error:  # noqa: BLE001, whatever it is: the reader got no answer
            self.wrong.append(Answer(None, error))
            return
        self.answers += 1
        if tables not in self._states and not (self._may_vanish and self._catalog() != before):
            self.wrong.append(Answer(tables, None))

    def _catalog(self) -> bytes | None:
        try:
            return (self._lake / "state/catalog.json").read_bytes()
        except FileNotFoundError:
            return None
