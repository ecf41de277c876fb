"""Results as CSV, JSON and Parquet, for other programs; the column names must be distinct."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Protocol

from playlist_lake.answers.errors import RejectedQuery

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_NESTED = {"array", "list", "map", "struct", "union"}
_QUOTED_IN_CSV = re.compile(r'[",\r\n]')
# A text, or what JSON has no number for
_TEXT_OR_NO_NUMBER = re.compile(r'("[^"\\]*(?:\\.[^"\\]*)*")|-?Infinity|NaN')


class Writable(Protocol):
    """A text file, or something that writes to one."""

    def write(self, text: str, /) -> object:
        """Write a part of the text."""


def write_csv(result: duckdb.DuckDBPyRelation, file: Writable) -> None:
    """RFC 4180, except that lines end with LF.

    NULL is an empty field without quotes, an empty text is `""`; in a result with one column NULL
    is `""` too, because readers skip empty lines. Lists, structs and maps are JSON.
    """
    # Not Python's csv module: before 3.11.9 it does not quote a carriage return
    null = "" if len(result.columns) > 1 else '""'
    is_nested = [type_.id in _NESTED for type_ in result.types]
    terms = [
        f"CAST({'to_json' if nested else ''}({_identifier(name)}) AS VARCHAR)"
        for name, nested in zip(result.columns, is_nested, strict=True)
    ]
    file.write(",".join(map(_csv_field, result.columns)) + "\n")
    for row in result.project(", ".join(terms)).iter_rows():
        fields = [
            null if value is None else _csv_field(_valid_json(value) if nested else value)
            for value, nested in zip(row, is_nested, strict=True)
        ]
        file.write(",".join(fields) + "\n")


def write_json(result: duckdb.DuckDBPyRelation, file: Writable) -> None:
    """An array with one object and line per row; numbers that JSON does not have are null."""
    fields = ", ".join(f"{_identifier(name)} := {_identifier(name)}" for name in result.columns)
    separator = "[\n"
    for (row,) in result.project(f"to_json(struct_pack({fields}))").iter_rows():
        file.write(separator + _valid_json(row))
        separator = ",\n"
    file.write("[]\n" if separator == "[\n" else "\n]\n")


def write_parquet(result: duckdb.DuckDBPyRelation, file: IO[bytes]) -> None:
    """Raises RejectedQuery for a type that Parquet does not have."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    reader = result.to_arrow_reader()
    try:
        with pq.ParquetWriter(file, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        names = ", ".join(field.name for field in reader.schema if not _fits_parquet(field))
        raise RejectedQuery(
            f"Parquet cannot hold {f'the column {names}' if names else 'the result'}: {error}; "
            "cast it to VARCHAR in the query, or write another format"
        ) from error


def _fits_parquet(field: pa.Field) -> bool:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        pq.ParquetWriter(pa.BufferOutputStream(), pa.schema([field])).close()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return False
    return True


def _csv_field(value: str) -> str:
    if value and not _QUOTED_IN_CSV.search(value):
        return value
    return '"' + value.replace('"', '""') + '"'


def _valid_json(text: str) -> str:
    """What DuckDB writes as JSON, with null for NaN and Infinity."""
    return _TEXT_OR_NO_NUMBER.sub(lambda found: found[1] or "null", text)


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
