"""The stays that the job builds from given tables."""

from collections.abc import Mapping
from pathlib import Path

from pyspark.sql import SparkSession

from jobs.options import JobOptions
from jobs.stays import build_stays
from tests.support.oracle import COLUMNS, Row
from tests.support.readers import published
from tests.support.tiny_lakes import write_lake


def built_rows(
    spark: SparkSession, lake: Path, tables: Mapping[str, list[Row]]
) -> tuple[list[Row], list[Row]]:
    """The rows of playlist_stays and of list_snapshots, in the folder of a new lake."""
    named = {
        table: [dict(zip(COLUMNS[table].split(), row, strict=True)) for row in rows]
        for table, rows in tables.items()
    }
    write_lake(lake, **named)
    build_stays(spark, JobOptions(str(lake)))
    return published(lake, "playlist_stays"), published(lake, "list_snapshots")
