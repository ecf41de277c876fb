"""The lake in DuckDB: tables and views of sql/views to be read with SQL, queries of sql/queries."""

from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from jobs.tables import PARTITION_COLUMN, TABLES, Table
from playlist_lake.lakes import existing_lake, table_files

# Beside this package, in the repository as where it is installed
SQL = Path(__file__).parents[2] / "sql"
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

    Raises NoLake, EmptyLake, LakeElsewhere, and DatesMissing or StaysMissing where files were
    deleted, all of them CommandError; jobs.errors.JobError where the lake's state cannot be read.
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


def views() -> dict[str, exp.Select]:
    """The query of every view in sql/views, by name; a view comes after those that it reads."""
    parsed = {path.stem: _parsed(path) for path in sorted(VIEWS.glob("*.sql"))}
    needed = {name: sorted(_relations(query) & parsed.keys()) for name, query in parsed.items()}
    return {name: parsed[name] for name in TopologicalSorter(needed).static_order()}


def query_names() -> list[str]:
    """The names of the queries in sql/queries."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))


def named_query(name: str) -> str:
    """A query of sql/queries, which is its name plus .sql, in DuckDB's dialect."""
    return _parsed(QUERIES / f"{name}.sql").sql("duckdb", comments=False)


def _declared(files: dict[str, list[str]]) -> duckdb.DuckDBPyConnection:
    """A connection with every table, whose rows are those of its files, and every view."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    for table in TABLES.values():
        con.execute(f"CREATE VIEW {table.name} AS {_select(table, files[table.name])}")
    for name, query in views().items():
        con.execute(f"CREATE VIEW {name} AS {query.sql('duckdb', comments=False)}")
    return con


def _parsed(path: Path) -> exp.Select:
    return sqlglot.parse_one(path.read_text(encoding="utf-8"), dialect="athena", into=exp.Select)


def _relations(query: exp.Select) -> set[str]:
    """The tables and views that a query reads, other than those that it makes in a WITH."""
    return {
        source.name
        for scope in traverse_scope(query)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }


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
