"""The one Parquet file of a folder of a run, for tables that are written without Spark."""

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.tables import Table, arrow_schema
from lake.storage import Storage


def write_arrow_file(storage: Storage, folder: str, rows: pa.Table) -> None:
    """Write the file of a folder."""
    content = pa.BufferOutputStream()
    pq.write_table(rows, content)
    storage.write(_file_in(folder), content.getvalue().to_pybytes())


def read_arrow_file(storage: Storage, folder: str) -> pa.Table | None:
    """The rows in the file of a folder; None if it is missing or damaged."""
    content = storage.read(_file_in(folder))
    try:
        return content and pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError):
        return None


def table_faults(table: Table, written: pa.Table | None) -> list[str]:
    """What is wrong with the columns, required values and keys of a file that was written."""
    if written is None or written.schema != arrow_schema(table):
        return [f"{table.name}: the file cannot be read, or has other columns"]
    keys = Counter(zip(*(written[name].to_pylist() for name in table.key), strict=True))
    return fault_sentences(
        {
            table.name: {
                "rows lack a required value": sum(
                    written[name].null_count for name in table.required
                ),
                "keys have more than one row": sum(number > 1 for number in keys.values()),
            }
        }
    )


def fault_sentences(faults: Mapping[str, Mapping[str, int]]) -> list[str]:
    """A sentence for each fault that was found; the faults are counts by table and words."""
    return [
        f"{table}: {number} {fault}"
        for table, of_table in faults.items()
        for fault, number in of_table.items()
        if number
    ]


def _file_in(folder: str) -> str:
    return f"{folder}/part-00000.parquet"
