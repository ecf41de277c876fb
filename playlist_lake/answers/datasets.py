"""The Parquet files of a table as an Arrow dataset, which DuckDB can read but not write."""

import re
from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow.fs import LocalFileSystem

from jobs.column_types import COLUMN_TYPES
from jobs.tables import PARTITION_COLUMN, Table

# Match the end of the path only: the folders above may have any name
_DATE_OF_FILE = re.compile(rf"/{PARTITION_COLUMN}=(\d{{4}}-\d{{2}}-\d{{2}})/[^/]*$")


def parquet_dataset(table: Table, paths: Sequence[str]) -> ds.FileSystemDataset:
    """The rows of these files, with `snapshot_date` last if the table has a partition per date.

    No file is opened before rows are read. A column that a file lacks is NULL there.
    """
    format_, files = ds.ParquetFileFormat(), LocalFileSystem()
    fragments = [
        format_.make_fragment(path, files, partition_expression=_of_date(path)) for path in paths
    ]
    return ds.FileSystemDataset(fragments, _schema(table), format_, files)


def _schema(table: Table) -> pa.Schema:
    fields = [(column.name, COLUMN_TYPES[column.type].arrow) for column in table.columns]
    if table.is_partitioned:
        fields.append((PARTITION_COLUMN, pa.date32()))
    return pa.schema(fields)


def _of_date(path: str) -> ds.Expression | None:
    """What all rows of a file have in common, so that a filter on the date can skip the file."""
    on = _DATE_OF_FILE.search(path)
    if on is None:
        return None
    return ds.field(PARTITION_COLUMN) == pa.scalar(date.fromisoformat(on[1]), pa.date32())
