"""A lake in a folder as a DuckDB database: its tables, and the views of sql/views."""

from pathlib import Path

import duckdb

from jobs.column_types import COLUMN_TYPES
from jobs.tables import PARTITION_COLUMN, TABLES, Table
from playlist_lake.answers.sql_files import views
from playlist_lake.answers.table_files import table_files
from playlist_lake.lakes import existing_lake

# Match the end of the path only: the folders above may have any name
_DATE_OF_FILE = (
    rf"CAST(regexp_extract(filename, '/{PARTITION_COLUMN}=(\d{{4}}-\d{{2}}-\d{{2}})/[^/]*$', 1)"
    " AS DATE)"
)


def connect(lake: str | Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with every table and view of a lake in a folder, by name.

    The connection sees the lake as it is now; connect again to see later changes, at the latest
    after 24 hours, when superseded files may be deleted. Columns are in the declared order;
    tables with a partition per date have `snapshot_date` last. Times are UTC.

    The connection is read-only and opens no file outside the lake; `register` adds a data frame.

    Raises NoLake, EmptyLake, LakeElsewhere, or DatesMissing and StaysMissing if files were
    deleted, all of them CommandError; jobs.errors.JobError if the lake's state cannot be read.
    """
    folder = existing_lake(lake)
    tables = table_files(folder)
    con = _database(tables)
    con.execute(f"SET allowed_directories = [{_literal(f'{folder}/tables')}]")
    con.execute("SET enable_external_access = false")
    return con


def connect_empty() -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with every table and view, all without rows, to look up columns."""
    return _database({name: [] for name in TABLES})


def _database(files: dict[str, list[str]]) -> duckdb.DuckDBPyConnection:
    """A connection with every table over its files, and every view."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    for table in TABLES.values():
        con.execute(f"CREATE VIEW {table.name} AS {_select(table, files[table.name])}")
    for name, query in views().items():
        con.execute(f"CREATE VIEW {name} AS {query.sql('duckdb', comments=False)}")
    return con


def _select(table: Table, paths: list[str]) -> str:
    if not paths:
        return f"SELECT {', '.join(_nulls(table))} WHERE false"
    schema = ", ".join(
        f"'{name}': {{name: '{name}', type: '{type_}', default_value: NULL}}"
        for name, type_ in _types(table).items()
    )
    values = [
        f"timezone('UTC', {column.name}) AS {column.name}"
        if column.type == "timestamp"
        else column.name
        for column in table.columns
    ]
    if table.is_partitioned:
        values.append(f"{_DATE_OF_FILE} AS {PARTITION_COLUMN}")
    listed = ", ".join(map(_literal, paths))
    # With an explicit schema DuckDB opens no file in advance; missing columns are NULL
    return (
        f"SELECT {', '.join(values)} FROM read_parquet([{listed}], "  # noqa: S608, all quoted
        f"schema = MAP {{{schema}}}, filename = true, hive_partitioning = false)"
    )


def _nulls(table: Table) -> list[str]:
    """The SELECT terms for the columns of a table without files."""
    types = _types(table)
    if table.is_partitioned:
        types[PARTITION_COLUMN] = "DATE"
    return [
        f"CAST(NULL AS {type_.removesuffix(' WITH TIME ZONE')}) AS {name}"
        for name, type_ in types.items()
    ]


def _types(table: Table) -> dict[str, str]:
    """The types of a table's columns in its Parquet files, by name."""
    return {column.name: COLUMN_TYPES[column.type].duckdb for column in table.columns}


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
