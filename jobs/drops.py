"""The rule for drops: a list has less than half of the rows that it had before."""

from typing import Any

# A shorter list may lose half of its rows by chance
_MIN_ROWS_BEFORE = 10


def is_drop(rows_before: Any, rows: Any) -> Any:
    """Whether a complete snapshot is a drop after the complete snapshot directly before it.

    Takes the numbers of rows, rejects included, and returns a bool; takes two Columns, and returns
    a Column.
    """
    return (rows_before >= _MIN_ROWS_BEFORE) & (2 * rows < rows_before)
