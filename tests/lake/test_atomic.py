"""Atomic writes of files: whole or not at all, one writer at a time, nothing left behind."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lake.atomic import AtomicFile, atomic_write, remove_leftover_draft


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_by_put_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old and longer")

    with AtomicFile(path) as draft:
        draft.file.write(b"new")
        draft.file.flush()
        assert path.read_bytes() == b"old and longer"
        draft.put()

    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt, None])
def test_without_a_put_the_old_file_stays(
    tmp_path: Path, error: type[BaseException] | None
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with AtomicFile(path) as draft:
            draft.file.write(b"new")
            if error:
                raise error

    if error:
        with pytest.raises(error):
            interrupted()
    else:
        interrupted()

    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_full_disk_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        atomic_write(path, b"new")

    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


KILLED = """
import os, signal, sys
from pathlib import Path
from lake.atomic import AtomicFile

with AtomicFile(Path(sys.argv[1])) as draft:
    draft.file.write(b"half of a long content")
    draft.file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_next_write_reuses_what_a_killed_process_left(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    process = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert process.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == [".file.tmp", "file"]

    atomic_write(path, b"new")

    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["file"]


def test_a_leftover_draft_can_be_removed_but_not_that_of_a_living_writer(tmp_path: Path) -> None:
    path = tmp_path / "file"
    remove_leftover_draft(path)
    assert names(tmp_path) == []
    (tmp_path / ".file.tmp").write_bytes(b"left")
    remove_leftover_draft(path)
    assert names(tmp_path) == []

    with AtomicFile(path) as draft:
        remove_leftover_draft(path)
        draft.file.write(b"new")
        draft.put()
        remove_leftover_draft(path)

    assert path.read_bytes() == b"new"


WAITING = """
import sys
from pathlib import Path
from lake.atomic import atomic_write

print("started", flush=True)
atomic_write(Path(sys.argv[1]), b"second")
"""


def test_a_second_writer_waits_or_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with AtomicFile(path) as first:
        with pytest.raises(BlockingIOError):
            AtomicFile(path, wait=False)
        second = subprocess.Popen(
            [sys.executable, "-c", WAITING, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert second.stdout
        assert second.stdout.readline() == "started\n"
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(0.2)
        first.file.write(b"first")
        first.put()
        assert path.read_bytes() == b"first"

    assert second.wait(60) == 0
    second.stdout.close()
    assert path.read_bytes() == b"second"
    assert names(tmp_path) == ["file"]


def test_a_file_has_the_rights_of_the_umask_unless_it_is_private(tmp_path: Path) -> None:
    (tmp_path / "usual").write_bytes(b"")
    (tmp_path / ".private.tmp").write_bytes(b"left by another version")

    atomic_write(tmp_path / "public", b"")
    atomic_write(tmp_path / "private", b"", is_private=True)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes["public"] == modes["usual"]
    assert modes["private"] == 0o600
