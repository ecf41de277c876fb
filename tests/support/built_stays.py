"""The stays that the job builds from given tables."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from jobs.options import JobOptions
from jobs.stays import build_stays
from tests.support.oracle import COLUMNS, Row
from tests.support.readers import columns, published
from tests.support.tiny_lakes import items, write_lake


def built_rows(
    spark: SparkSession, lake: Path, tables: Mapping[str, list[Row]]
) -> tuple[list[Row], list[Row]]:
    """The rows of playlist_stays and of list_snapshots, in the folder of a new lake."""
    write_lake(lake, **{table: _named(table, rows) for table, rows in tables.items()})
    build_stays(spark, JobOptions(str(lake)))
    return published(lake, "playlist_stays"), published(lake, "list_snapshots")


def expected_items(tables: Mapping[str, list[Row]]) -> list[Row]:
    """The rows that `items` must have, from those of playlist_entries."""
    rows = items(_named("playlist_entries", tables["playlist_entries"]))
    return [tuple(row.get(name) for name in columns("items")) for row in rows]


def _named(table: str, rows: list[Row]) -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS[table].split(), row, strict=True)) for row in rows]
