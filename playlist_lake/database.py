"""The lake in DuckDB: tables and views of sql/views to be read with SQL, queries of sql/queries."""

from pathlib import Path

import duckdb
import sqlglot

from jobs.tables import PARTITION_COLUMN, TABLES, Table
from playlist_lake.lakes import existing_lake, table_files

# Beside this package, in the repository as where it is installed
SQL = Path(__file__).parents[1] / "sql"
VIEWS = SQL / "views"
QUERIES = SQL / "queries"

_TYPES = {
    "string": "VARCHAR",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    # Spark's Parquet says that its timestamps are UTC; a view makes them plain again
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "array<string>": "VARCHAR[]",
    "map<string,bigint>": "MAP(VARCHAR, BIGINT)",
    "array<struct<object:string,reason:string>>": "STRUCT(object VARCHAR, reason VARCHAR)[]",
}
# The end of the path alone: folders above may be called anything
_DATE_OF_FILE = (
    rf"CAST(regexp_extract(filename, '/{PARTITION_COLUMN}=(\d{{4}}-\d{{2}}-\d{{2}})/[^/]*$', 1)"
    " AS DATE)"
)


def connect(lake: str | Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with every table and view of a lake in a folder, by name.

    It sees one whole state of the lake for as long as it lives; connect again to see a newer
    one (after 24 hours at the latest: then superseded files may be deleted). Columns are those
    declared, in their order; tables of snapshot dates have `snapshot_date` last. Times are UTC.

    It is for reading: it opens no other file and writes none. `register` brings in a data frame.

    Raises NoLake, EmptyLake and LakeElsewhere, all of them CommandError; jobs.errors.JobError
    where the lake's catalog cannot be read.
    """
    folder = existing_lake(lake)
    tables = table_files(folder)
    con = _declared(tables)
    con.execute(f"SET allowed_directories = [{_quoted(f'{folder}/tables')}]")
    con.execute("SET enable_external_access = false")
    return con


def connect_empty() -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with every table and view, but no row in any: for their columns."""
    return _declared({name: [] for name in TABLES})


def view_queries() -> dict[str, str]:
    """The query of every view in sql/views, by the view's name, in DuckDB's dialect."""
    return {path.stem: _in_duckdb(path) for path in sorted(VIEWS.glob("*.sql"))}


def query_names() -> list[str]:
    """The names of the queries in sql/queries."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))


def named_query(name: str) -> str:
    """A query of sql/queries, which is its name plus .sql, in DuckDB's dialect."""
    return _in_duckdb(QUERIES / f"{name}.sql")


def _declared(files: dict[str, list[str]]) -> duckdb.DuckDBPyConnection:
    """A connection with every table, whose rows are those of its files, and every view."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    for table in TABLES.values():
        con.execute(f"CREATE VIEW {table.name} AS {_select(table, files[table.name])}")
    for name, sql in view_queries().items():
        con.execute(f"CREATE VIEW {name} AS {sql}")
    return con


def _in_duckdb(path: Path) -> str:
    return sqlglot.transpile(
        path.read_text(encoding="utf-8"), read="athena", write="duckdb", comments=False
    )[0]


def _select(table: Table, paths: list[str]) -> str:
    if not paths:
        return f"SELECT {', '.join(_nulls(table))} WHERE false"
    schema = ", ".join(
        f"'{column.name}': "
        f"{{name: '{column.name}', type: '{_TYPES[column.type]}', default_value: NULL}}"
        for column in table.columns
    )
    values = [
        f"timezone('UTC', {column.name}) AS {column.name}"
        if column.type == "timestamp"
        else column.name
        for column in table.columns
    ]
    if table.is_partitioned:
        values.append(f"{_DATE_OF_FILE} AS {PARTITION_COLUMN}")
    listed = ", ".join(map(_quoted, paths))
    # With the schema given, no file is opened before it is read, and what it lacks is NULL
    return (
        f"SELECT {', '.join(values)} FROM read_parquet([{listed}], "  # noqa: S608, all quoted
        f"schema = MAP {{{schema}}}, filename = true, hive_partitioning = false)"
    )


def _nulls(table: Table) -> list[str]:
    """The columns of a table without files."""
    types = {column.name: _TYPES[column.type] for column in table.columns}
    if table.is_partitioned:
        types[PARTITION_COLUMN] = "DATE"
    return [
        f"CAST(NULL AS {type_.removesuffix(' WITH TIME ZONE')}) AS {name}"
        for name, type_ in types.items()
    ]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
