"""Results as text for people: a table, or lines with tabs for other commands of the shell."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table

from playlist_lake.console import printable, remark, shown

if TYPE_CHECKING:
    import duckdb

    from playlist_lake.answers.data_formats import Writable

MAX_TABLE_ROWS = 500
_MAX_CELL_WIDTH = 40
_MIN_CELL_WIDTH = 10
_FRACTIONS = {"DOUBLE", "FLOAT"}
_NUMBERS = {"INTEGER", "BIGINT", "HUGEINT"} | _FRACTIONS
_ESCAPED_IN_TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write_tsv(result: duckdb.DuckDBPyRelation, file: Writable) -> None:
    r"""A line of names, then a line per row, with tabs between the values; NULL is empty.

    Tabs, line ends and backslashes in values are written as \t, \n, \r and \\.
    """
    file.write(_tsv_line(result.columns))
    for row in _as_text(result).iter_rows():
        file.write(_tsv_line(row))


def write_table(result: duckdb.DuckDBPyRelation, file: Writable, width: int | None) -> None:
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
    _print(table, _total_width(widths), file, is_terminal=width is not None)
    if len(rows) > MAX_TABLE_ROWS:
        remark(f"Only the first {MAX_TABLE_ROWS} rows are shown; --format csv writes all rows.")
    if fitting < len(names):
        remark(f"Columns not shown: {', '.join(names[fitting:])}; --format csv writes all columns.")


def _print(table: Table, width: int, file: Writable, *, is_terminal: bool) -> None:
    """Print a table without the blanks that fill the last column."""
    lines = io.StringIO()
    Console(file=lines, width=width, highlight=False, force_terminal=is_terminal).print(table)
    for line in lines.getvalue().split("\n")[:-1]:
        file.write(line.rstrip() + "\n")


def _tsv_line(values: Iterable[str | None]) -> str:
    fields = [printable((value or "").translate(_ESCAPED_IN_TSV)) for value in values]
    return "\t".join(fields) + "\n"


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
