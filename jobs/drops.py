"""The rule for drops: a list has less than half of the rows that it had before."""

# A shorter list may lose half of its rows by chance
_MIN_ROWS_BEFORE = 10


def is_drop(rows_before: int, rows: int) -> bool:
    """Whether a complete snapshot is a drop after the complete snapshot directly before it.

    The numbers of rows include rejects.
    """
    return rows_before >= _MIN_ROWS_BEFORE and 2 * rows < rows_before
