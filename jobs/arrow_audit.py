"""The audit of tables that are written without Spark."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from jobs.tables import Table, arrow_schema


def table_faults(table: Table, written: pa.Table | None) -> list[str]:
    """What is wrong with the columns, required values and keys of a file that was written."""
    if written is None or written.schema != arrow_schema(table):
        return [f"{table.name}: the file cannot be read, or has other columns"]
    rows_by_key = written.group_by(list(table.key)).aggregate([([], "count_all")])
    return fault_sentences(
        {
            table.name: {
                "rows lack a required value": sum(
                    written[name].null_count for name in table.required
                ),
                "keys have more than one row": pc.sum(
                    pc.greater(rows_by_key["count_all"], 1), min_count=0
                ).as_py(),
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
