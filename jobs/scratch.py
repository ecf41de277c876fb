"""Files that only the current run reads: rows that Python hands over to Spark, as Parquet.

Spark's own way from Python rows to a DataFrame starts a Python process even for a few rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.column_types import arrow_columns, spark_columns
from jobs.locked_lake import LockedLake
from jobs.run_folders import run_folder
from lake.storage import Storage

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SCRATCH = "_scratch"
"""The folder beside the tables. Readers of Parquet pass over names that begin with `_`."""

_BATCH_ROWS = 20_000


class Scratch:
    """The scratch folder of a run, with a subfolder per set of rows."""

    def __init__(self, storage: Storage, folder: str) -> None:
        self.storage = storage
        self._folder = folder

    def key(self, name: str, part: int = 0) -> str:
        """The key of a file of a set of rows."""
        return f"{self._folder}/{name}/{part:05}.parquet"

    def read(self, spark: SparkSession, name: str, types: Mapping[str, str]) -> DataFrame:
        """A set of rows."""
        path = f"{self.storage.root}/{self._folder}/{name}"
        return spark.read.schema(spark_columns(types)).parquet(path)


@contextmanager
def scratch_folder(lake: LockedLake) -> Iterator[Scratch]:
    """A run's scratch folder, which is deleted at the end; a killed run's is garbage."""
    folder = run_folder(SCRATCH, lake.run_id)
    try:
        yield Scratch(lake.storage, folder)
    finally:
        lake.storage.delete(f"{folder}/")


def write_rows(
    storage: Storage, key: str, types: Mapping[str, str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Write rows as one Parquet file; their values are in the order of the types.

    Rows are taken in batches, so memory holds only the encoded file.
    """
    schema = arrow_columns(types)
    content = pa.BufferOutputStream()
    with pq.ParquetWriter(content, schema) as writer:
        batch: list[tuple[Any, ...]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == _BATCH_ROWS:
                writer.write_batch(_record_batch(batch, schema))
                batch = []
        if batch:
            writer.write_batch(_record_batch(batch, schema))
    storage.write(key, content.getvalue().to_pybytes())


def _record_batch(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [
        pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)
