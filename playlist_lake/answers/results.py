"""Writing the result of a query: as a table for people, or as CSV, JSON or Parquet."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table

from playlist_lake import console
from playlist_lake.console import printable, remark, shown
from playlist_lake.output import whole_file

if TYPE_CHECKING:
    import duckdb

MAX_TABLE_ROWS = 500
_MAX_CELL_WIDTH = 40
_MIN_CELL_WIDTH = 10
_FRACTIONS = {"DOUBLE", "FLOAT"}
_NUMBERS = {"INTEGER", "BIGINT", "HUGEINT"} | _FRACTIONS


class Format(StrEnum):
    """The format of a result."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def write_result(result: duckdb.DuckDBPyRelation, format_: Format, output: Path | None) -> None:
    """Write a result to a file, else to stdout; after an error the file has its old content.

    Raises duckdb.Error, OutputUnavailable.
    """
    if output is None:
        width = console.out.width if console.out.is_terminal else None
        write(result, format_, sys.stdout.buffer, width)
    else:
        with whole_file(output) as file:
            write(result, format_, file, None)


def write(
    result: duckdb.DuckDBPyRelation, format_: Format, file: IO[bytes], width: int | None
) -> None:
    """Write a result to an open file; raises duckdb.Error, OSError.

    `width` is the width of the terminal that a table must fit; without it all columns are shown.
    """
    if format_ is Format.PARQUET:
        _write_parquet(result, file)
        return
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        if format_ is Format.CSV:
            _write_csv(result, text)
        elif format_ is Format.JSON:
            _write_json(result, text)
        else:
            _write_table(result, text, width)
        text.flush()
    finally:
        # Otherwise the wrapper closes the file
        text.detach()


def _write_parquet(result: duckdb.DuckDBPyRelation, file: IO[bytes]) -> None:
    import pyarrow.parquet as pq

    reader = result.to_arrow_reader()
    with pq.ParquetWriter(file, reader.schema) as writer:
        for batch in reader:
            writer.write_batch(batch)


def _write_csv(result: duckdb.DuckDBPyRelation, file: IO[str]) -> None:
    """RFC 4180, except that lines end with LF; NULL is an empty field."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(_as_text(result).iter_rows())


def _write_json(result: duckdb.DuckDBPyRelation, file: IO[str]) -> None:
    """An array with one object and line per row; numbers that JSON does not have are null."""
    separator = "[\n"
    for (row,) in result.set_alias("result").project("to_json(result)").iter_rows():
        values = json.loads(row, parse_constant=lambda _: None)
        file.write(separator + json.dumps(values, ensure_ascii=False))
        separator = ",\n"
    file.write("[]\n" if separator == "[\n" else "\n]\n")


def _write_table(result: duckdb.DuckDBPyRelation, file: IO[str], width: int | None) -> None:
    """The first rows; if there is a width, only the columns that fit, with long values cut."""
    names = result.columns
    rows = _as_text(result).limit(MAX_TABLE_ROWS + 1).fetchall()
    is_fraction = [str(type_) in _FRACTIONS for type_ in result.types]
    cells = [
        [
            "NULL" if value is None else _rounded(value) if fraction else printable(value)
            for value, fraction in zip(row, is_fraction, strict=True)
        ]
        for row in rows[:MAX_TABLE_ROWS]
    ]
    widths = _fitting_widths(
        [max(map(_cell_width, column)) for column in zip(names, *cells, strict=True)], width
    )
    fitting = len(widths)
    # One space between columns is padding, the other one belongs to the box
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name, type_, column_width in zip(names, result.types, widths, strict=False):
        justify: JustifyMethod = "right" if str(type_) in _NUMBERS else "left"
        table.add_column(shown(name), justify=justify, no_wrap=True, width=column_width)
    for row in cells:
        table.add_row(*[shown(cell, "dim" if cell == "NULL" else "") for cell in row[:fitting]])
    Console(file=file, width=_total_width(widths), highlight=False).print(table)
    if len(rows) > MAX_TABLE_ROWS:
        remark(f"Only the first {MAX_TABLE_ROWS} rows are shown; --format csv writes all rows.")
    if fitting < len(names):
        remark(f"Columns not shown: {', '.join(names[fitting:])}; --format csv writes all columns.")


def _fitting_widths(widths: list[int], width: int | None) -> list[int]:
    """The widths of the columns that fit, the first ones; a wide column is cut."""
    if width is None or _total_width(widths) <= width:
        return widths
    widths = [min(one, _MAX_CELL_WIDTH, width) for one in widths]
    fitting = max(1, sum(_total_width(widths[: end + 1]) <= width for end in range(len(widths))))
    left_over = width - _total_width([*widths[:fitting], 0])
    if fitting < len(widths) and left_over >= _MIN_CELL_WIDTH:
        return [*widths[:fitting], left_over]
    return widths[:fitting]


def _rounded(number: str) -> str:
    """A fraction with four decimal places, or all of them if it would be rounded to 0."""
    rounded = round(float(number), 4)
    return str(rounded) if rounded else number


def _total_width(widths: Sequence[int]) -> int:
    """The width of columns side by side, two spaces apart."""
    return sum(widths) + 2 * (len(widths) - 1)


def _cell_width(cell: str) -> int:
    return max(map(cell_len, cell.split("\n")))


def _as_text(result: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    # DuckDB casts here because its Python client needs pytz for a time with a zone
    return result.project("CAST(COLUMNS(*) AS VARCHAR)")
