"""The one Parquet file of a folder of a run, for tables that are written without Spark."""

import pyarrow as pa
import pyarrow.parquet as pq

from lake.storage import Storage


def write_arrow_file(storage: Storage, folder: str, rows: pa.Table) -> None:
    """Write the file of a folder."""
    storage.write(_file_in(folder), parquet(rows))


def parquet(rows: pa.Table) -> bytes:
    """The content of a Parquet file with these rows."""
    content = pa.BufferOutputStream()
    pq.write_table(rows, content)
    return bytes(content.getvalue().to_pybytes())


def read_arrow_file(storage: Storage, folder: str) -> pa.Table | None:
    """The rows in the file of a folder; None if it is missing or damaged."""
    content = storage.read(_file_in(folder))
    try:
        return content and pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError):
        return None


def _file_in(folder: str) -> str:
    return f"{folder}/part-00000.parquet"
