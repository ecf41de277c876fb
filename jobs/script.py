"""The frame of both job scripts: parse the options, run the job, log the result."""

import logging
import sys
from collections.abc import Callable, Sequence

from pyspark.sql import SparkSession

from jobs.errors import JobError
from jobs.glue import glue_job
from jobs.options import OPTION_NAMES, JobOptions, parse_options
from jobs.reporting import report
from jobs.run import RunRecord
from lake.errors import LakeError
from lake.outcomes import OUTCOMES_FOLDER
from lake.raw_format import RAW_FOLDER
from lake.storage import Storage, open_storage

_logger = logging.getLogger("playlist_lake.jobs")


class MissingLake(JobError):
    """The lake's address has neither a raw zone, nor outcomes, nor tables."""


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
            report(spark, record)
            if record.status == "failed":
                raise NothingPublished(f"run {record.run_id} published nothing; see above")
    except (JobError, LakeError) as error:
        # With a text, because Glue shows it as the reason of the failure
        sys.exit(str(error))


def _refuse_missing_lake(storage: Storage) -> None:
    if not any(map(storage.list_folders, (RAW_FOLDER, OUTCOMES_FOLDER, "tables/"))):
        raise MissingLake(
            f"{storage.root} is not a lake: raw/, outcomes/ and tables/ are empty or missing; "
            "correct --lake, or extract or import snapshots first"
        )
