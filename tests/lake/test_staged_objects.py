"""Objects written piece by piece: stored in one step by `put`, or not at all."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lake.errors import BeingWritten, ConditionNotMet, StorageError
from lake.folder import FolderStorage
from lake.s3 import S3Storage
from lake.storage import Storage
from tests.support.glue_tables import BUCKET
from tests.support.runs import keys

KEY = "raw/snapshot_date=2026-11-22/a.jsonl.gz"


def stage_and_put(storage: Storage, content: bytes, *, replace: bool = False) -> None:
    with storage.stage(KEY) as staged:
        for byte in content:
            staged.write(bytes([byte]))
        staged.put(replace=replace)


def files(folder: Path) -> list[str]:
    """Every file of a folder lake, drafts too."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def test_an_object_exists_after_its_put_and_not_before(storage: Storage) -> None:
    with storage.stage(KEY) as staged:
        staged.write(b"a")
        assert not storage.exists(KEY)
        assert keys(storage, "raw/") == []
        assert storage.list_folders("raw/") == []
        staged.write(b"b")
        staged.put(replace=False)

    assert storage.exists(KEY)
    assert not storage.exists(KEY[:-1])
    assert not storage.exists("raw/snapshot_date=2026-11-22")
    assert storage.read(KEY) == b"ab"


def test_an_object_that_exists_is_replaced_only_if_asked(storage: Storage) -> None:
    stage_and_put(storage, b"old")

    with pytest.raises(ConditionNotMet, match=re.escape(f"{storage.root}/{KEY} ")):
        stage_and_put(storage, b"new")
    assert storage.read(KEY) == b"old"

    stage_and_put(storage, b"new", replace=True)
    assert storage.read(KEY) == b"new"


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, None])
def test_without_a_put_nothing_is_kept(
    storage: Storage, tmp_path: Path, error: type[BaseException] | None
) -> None:
    def interrupted() -> None:
        with storage.stage(KEY) as staged:
            staged.write(b"a")
            if error:
                raise error

    if error:
        with pytest.raises(error):
            interrupted()
    else:
        interrupted()

    assert keys(storage, "") == []
    assert files(tmp_path) == []


KILLED = """
import os, signal, sys
from lake.storage import open_storage

with open_storage(sys.argv[1]).stage(sys.argv[2]) as staged:
    staged.write(bytes(1_000_000))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_no_object_and_the_next_run_removes_its_draft(
    tmp_path: Path,
) -> None:
    storage = FolderStorage(tmp_path)
    process = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), KEY], check=False)
    assert process.returncode == -signal.SIGKILL
    assert files(tmp_path) == ["raw/.snapshot_date=2026-11-22.a.jsonl.gz.tmp"]
    assert (keys(storage, ""), storage.list_folders("raw/")) == ([], [])

    stage_and_put(storage, b"x")

    assert files(tmp_path) == [KEY]
    assert storage.read(KEY) == b"x"


def test_two_runs_cannot_stage_one_key_in_a_folder(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    with storage.stage(KEY) as staged:
        with pytest.raises(BeingWritten, match=re.escape(f"{tmp_path}/{KEY} is being written by")):
            stage_and_put(storage, b"other", replace=True)
        staged.write(b"x")
        staged.put(replace=False)

    assert storage.read(KEY) == b"x"


@pytest.mark.usefixtures("aws")
def test_of_two_runs_on_s3_the_first_to_put_wins() -> None:
    storage = S3Storage(BUCKET, "some/prefix")

    with storage.stage(KEY) as staged:
        storage.write(KEY, b"first")
        with pytest.raises(ConditionNotMet):
            staged.put(replace=False)

    assert storage.read(KEY) == b"first"


class Conflicts:
    """S3 as it answers puts that meet others on the same key: some conflicts, then it takes one."""

    def __init__(self, client: Any, conflicts: int) -> None:
        self._put, self.left = client.put_object, conflicts
        client.put_object = self

    def __call__(self, **asked: Any) -> Any:
        if self.left:
            asked["Body"].read()
            self.left -= 1
            refused: Any = {"Error": {"Code": "ConditionalRequestConflict"}}
            raise ClientError(refused, "PutObject")
        return self._put(**asked)


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Don't wait for a put to end."""
    monkeypatch.setattr("lake.s3._CONFLICT_PAUSES_S", (0, 0, 0))


@pytest.mark.usefixtures("aws", "no_pauses")
def test_a_put_that_met_another_is_retried() -> None:
    storage = S3Storage(BUCKET, "some/prefix")
    Conflicts(storage.client, 2)

    stage_and_put(storage, b"ab")

    assert storage.read(KEY) == b"ab"


@pytest.mark.usefixtures("aws", "no_pauses")
def test_a_put_that_always_conflicts_raises_being_written_and_leaves_nothing() -> None:
    storage = S3Storage(BUCKET, "some/prefix")
    Conflicts(storage.client, 99)

    with pytest.raises(BeingWritten, match="is being written by another run; run again later"):
        stage_and_put(storage, b"ab")

    assert keys(storage, "") == []


def test_a_write_above_the_file_size_limit_is_one_error_and_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with (
            pytest.raises(StorageError, match=f"{KEY} could not be written: File too large; check"),
            FolderStorage(tmp_path).stage(KEY) as staged,
        ):
            staged.write(os.urandom(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert files(tmp_path) == []
