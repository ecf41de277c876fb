"""The lake's storage, in a folder and on S3: whole writes, full listings, guarded deletes."""

import re
from pathlib import Path

import pytest

from lake.errors import ObjectMissing
from lake.folder import FolderStorage
from lake.objects import DeleteRefused
from lake.s3 import S3Storage
from lake.storage import Storage, open_storage
from tests.support.glue_tables import BUCKET
from tests.support.runs import keys

UNDELETABLE = [
    "",
    "/",
    "config/playlists.txt",
    "state/",
    "state/catalog.json",
    "state/pending.json",
    "state/lock",
    "state/runs/r1.json",
    "state/inputs/",
    "raw",
    "raw/",
    "raw/d/",
    "raw/../state/",
    "raw/snapshot_date=2026-11-22/../../state/",
    "raw/snapshot_date=2026-11-22/a.jsonl.gz",
    "tables",
    "tables/",
    "tables//",
    "tables/./",
    "tables/songs",
    "tables/songs/",
    "tables/songs/r1",
    "tables/songs//",
    "tables/songs/../",
    "tables/runs/r1.parquet",
    "tables/songs/r1/snapshot_date=2026-11-22/part.parquet",
    "tablesque/x",
]


def test_an_object_is_read_back_by_its_key(storage: Storage) -> None:
    storage.write("state/runs/r1.json", b"old")
    storage.write("state/runs/r1.json", b"new \x00")

    assert storage.read("state/runs/r1.json") == b"new \x00"
    assert storage.read("state/runs/r1.json", 3) == b"new"
    assert storage.read("state/runs/r1.json", 100) == b"new \x00"
    with storage.open("state/runs/r1.json") as stream:
        assert stream.read() == b"new \x00"
    assert keys(storage, "state/") == ["state/runs/r1.json"]


def test_a_missing_object_reads_as_none(storage: Storage) -> None:
    assert storage.read("state/catalog.json") is None
    assert not storage.exists("state/catalog.json")
    with pytest.raises(ObjectMissing):
        storage.open("state/catalog.json").read()


def test_a_listing_has_whole_keys_sizes_and_versions_in_order(storage: Storage) -> None:
    for name in ("b", "a", "c"):
        storage.write(f"raw/snapshot_date=2026-11-22/{name}.jsonl.gz", name.encode() * 3)
    storage.write("raw/snapshot_date=2026-11-21/a.jsonl.gz", b"")
    storage.write("rawest", b"")

    listed = storage.list_objects("raw/")

    assert [(stored.key, stored.size) for stored in listed] == [
        ("raw/snapshot_date=2026-11-21/a.jsonl.gz", 0),
        ("raw/snapshot_date=2026-11-22/a.jsonl.gz", 3),
        ("raw/snapshot_date=2026-11-22/b.jsonl.gz", 3),
        ("raw/snapshot_date=2026-11-22/c.jsonl.gz", 3),
    ]
    assert storage.list_objects("raw/") == listed


def test_a_version_changes_with_the_content_even_at_the_same_size(storage: Storage) -> None:
    storage.write("raw/d/a", b"one")
    (before,) = storage.list_objects("raw/d/")
    storage.write("raw/d/a", b"two")

    (after,) = storage.list_objects("raw/d/")

    assert after.size == before.size
    assert after.version != before.version


def test_a_missing_prefix_has_no_objects_and_no_folders(storage: Storage) -> None:
    assert storage.list_objects("raw/") == []
    assert storage.list_folders("raw/") == []


def test_only_folders_directly_below_are_listed(storage: Storage) -> None:
    for key in ("raw/d2/x/y", "raw/d1/x", "raw/file", "tables/d3/x"):
        storage.write(key, b"")

    assert storage.list_folders("raw/") == ["d1", "d2"]


def test_a_delete_removes_everything_below_and_no_sibling(storage: Storage) -> None:
    date = "snapshot_date=2026-11-22"
    for key in (f"r1/{date}/1", f"r1/{date}/2", f"r1/{date}x/1", f"r10/{date}/1"):
        storage.write(f"tables/songs/{key}", b"")

    storage.delete(f"tables/songs/r1/{date}/")
    storage.delete(f"tables/songs/r1/{date}/")
    assert keys(storage, "tables/songs/") == [
        f"tables/songs/r1/{date}x/1",
        f"tables/songs/r10/{date}/1",
    ]
    storage.delete("tables/songs/r1/")
    assert keys(storage, "tables/songs/") == [f"tables/songs/r10/{date}/1"]


def test_one_object_is_deleted_by_its_key(storage: Storage) -> None:
    storage.write("state/inputs/2026-11-21.json", b"")
    storage.write("state/inputs/2026-11-22.json", b"")

    storage.delete("state/inputs/2026-11-21.json")

    assert keys(storage, "state/") == ["state/inputs/2026-11-22.json"]


def test_nothing_else_can_be_deleted(storage: Storage) -> None:
    kept = ["config/playlists.txt", "raw/d/a", "state/catalog.json", "tables/songs/r1/d/1"]
    for key in kept:
        storage.write(key, b"")

    for prefix in UNDELETABLE:
        with pytest.raises(
            DeleteRefused, match=f"^{re.escape(prefix)} is not the folder of a run or a date"
        ):
            storage.delete(prefix)

    folders = ("config/", "raw/", "state/", "tables/")
    assert [key for folder in folders for key in keys(storage, folder)] == kept


@pytest.mark.usefixtures("aws")
def test_more_than_a_thousand_keys_are_listed_and_deleted_on_s3() -> None:
    storage = S3Storage(BUCKET, "lake")
    batches: list[int] = []
    storage.client.meta.events.register(
        "provide-client-params.s3.DeleteObjects",
        lambda params, **_: batches.append(len(params["Delete"]["Objects"])),
    )
    for number in range(1003):
        storage.write(f"tables/songs/r1/{number:04}", b"")
    storage.write("tables/songs/r2/0", b"")

    assert len(storage.list_objects("tables/songs/r1/")) == 1003
    storage.delete("tables/songs/r1/")

    assert keys(storage, "tables/") == ["tables/songs/r2/0"]
    assert batches == [1000, 3]


@pytest.mark.usefixtures("aws")
def test_a_lake_may_be_a_whole_bucket_and_end_with_a_slash() -> None:
    open_storage(f"s3://{BUCKET}/").write("raw/d/a", b"x")

    assert open_storage(f"s3://{BUCKET}").root == f"s3://{BUCKET}"
    assert keys(open_storage(f"s3://{BUCKET}"), "raw/") == ["raw/d/a"]
    assert open_storage(f"s3://{BUCKET}/raw//").read("d/a") == b"x"


def test_a_draft_is_not_listed(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    storage.write("raw/d/a.jsonl.gz", b"")
    (tmp_path / "raw/d/.b.jsonl.gz.tmp").write_bytes(b"half")

    assert keys(storage, "raw/") == ["raw/d/a.jsonl.gz"]


def test_a_runs_folder_is_deleted_with_its_last_date(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    folders = [f"tables/songs/r1/snapshot_date=2026-11-{day}/" for day in (21, 22)]
    for folder in folders:
        storage.write(f"{folder}part.parquet", b"")

    storage.delete(folders[0])
    assert storage.list_folders("tables/songs/") == ["r1"]
    storage.delete(folders[1])

    assert storage.list_folders("tables/songs/") == []
