"""Report how a run ended: to the log, and on Glue to CloudWatch."""

import logging

from pyspark.sql import SparkSession

from jobs.glue import is_on_glue
from jobs.run import RunRecord

_logger = logging.getLogger("playlist_lake.jobs")


def report(spark: SparkSession, record: RunRecord) -> None:
    """Log what a run refused, warned of and built; on Glue also send its counts."""
    for refused in record.refused:
        _logger.warning("%s %s", refused.key, refused.reason)
    for warning in record.warnings:
        _logger.warning("%s", warning)
    for on, result in sorted(record.dates.items(), key=lambda item: str(item[0])):
        outcome = result.reason or result.all_counts
        _logger.info("%s: %s %s", on or record.job, result.status, outcome)
    _logger.info("run %s: %s", record.run_id, record.status)
    if is_on_glue(spark):
        # Imported here because boto3 is slow to import, and only runs on Glue need it
        from jobs.metrics import put_metrics

        put_metrics(record)
