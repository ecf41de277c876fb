"""For every Spark session: the settings that the tables need, and errors as one sentence."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from jobs.errors import JobError


class SparkFailed(JobError):
    """Spark raised an error."""


class JavaEnded(JobError):
    """The process of Java, in which Spark runs, is gone."""


_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Release dates before 1582 exist; the default is to fail on them
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    # In a large build, finding the winners takes longer than the default of five minutes
    "spark.sql.broadcastTimeout": "-1",
}

# A process that is killed closes its connections a moment before it ends
_JAVA_ENDS_WITHIN_S = 0.2
_WORKER_ENDED = "Python worker exited unexpectedly"
_MORE_MEMORY = "free some memory, or build fewer dates at a time, then run again"


def configure(spark: SparkSession) -> SparkSession:
    """Give any session the settings that the tables rely on."""
    for name, value in _SETTINGS.items():
        spark.conf.set(name, value)
    return spark


@contextmanager
def spark_errors(work: str) -> Iterator[None]:
    """Turn an error of Spark into one sentence; `work` is what Spark does at that time.

    Raises JavaEnded if the process of Java is gone, else SparkFailed with the reason.
    """
    try:
        yield
    except (Py4JError, PySparkException, ConnectionError) as error:
        if end := _end_of_java():
            raise JavaEnded(
                f"Java, in which Spark runs, {end} during {work}; nothing was published; "
                f"{_MORE_MEMORY}"
            ) from error
        reason = _reason(error)
        raise SparkFailed(
            f"Spark stopped during {work}: {reason}; nothing was published; {_remedy(reason)}"
        ) from error


def _end_of_java() -> str | None:
    """How the process of Java ended; None if it runs, or if it has started this process."""
    process = getattr(SparkContext._gateway, "proc", None)
    try:
        status = process and process.wait(_JAVA_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        return None
    if status is None:
        return None
    if status == -signal.SIGKILL:
        return "was killed (usually because memory was full)"
    return f"ended with status {status}"


def _reason(error: Exception) -> str:
    """The first line of the innermost cause, or of the last that says that a worker ended."""
    texts = [str(error)]
    cause = getattr(error, "java_exception", None)
    while cause is not None:
        texts.append(cause.toString())
        cause = cause.getCause()
    # The innermost cause is then an end of file, which does not say whose
    telling = next((text for text in reversed(texts) if _WORKER_ENDED in text), texts[-1])
    return telling.strip().splitlines()[0]


def _remedy(reason: str) -> str:
    if _WORKER_ENDED in reason or "OutOfMemoryError" in reason:
        return _MORE_MEMORY
    if "JAVA_GATEWAY_EXITED" in reason:
        return "check JAVA_HOME and how much memory is free, then run again"
    return "fix that and run again"
