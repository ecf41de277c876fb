"""What Athena leaves in S3 of a query, as a relation of DuckDB's."""

import tempfile
from pathlib import Path
from typing import Any

import boto3
import duckdb
from pyathena.converter import Converter
from pyathena.cursor import Cursor

_RESULT = "result"
# By Athena's name of a type; what is not here, lists and maps too, is the text that Athena writes
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


class Texts(Converter):
    """Leaves the values that PyAthena reads as they are: DuckDB gives them their types."""

    def __init__(self) -> None:
        super().__init__(mappings={})

    def convert(self, type_: str, value: str | None, type_hint: str | None = None) -> str | None:  # noqa: ARG002
        """The value as Athena writes it."""
        return value


def read(
    con: duckdb.DuckDBPyConnection, cursor: Cursor, session: boto3.Session
) -> duckdb.DuckDBPyRelation | None:
    """What a query has answered, in a table of DuckDB's; None if a statement has no result.

    PyAthena's ArrowCursor reads results too, but takes a NULL for an empty text
    (https://github.com/pyathena-dev/PyAthena/pull/643). Raises duckdb.Error, ClientError.
    """
    columns = {f"c{number}": column for number, column in enumerate(cursor.description or ())}
    if not columns:
        return None
    con.execute("SET TimeZone = 'UTC'")
    types = {place: _type(*column) for place, column in columns.items()}
    location = str(cursor.output_location)
    if location.endswith(".csv"):
        _read_csv(con, session, location, types)
    else:
        _read_texts(con, cursor, list(types))
    return con.table(_RESULT).project(
        ", ".join(f"{place} AS {_quoted(column[0])}" for place, column in columns.items())
    )


def _read_csv(
    con: duckdb.DuckDBPyConnection, session: boto3.Session, location: str, types: dict[str, str]
) -> None:
    """Read a query's rows: texts are quoted, and a NULL is nothing, without quotes."""
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


def _read_texts(con: duckdb.DuckDBPyConnection, cursor: Cursor, places: list[str]) -> None:
    """Read the rows of a statement such as SHOW TABLES, of which S3 has no CSV."""
    con.execute(f"CREATE TABLE {_RESULT} ({', '.join(f'{place} VARCHAR' for place in places)})")
    if rows := cursor.fetchall():
        con.executemany(
            f"INSERT INTO {_RESULT} VALUES ({', '.join('?' for _ in places)})",  # noqa: S608
            rows,
        )


def _type(_name: str, type_: str, *more: Any) -> str:
    """DuckDB's name for the type of one of PyAthena's column descriptions."""
    precision, scale = more[2:4]
    return f"DECIMAL({precision}, {scale})" if type_ == "decimal" else _TYPES.get(type_, "VARCHAR")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
