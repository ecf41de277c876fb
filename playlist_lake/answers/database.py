"""A lake in a folder as a DuckDB database: its tables, and the views of sql/views."""

import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path

import duckdb

from jobs.tables import PARTITION_COLUMN, TABLES, Table
from playlist_lake.answers.datasets import parquet_dataset
from playlist_lake.answers.sql_files import views
from playlist_lake.answers.table_files import table_files
from playlist_lake.lakes import existing_lake

# Settings that do not let a query reach files
_CHANGEABLE = ("TimeZone", "enable_progress_bar", "memory_limit", "threads")


def connect(lake: str | Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with every table and view of a lake in a folder, by name.

    The connection sees the lake as it is now; connect again to see later changes, at the latest
    after 24 hours, when superseded files may be deleted. Columns are in the declared order;
    tables with a partition per date have `snapshot_date` last. Times are UTC.

    DuckDB has no access to files: Arrow reads the tables for it. So no statement can change the
    lake, or read or write any other file, and only the settings TimeZone, threads, memory_limit
    and enable_progress_bar can be changed. The views, and tables that you create, are in memory;
    `register` adds a data frame. A large sort may spill to a temporary folder.

    Raises NoLake, EmptyLake, LakeElsewhere, or DatesMissing and StaysMissing if files were
    deleted, all of them CommandError; jobs.errors.JobError if the lake's state cannot be read.
    """
    return _database(table_files(existing_lake(lake)))


def connect_empty() -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with every table and view, all without rows, to look up columns."""
    return _database({name: [] for name in TABLES})


def _database(files: dict[str, list[str]]) -> duckdb.DuckDBPyConnection:
    """A connection with every table over its files, and every view."""
    # DuckDB may write to its temporary folder, so nobody else knows the name
    spill = Path(tempfile.gettempdir(), f"playlist-lake-{uuid.uuid4().hex}")
    con = duckdb.connect(config={"temp_directory": str(spill)})
    con.execute("SET TimeZone = 'UTC'")
    for table in TABLES.values():
        _create_table(con, table, files[table.name])
    for name, query in views().items():
        con.execute(f"CREATE VIEW {name} AS {query}")
    con.execute("SET enable_external_access = false")
    con.execute(f"SET allowed_configs = {list(_CHANGEABLE)}")
    con.execute("SET lock_configuration = true")
    return con


def _create_table(con: duckdb.DuckDBPyConnection, table: Table, files: Sequence[str]) -> None:
    columns = [
        f"timezone('UTC', {column.name}) AS {column.name}"
        if column.type == "timestamp"
        else column.name
        for column in table.columns
    ]
    if table.is_partitioned:
        columns.append(PARTITION_COLUMN)
    con.from_arrow(parquet_dataset(table, files)).project(", ".join(columns)).create_view(
        table.name
    )
