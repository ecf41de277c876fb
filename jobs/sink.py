"""Writing a DataFrame as Parquet into a folder that no reader uses yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pyspark.sql import DataFrame, SparkSession

from jobs.glue import glue_context, is_on_glue
from jobs.tables import PARTITION_COLUMN

if TYPE_CHECKING:
    from awsglue.context import GlueContext

_OPTIONS = {
    "compression": "snappy",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


class Sink(Protocol):
    """Writes Parquet."""

    def write(self, frame: DataFrame, location: str, *, is_partitioned: bool) -> None:
        """Write a frame into a location, with a folder per snapshot date if it is partitioned."""


class DataFrameSink:
    """Spark's own writer."""

    def write(self, frame: DataFrame, location: str, *, is_partitioned: bool) -> None:
        """As Sink; fails if the location exists."""
        writer = frame.write.options(**_OPTIONS).mode("errorifexists")
        if is_partitioned:
            writer = writer.partitionBy(PARTITION_COLUMN)
        writer.parquet(location)


class DynamicFrameSink:
    """Glue's writer. It appends to what is there, and writes nothing for a frame without rows.

    Neither matters here: a run's folder is new, and an empty location is read as no rows.
    """

    def __init__(self, glue: GlueContext) -> None:
        self._glue = glue

    def write(self, frame: DataFrame, location: str, *, is_partitioned: bool) -> None:
        """As Sink."""
        from awsglue.dynamicframe import DynamicFrame

        # For Parquet, Glue ignores `format_options` without a warning
        options = {"path": location, **_OPTIONS}
        self._glue.write_dynamic_frame.from_options(
            DynamicFrame.fromDF(frame, self._glue, "rows"),
            connection_type="s3",
            connection_options=options
            | ({"partitionKeys": [PARTITION_COLUMN]} if is_partitioned else {}),
            format="parquet",
        )


def open_sink(spark: SparkSession) -> Sink:
    """Glue's writer on Glue, else Spark's own."""
    return DynamicFrameSink(glue_context(spark)) if is_on_glue(spark) else DataFrameSink()
