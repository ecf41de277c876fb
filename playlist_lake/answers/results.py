"""A query's result as a table to look at, or as CSV, JSON or Parquet."""

import csv
import io
import json
from collections.abc import Sequence
from enum import StrEnum
from typing import IO

import duckdb
import pyarrow.parquet as pq
from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table

from playlist_lake.console import printable, remark, shown

MAX_TABLE_ROWS = 500
_MAX_CELL_WIDTH = 40
_MIN_CELL_WIDTH = 10
_FRACTIONS = {"DOUBLE", "FLOAT"}
_NUMBERS = {"INTEGER", "BIGINT", "HUGEINT"} | _FRACTIONS


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def write(
    result: duckdb.DuckDBPyRelation, format_: Format, file: IO[bytes], width: int | None
) -> None:
    """Write a result to a file that is open; raises duckdb.Error, OSError.

    `width` is that of the terminal on which a table shall fit; without one it has all columns.
    """
    if format_ is Format.PARQUET:
        reader = result.to_arrow_reader()
        with pq.ParquetWriter(file, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
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
        # Otherwise it would close the file
        text.detach()


def _write_csv(result: duckdb.DuckDBPyRelation, file: IO[str]) -> None:
    """RFC 4180 but for the line ends; NULL is an empty field."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(_texts(result).iter_rows())


def _write_json(result: duckdb.DuckDBPyRelation, file: IO[str]) -> None:
    """An array with an object per row and line; a number that JSON doesn't know is null."""
    separator = "[\n"
    for (row,) in result.set_alias("result").project("to_json(result)").iter_rows():
        values = json.loads(row, parse_constant=lambda _: None)
        file.write(separator + json.dumps(values, ensure_ascii=False))
        separator = ",\n"
    file.write("[]\n" if separator == "[\n" else "\n]\n")


def _write_table(result: duckdb.DuckDBPyRelation, file: IO[str], width: int | None) -> None:
    """The first rows; where a width is given, of the columns those that fit, long values cut."""
    names = result.columns
    rows = _texts(result).limit(MAX_TABLE_ROWS + 1).fetchall()
    is_fraction = [str(type_) in _FRACTIONS for type_ in result.types]
    cells = [
        [
            "NULL" if value is None else _rounded(value) if fraction else printable(value)
            for value, fraction in zip(row, is_fraction, strict=True)
        ]
        for row in rows[:MAX_TABLE_ROWS]
    ]
    widths = [max(map(_width, column)) for column in zip(names, *cells, strict=True)]
    fitting = len(names)
    if width is not None and _total(widths) > width:
        widths = [min(one, _MAX_CELL_WIDTH, width) for one in widths]
        fitting = max(1, sum(_total(widths[: end + 1]) <= width for end in range(len(widths))))
        room = width - _total([*widths[:fitting], 0])
        if fitting < len(names) and room >= _MIN_CELL_WIDTH:
            widths[fitting] = room
            fitting += 1
    # A space between columns is padding, the other one the box's
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name, type_, one in list(zip(names, result.types, widths, strict=True))[:fitting]:
        justify: JustifyMethod = "right" if str(type_) in _NUMBERS else "left"
        table.add_column(shown(name), justify=justify, no_wrap=True, width=one)
    for row in cells:
        table.add_row(*[shown(cell, "dim" if cell == "NULL" else "") for cell in row[:fitting]])
    Console(file=file, width=_total(widths[:fitting]), highlight=False).print(table)
    if len(rows) > MAX_TABLE_ROWS:
        remark(f"The first {MAX_TABLE_ROWS} rows are shown; --format csv has all of them.")
    if fitting < len(names):
        remark(f"No room for {', '.join(names[fitting:])}; --format csv has all columns.")


def _rounded(number: str) -> str:
    """A fraction with as many places as one reads, but none that makes it nothing."""
    rounded = round(float(number), 4)
    return str(rounded) if rounded else number


def _total(widths: Sequence[int]) -> int:
    """The width of columns side by side."""
    return sum(widths) + 2 * (len(widths) - 1)


def _width(cell: str) -> int:
    return max(map(cell_len, cell.split("\n")))


def _texts(result: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    # Cast here, a time with a zone needs no pytz
    return result.project("CAST(COLUMNS(*) AS VARCHAR)")
