"""Reading the result of an Athena query into DuckDB."""

import tempfile
from pathlib import Path
from typing import Any

import boto3
import duckdb
from pyathena.converter import Converter
from pyathena.cursor import Cursor

_RESULT = "result"
# By Athena's name of a type; any other type, such as a list or a map, is kept as Athena's text
_TYPES = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamp with time zone": "TIMESTAMP WITH TIME ZONE",
}


class TextConverter(Converter):
    """Keeps the values that PyAthena reads as text; DuckDB converts them."""

    def __init__(self) -> None:
        super().__init__(mappings={})

    def convert(self, type_: str, value: str | None, type_hint: str | None = None) -> str | None:  # noqa: ARG002
        """The value as Athena writes it."""
        return value


def read_result(
    con: duckdb.DuckDBPyConnection, cursor: Cursor, session: boto3.Session
) -> duckdb.DuckDBPyRelation:
    """The result of a query, in a table of DuckDB.

    PyAthena's ArrowCursor reads results too, but turns NULL into an empty text
    (https://github.com/pyathena-dev/PyAthena/pull/643). Raises duckdb.Error, ClientError.
    """
    # Numbered names, because the names of a result may repeat
    columns = {f"c{number}": column for number, column in enumerate(cursor.description or ())}
    con.execute("SET TimeZone = 'UTC'")
    types = {name: _type(*column) for name, column in columns.items()}
    location = str(cursor.output_location)
    if location.endswith(".csv"):
        _read_csv(con, session, location, types)
    else:
        _read_rows(con, cursor, list(types))
    return con.table(_RESULT).project(
        ", ".join(f"{name} AS {_identifier(column[0])}" for name, column in columns.items())
    )


def _read_csv(
    con: duckdb.DuckDBPyConnection, session: boto3.Session, location: str, types: dict[str, str]
) -> None:
    """Read the CSV file of a query; text is in quotes, NULL is an empty field without them."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "result.csv"))
        session.client("s3").download_file(bucket, key, file)
        con.read_csv(
            file,
            auto_detect=False,
            header=True,
            sep=",",
            quotechar='"',
            escapechar='"',
            na_values="",
            allow_quoted_nulls=False,
            columns=types,
        ).create(_RESULT)


def _read_rows(con: duckdb.DuckDBPyConnection, cursor: Cursor, names: list[str]) -> None:
    """Read the rows of a statement such as SHOW TABLES, which has no CSV file."""
    con.execute(f"CREATE TABLE {_RESULT} ({', '.join(f'{name} VARCHAR' for name in names)})")
    if rows := cursor.fetchall():
        con.executemany(
            f"INSERT INTO {_RESULT} VALUES ({', '.join('?' for _ in names)})",  # noqa: S608
            rows,
        )


def _type(_name: str, type_: str, *more: Any) -> str:
    """DuckDB's type for one of PyAthena's column descriptions."""
    precision, scale = more[2:4]
    return f"DECIMAL({precision}, {scale})" if type_ == "decimal" else _TYPES.get(type_, "VARCHAR")


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
