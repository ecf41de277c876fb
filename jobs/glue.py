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
    """Whether Glue's JVM half is on the class path; its Python half alone can do nothing."""
    jvm: Any = spark.sparkContext._jvm
    return isinstance(jvm.com.amazonaws.services.glue.GlueContext, JavaClass)


def glue_context(spark: SparkSession) -> GlueContext:
    """Glue's context around a session; only where `is_on_glue`."""
    from awsglue.context import GlueContext

    return GlueContext(spark.sparkContext)


@contextmanager
def glue_job(spark: SparkSession, argv: Sequence[str], names: Sequence[str]) -> Iterator[None]:
    """On Glue a job that is committed at the end, unless an error comes; elsewhere nothing.

    `names` are those of our arguments, without dashes.
    """
    if not is_on_glue(spark):
        yield
        return
    from awsglue.job import Job
    from awsglue.utils import getResolvedOptions

    # It requires every argument that it is asked for
    given = {argument.partition("=")[0].removeprefix("--") for argument in argv}
    arguments = getResolvedOptions(
        list(argv), [name for name in ("JOB_NAME", *names) if name in given]
    )
    job = Job(glue_context(spark))
    job.init(arguments.get("JOB_NAME", spark.sparkContext.appName), arguments)
    yield
    job.commit()
