"""CSV files: their header and rows, whatever separates the columns."""

import csv
import io
from collections.abc import Iterator

from playlist_lake.importing.files import ImportFile, UnusableFile

# A comma, or what spreadsheets write instead of it
_DELIMITERS = ",;\t"


def is_csv(file: ImportFile, text: str) -> bool:
    """Whether a file is CSV, or at least not JSON."""
    return not file.name.lower().endswith(".json") and text.lstrip()[:1] not in ("{", "[")


def read_header(text: str) -> list[str]:
    """The columns in the first row; raises UnusableFile."""
    return next(read_rows(text), (1, []))[1]


def read_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the number of its last line; raises UnusableFile."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
    except csv.Error as error:
        raise UnusableFile(
            f"line {reader.line_num} is not CSV ({error}); download the file again"
        ) from error


def _delimiter(text: str) -> str:
    """The delimiter that the first line has most often."""
    first = text.lstrip().partition("\n")[0]
    return max(_DELIMITERS, key=first.count)
