"""The files of the tables, as `playlist_lake.connect` finds them."""

import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from jobs.file_catalog import CATALOG_KEY
from jobs.lock import locked
from jobs.run import utc_now
from lake.errors import LakeError
from lake.folder import FolderStorage
from lake.storage import open_storage
from playlist_lake import connect
from playlist_lake.answers import table_files
from playlist_lake.answers.table_files import DatesMissing, EmptyLake, StaysMissing
from playlist_lake.errors import CommandError
from playlist_lake.lakes import NoLake
from tests.support.tiny_lakes import (
    RUN_ID,
    write_catalog,
    write_lake,
    write_parquet,
    write_record,
)

FIRST, SECOND = date(2026, 1, 9), date(2026, 1, 10)
PLAYLISTS = [
    {"snapshot_date": FIRST, "playlist_id": "a", "name": "Mine", "item_count": 1},
    {"snapshot_date": SECOND, "playlist_id": "a", "name": "Mine, new", "item_count": 2},
]


def test_a_partition_without_files_or_folder_has_no_rows(tmp_path: Path) -> None:
    write_lake(tmp_path, playlists=PLAYLISTS)
    folder = tmp_path / f"tables/playlists/{RUN_ID}/snapshot_date={FIRST}"
    (folder / ".part-00000-x.c000.snappy.parquet.crc").write_bytes(b"crc")
    (folder / "part-00000-x.c000.snappy.parquet").unlink()
    catalog = json.loads((tmp_path / CATALOG_KEY).read_text())["tables"]
    catalog["playlists"]["2026-01-11"] = "tables/playlists/nowhere/snapshot_date=2026-01-11"
    write_catalog(tmp_path, catalog)
    assert connect(tmp_path).sql("SELECT snapshot_date FROM playlists").fetchall() == [(SECOND,)]


def test_a_partition_that_lost_its_files_is_named_with_the_command_that_rebuilds_it(
    tmp_path: Path,
) -> None:
    lake = write_lake(tmp_path / "my lake", playlists=PLAYLISTS, playlist_stays=[{"item_uri": "x"}])
    catalog = json.loads((lake / CATALOG_KEY).read_text())["tables"]
    # Neither date has rejects, and the second no entries
    for table in ("rejects", "playlist_entries"):
        catalog[table] = {
            str(on): f"tables/{table}/{RUN_ID}/snapshot_date={on}" for on in (FIRST, SECOND)
        }
    write_catalog(lake, catalog)
    write_record(lake, {FIRST: {"playlists": 1, "playlist_entries": 1}, SECOND: {"playlists": 1}})
    folder = f"{lake}/tables/playlist_entries/{RUN_ID}/snapshot_date=2026-01-09"
    with pytest.raises(DatesMissing) as raised:
        connect(lake)
    assert str(raised.value) == (
        f"{folder} had rows, but its Parquet files are missing; run playlist-lake build "
        f"--lake '{lake}' --snapshot-dates 2026-01-09"
    )
    write_parquet(Path(folder, "part.parquet"), "playlist_entries", [{"position": 1}])
    assert connect(lake).sql("SELECT position FROM playlist_entries").fetchall() == [(1,)]
    for path in lake.glob("tables/playlists/*/*/*.parquet"):
        path.unlink()
    with pytest.raises(DatesMissing) as raised:
        connect(lake)
    assert str(raised.value).endswith(
        "snapshot_date=2026-01-09 had rows, but its Parquet files are missing (one of 2 such "
        f"folders); run playlist-lake build --lake '{lake}' --snapshot-dates 2026-01-09..2026-01-10"
    )


def test_a_date_that_is_dropped_while_its_files_are_listed_is_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lake(tmp_path, playlists=PLAYLISTS)
    write_record(tmp_path, {FIRST: {"playlists": 1}, SECOND: {"playlists": 1}})
    dropped = tmp_path / f"tables/playlists/{RUN_ID}/snapshot_date={FIRST}"
    real = table_files._parquet_files

    def drop_and_list(location: str) -> list[str]:
        if dropped.exists():
            catalog = json.loads((tmp_path / CATALOG_KEY).read_text())["tables"]
            del catalog["playlists"][str(FIRST)]
            write_catalog(tmp_path, catalog)
            shutil.rmtree(dropped)
        return real(location)

    monkeypatch.setattr(table_files, "_parquet_files", drop_and_list)
    assert connect(tmp_path).sql("SELECT snapshot_date FROM playlists").fetchall() == [(SECOND,)]


def test_lost_stays_are_rebuilt_without_a_date(tmp_path: Path) -> None:
    write_lake(tmp_path, playlists=PLAYLISTS, playlist_stays=[{"item_uri": "x"}])
    write_record(tmp_path, {None: {"playlist_stays": 1}})
    shutil.rmtree(tmp_path / "tables/playlist_stays")
    with pytest.raises(StaysMissing) as raised:
        connect(tmp_path)
    assert str(raised.value).endswith(f"; run playlist-lake build --lake {tmp_path}")


def test_the_catalog_is_read_once_for_all_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lake(tmp_path, playlists=PLAYLISTS)
    reads = []

    def read(self: FolderStorage, key: str) -> bytes:
        reads.append(key)
        return (self.folder / key).read_bytes()

    monkeypatch.setattr(FolderStorage, "read", read)
    connect(tmp_path)
    assert reads == [CATALOG_KEY]


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        ((), NoLake, "{lake} does not exist; name a lake with --lake, or make one with"),
        (
            ("photos/",),
            NoLake,
            "{lake} is not a lake, since it has none of the folders config, raw",
        ),
        (
            ("config/",),
            EmptyLake,
            "{lake} has no tables yet; bring snapshots in with playlist-lake",
        ),
        (
            ("raw/snapshot_date=2026-01-09/a.jsonl.gz",),
            EmptyLake,
            "{lake} has no tables yet; build them with playlist-lake build --lake {lake}",
        ),
    ],
)
def test_a_missing_or_empty_lake_is_an_error(
    tmp_path: Path, made: tuple[str, ...], error: type[CommandError], message: str
) -> None:
    lake = tmp_path / "lake"
    for name in made:
        (lake / name).parent.mkdir(parents=True, exist_ok=True)
        (lake / name).touch() if not name.endswith("/") else (lake / name).mkdir()
    with pytest.raises(error) as raised:
        connect(lake)
    assert str(raised.value).startswith(message.format(lake=lake))


def test_during_the_first_build_the_error_names_the_run(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with locked(open_storage(tmp_path), "run-1", utc_now), pytest.raises(EmptyLake) as raised:
        connect(tmp_path)
    said = str(raised.value)
    assert said.startswith(f"{tmp_path} has no tables yet; run run-1 (process {os.getpid()} on ")
    assert said.endswith(" is building them; wait until it ends")
    # The lock is as free as before, and its content stays
    with pytest.raises(EmptyLake, match="bring snapshots in"):
        connect(tmp_path)


def test_a_damaged_catalog_is_an_error(tmp_path: Path) -> None:
    write_lake(tmp_path, playlists=PLAYLISTS)
    (tmp_path / CATALOG_KEY).write_text("{")
    with pytest.raises(LakeError, match=r"state/catalog\.json is damaged .*restore it"):
        connect(tmp_path)
