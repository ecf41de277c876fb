"""For every Spark session: the settings that the tables need, and errors as one sentence."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from jobs.errors import JobError
from jobs.tables import PARTITION_COLUMN


class SparkFailed(JobError):
    """Spark raised an error."""


_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    # Release dates before 1582 exist; the default is to fail on them
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    # In a large build, finding the winners takes longer than the default of five minutes
    "spark.sql.broadcastTimeout": "-1",
    # This is the default. Without it one odd value would make its whole item NULL
    "spark.sql.json.enablePartialResults": "true",
}

_DATE_OF_TABLE = re.compile(rf"/tables/\w+/[\w-]+/{PARTITION_COLUMN}=([\d-]{{10}})/")


def configure(spark: SparkSession) -> SparkSession:
    """Give any session the settings that the tables rely on."""
    for name, value in _SETTINGS.items():
        spark.conf.set(name, value)
    return spark


@contextmanager
def spark_errors() -> Iterator[None]:
    """Turn an error of Spark into SparkFailed, with the first line of the innermost cause."""
    try:
        yield
    except (Py4JError, PySparkException) as error:
        cause = getattr(error, "java_exception", None)
        while cause is not None and cause.getCause() is not None:
            cause = cause.getCause()
        reason = str(error if cause is None else cause.toString()).strip().splitlines()[0]
        damaged = _DATE_OF_TABLE.search(reason)
        remedy = f"build {damaged[1]} by itself" if damaged else "fix that"
        raise SparkFailed(
            f"Spark stopped: {reason}; nothing was published; {remedy} and run again"
        ) from error
