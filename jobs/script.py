"""The frame of both job scripts: parse the options, run the job, log the result."""

import logging
import sys
from collections.abc import Callable, Sequence

from pyspark.sql import SparkSession

from jobs.errors import JobError
from jobs.glue import glue_job, is_on_glue
from jobs.metrics import put_metrics
from jobs.options import OPTION_NAMES, JobOptions, parse_options
from jobs.run import RunRecord
from lake.errors import LakeError
from lake.raw_format import RAW_FOLDER
from lake.storage import Storage, open_storage

_logger = logging.getLogger("playlist_lake.jobs")


class MissingLake(JobError):
    """The lake's address has neither a raw zone nor tables."""


class NothingPublished(JobError):
    """A run ended without an error, but none of its dates could be published."""


def run_job(job: Callable[[SparkSession, JobOptions], RunRecord], argv: Sequence[str]) -> None:
    """Run a job, on Glue as a Glue job; `argv` begins with the script's name.

    If nothing was published, ends the process with one sentence and exit status 1.
    """
    logging.basicConfig(stream=sys.stderr, format="%(message)s")
    _logger.setLevel(logging.INFO)
    try:
        options = parse_options(argv[1:])
        _refuse_missing_lake(open_storage(options.lake))
        spark = SparkSession.builder.getOrCreate()
        with glue_job(spark, argv, OPTION_NAMES):
            record = job(spark, options)
            _log(record)
            if is_on_glue(spark):
                put_metrics(record)
            if record.status == "failed":
                raise NothingPublished(f"run {record.run_id} published nothing; see above")
    except (JobError, LakeError) as error:
        # With a text, because Glue shows it as the reason of the failure
        sys.exit(str(error))


def _refuse_missing_lake(storage: Storage) -> None:
    if not storage.list_folders(RAW_FOLDER) and not storage.list_folders("tables/"):
        raise MissingLake(
            f"{storage.root} is not a lake: raw/ and tables/ are empty or missing; correct "
            "--lake, or extract or import snapshots first"
        )


def _log(record: RunRecord) -> None:
    for refused in record.refused:
        _logger.warning("%s %s", refused.key, refused.reason)
    for warning in record.warnings:
        _logger.warning("%s", warning)
    for on, result in sorted(record.dates.items(), key=lambda item: str(item[0])):
        outcome = result.reason or result.all_counts
        _logger.info("%s: %s %s", on or record.job, result.status, outcome)
    _logger.info("run %s: %s", record.run_id, record.status)
