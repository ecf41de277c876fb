"""Folders that several workers of pytest-xdist read, and that one of them makes."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder that the first worker that needs it builds; the other workers wait for it."""
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    folder = base / name
    finished = base / f"{name}.finished"
    with one_at_a_time(base, name):
        if not finished.exists():
            build(folder)
            finished.touch()
    return folder


@contextmanager
def one_at_a_time(folder: Path, name: str) -> Iterator[None]:
    """Let no other process into a block of this name; the folder keeps the lock's file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
