"""What both job scripts do around their job: options in, one line per finding out, exit status."""

import logging
import sys
from collections.abc import Callable, Sequence

from pyspark.sql import SparkSession

from jobs.errors import JobError
from jobs.options import JobOptions, parse_options
from jobs.run import RunRecord

_logger = logging.getLogger("playlist_lake.jobs")


def run_job(job: Callable[[SparkSession, JobOptions], RunRecord], arguments: Sequence[str]) -> int:
    """Run a job with the session that spark-submit or Glue provides; returns the exit status.

    0: all or, with status `partial`, some dates were published. 1: nothing was.
    """
    logging.basicConfig(stream=sys.stderr, format="%(message)s")
    _logger.setLevel(logging.INFO)
    try:
        options = parse_options(arguments)
        record = job(SparkSession.builder.getOrCreate(), options)
    except JobError as error:
        _logger.error("%s", error)
        return 1
    for refused in record.refused:
        _logger.warning("%s %s", refused.object, refused.reason)
    for warning in record.warnings:
        _logger.warning("%s", warning)
    for on, result in sorted(record.dates.items(), key=lambda item: str(item[0])):
        _logger.info("%s: %s %s", on or record.job, result.status, result.reason or result.counts)
    _logger.info("run %s: %s", record.run_id, record.status)
    return 1 if record.status == "failed" else 0
