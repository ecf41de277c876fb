"""Writing a frame as Parquet into a folder where nobody reads yet."""

from typing import Protocol

from pyspark.sql import DataFrame

from jobs.tables import PARTITION_COLUMN

_OPTIONS = {
    "compression": "snappy",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}


class Sink(Protocol):
    """A writer of Parquet."""

    def write(self, frame: DataFrame, location: str, *, is_partitioned: bool) -> None:
        """Write a frame below a location, a folder per snapshot date if it is partitioned."""


class DataFrameSink:
    """Spark's own writer."""

    def write(self, frame: DataFrame, location: str, *, is_partitioned: bool) -> None:
        """As Sink; fails where the location exists."""
        writer = frame.write.options(**_OPTIONS).mode("errorifexists")
        if is_partitioned:
            writer = writer.partitionBy(PARTITION_COLUMN)
        writer.parquet(location)
