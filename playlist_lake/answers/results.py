"""Writing the result of a query: as a table or lines for people, or as CSV, JSON or Parquet."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING

from playlist_lake import console
from playlist_lake.answers.data_formats import write_csv, write_json, write_parquet
from playlist_lake.answers.text_tables import write_table, write_tsv
from playlist_lake.console import escaped_in_json, printable, remark
from playlist_lake.output import whole_file

if TYPE_CHECKING:
    import duckdb


class Format(StrEnum):
    """The format of a result."""

    TABLE = "table"
    TSV = "tsv"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def write_result(
    result: duckdb.DuckDBPyRelation,
    format_: Format,
    output: Path | None,
    *,
    for_excel: bool = False,
) -> None:
    """Write a result to a file, else to stdout; after an error the file has its old content.

    Raises duckdb.Error, RejectedQuery, OutputUnavailable.
    """
    if output:
        with whole_file(output) as file:
            write(result, format_, file, for_excel=for_excel)
    else:
        width = console.out.width if console.out.is_terminal else None
        write(result, format_, sys.stdout.buffer, terminal_width=width, for_excel=for_excel)


def write(
    result: duckdb.DuckDBPyRelation,
    format_: Format,
    file: IO[bytes],
    *,
    terminal_width: int | None = None,
    for_excel: bool = False,
) -> None:
    """Write a result to an open file; raises duckdb.Error, RejectedQuery, OSError.

    With a `terminal_width` the file is a terminal: a table must fit, and no text may control it.
    """
    if format_ in (Format.CSV, Format.JSON, Format.PARQUET):
        result = _with_distinct_names(result)
    if format_ is Format.PARQUET:
        write_parquet(result, file)
        return
    # A BOM tells Excel that the file is UTF-8
    text = io.TextIOWrapper(file, "utf-8-sig" if for_excel else "utf-8", newline="")
    is_terminal = terminal_width is not None
    try:
        if format_ is Format.CSV:
            write_csv(result, _Terminal(text, printable) if is_terminal else text)
        elif format_ is Format.JSON:
            write_json(result, _Terminal(text, escaped_in_json) if is_terminal else text)
        elif format_ is Format.TSV:
            write_tsv(result, text)
        else:
            write_table(result, text, terminal_width)
        text.flush()
    finally:
        # Otherwise the wrapper closes the file
        text.detach()


class _Terminal:
    """A terminal, which gets no text that could control it."""

    def __init__(self, file: IO[str], safe: Callable[[str], str]) -> None:
        self._file, self._safe = file, safe

    def write(self, text: str, /) -> object:
        return self._file.write(self._safe(text))


def _with_distinct_names(result: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The result with repeated column names numbered, as DuckDB does in a subquery.

    A result such as `SELECT a.*, b.*` can be written, and all formats have the same names. Parquet
    and JSON readers would take one of several columns with a name; many ignore its case.
    """
    distinct = result.project("*")
    renamed = [
        f"{new} (was {old})"
        for old, new in zip(result.columns, distinct.columns, strict=True)
        if old != new
    ]
    if renamed:
        remark(f"Columns with the same name are numbered: {', '.join(renamed)}.")
    return distinct
