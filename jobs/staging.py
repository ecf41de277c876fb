"""The lake's tables as DataFrames: written by this run, or read back for the audit."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.locked_lake import LockedLake
from jobs.run_folders import run_folder
from jobs.sink import open_sink
from jobs.tables import PARTITION_COLUMN, SNAPSHOT_TABLES, TABLES, Table, spark_schema

# While the driver plans one table, or waits for S3, the cores write another
_WRITERS = 3


def write_tables(lake: LockedLake, frames: Mapping[str, DataFrame]) -> None:
    """Write tables, by name, to the run's folders, with their rows in the order of the key."""
    sink = open_sink(next(iter(frames.values())).sparkSession)

    def write(name: str) -> None:
        table = TABLES[name]
        order = (PARTITION_COLUMN, *table.key) if table.is_partitioned else table.key
        sink.write(
            frames[name].sortWithinPartitions(*order),
            f"{lake.storage.root}/{run_folder(name, lake.run_id)}",
            is_partitioned=table.is_partitioned,
        )

    with ThreadPoolExecutor(_WRITERS) as pool:
        # Iterating raises the first error of a writer
        list(pool.map(write, frames))


def written_tables(spark: SparkSession, lake: LockedLake) -> dict[str, DataFrame]:
    """The tables of snapshot dates as this run wrote them, by name."""
    return {table.name: written_table(spark, lake, table) for table in SNAPSHOT_TABLES}


def written_table(spark: SparkSession, lake: LockedLake, table: Table) -> DataFrame:
    """A table as this run wrote it; a table without rows may have no file."""
    folder = run_folder(table.name, lake.run_id)
    schema = spark_schema(table)
    if table.is_partitioned:
        schema = schema.add(PARTITION_COLUMN, "date")
    if any(stored.key.endswith(".parquet") for stored in lake.storage.list_objects(f"{folder}/")):
        return spark.read.schema(schema).parquet(f"{lake.storage.root}/{folder}")
    return _no_rows(spark, schema)


def _no_rows(spark: SparkSession, schema: T.StructType) -> DataFrame:
    # createDataFrame would start a Python process for no rows
    nothing = [F.lit(None).cast(field.dataType).alias(field.name) for field in schema]
    return spark.range(0).select(*nothing)
