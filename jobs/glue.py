"""What Glue adds to Spark: its context, and a job that is initialised and committed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from py4j.java_gateway import JavaClass
from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from awsglue.context import GlueContext


def is_on_glue(spark: SparkSession) -> bool:
    """Whether Glue's JVM library is on the class path; its Python library needs it."""
    jvm: Any = spark.sparkContext._jvm
    return isinstance(jvm.com.amazonaws.services.glue.GlueContext, JavaClass)


def glue_context(spark: SparkSession) -> GlueContext:
    """Glue's context around a session; requires `is_on_glue`."""
    from awsglue.context import GlueContext

    return GlueContext(spark.sparkContext)


@contextmanager
def glue_job(spark: SparkSession, argv: Sequence[str], names: Sequence[str]) -> Iterator[None]:
    """On Glue, start a job and commit it at the end, unless an error is raised; else do nothing.

    `names` are the names of our arguments, without dashes.
    """
    if not is_on_glue(spark):
        yield
        return
    from awsglue.job import Job
    from awsglue.utils import getResolvedOptions

    # getResolvedOptions fails on a name that is missing in argv
    given = {argument.partition("=")[0].removeprefix("--") for argument in argv}
    arguments = getResolvedOptions(
        list(argv), [name for name in ("JOB_NAME", *names) if name in given]
    )
    job = Job(glue_context(spark))
    job.init(arguments.get("JOB_NAME", spark.sparkContext.appName), arguments)
    yield
    job.commit()
