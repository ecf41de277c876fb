"""Writes small frames with Glue's library, as scripts on Glue do: `writing_script.py FOLDER`.

What its job and its writes answer is in FOLDER/answers.json.
"""

import json
import sys
from pathlib import Path
from typing import Any

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession

from jobs.sink import open_sink

ROWS = [(1, "one"), (2, "two"), (3, "three")]


def job_answers(glue: GlueContext) -> dict[str, Any]:
    """Commit a job too early and in time."""
    job = Job(glue)
    answers = {"initialized at first": job.isInitialized()}
    try:
        job.commit()
    except Py4JJavaError as error:
        answers["commit before init"] = error.java_exception.getMessage()
    job.init("writing", {"JOB_RUN_ID": "jr_1"})
    answers["initialized after init"] = job.isInitialized()
    job.commit()
    return answers


def write_all(glue: GlueContext, frame: DataFrame, folder: Path) -> None:
    """Write the rows, or none, in each way that a test asks about."""

    def write(name: str, rows: DataFrame = frame, /, *, formatted: Any = None, **more: Any) -> None:
        glue.write_dynamic_frame.from_options(
            DynamicFrame.fromDF(rows, glue, name),
            connection_type="s3",
            connection_options={"path": str(folder / name), **more},
            format="parquet",
            format_options=formatted or {},
        )

    none = frame.limit(0)
    write("plain")
    write("format_options", formatted={"compression": "gzip"})
    write("connection_options", compression="gzip")
    write("twice")
    write("twice")
    write("partitioned", partitionKeys=["word"])
    write("empty", none)
    write("empty_partitioned", none, partitionKeys=["word"])
    write("after_empty")
    write("after_empty", none)


def main(folder: Path) -> None:
    """Do all of it in one session."""
    spark = SparkSession.builder.getOrCreate()
    glue = GlueContext(spark.sparkContext)
    frame = spark.createDataFrame(ROWS, "number long, word string").coalesce(1)
    write_all(glue, frame, folder)
    sink = open_sink(spark)
    sink.write(frame, str(folder / "sink"), is_partitioned=False)
    answers = {"sink": type(sink).__name__, **job_answers(glue)}
    Path(folder, "answers.json").write_text(json.dumps(answers))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
