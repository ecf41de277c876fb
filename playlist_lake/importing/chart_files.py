"""CSV files of charts.spotify.com: one chart on one date, a row per rank."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playlist_lake.importing.files import UnusableFile, read_text

# Viral charts have no streams; daily files have days_on_chart, weekly files weeks_on_chart.
_REQUIRED = ("rank", "uri", "artist_names", "track_name")
_KNOWN = {
    *_REQUIRED,
    "source",
    "peak_rank",
    "previous_rank",
    "days_on_chart",
    "weeks_on_chart",
    "streams",
}
_NAME = re.compile(r"([a-z]+(?:-[a-z0-9]+)+-(?:daily|weekly))-\d{4}-\d{2}-\d{2}", re.IGNORECASE)
_SONG_URI = re.compile(r"spotify:track:[0-9A-Za-z]{22}")


class Chart(NamedTuple):
    """One chart on one date; the rows are in the order of their rank, which starts at 1."""

    playlist_id: str
    rows: list[dict[str, Any]]


def read_chart(path: Path, playlist_id: str | None) -> Chart:
    """A chart from its file; the list id is the chart's name, such as `regional-global-daily`.

    The chart's name is taken from the file's name; `playlist_id` is for a file that was renamed.
    `rank` and `streams` are numbers, the other columns are text; an empty value is None. Raises
    UnusableFile with the line number.
    """
    match = _NAME.match(path.name)
    list_id = match[1].lower() if match else playlist_id
    if list_id is None:
        raise UnusableFile(
            "is not named after a chart, such as regional-global-daily-2026-10-31.csv; "
            "pass --playlist-id with the chart's name"
        )
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        _check_header(reader.fieldnames or [])
        rows = [_row(row, rank, reader.line_num) for rank, row in enumerate(reader, start=1)]
    except csv.Error as error:
        raise UnusableFile(
            f"line {reader.line_num} is not CSV ({error}); download the file again"
        ) from error
    if not rows:
        raise UnusableFile("has no rows below its header; download the file again")
    return Chart(list_id, rows)


def _check_header(header: Sequence[str]) -> None:
    missing = [name for name in _REQUIRED if name not in header]
    unknown = [name for name in header if name not in _KNOWN]
    if missing or unknown or len(set(header)) != len(header):
        faults = [f"missing: {', '.join(missing)}"] if missing else []
        faults += [f"unknown: {', '.join(map(repr, unknown))}"] if unknown else []
        raise UnusableFile(
            f"line 1 is not the header of a chart ({'; '.join(faults) or 'a column twice'}); "
            "import the CSV file as downloaded from charts.spotify.com"
        )


def _row(row: dict[str, Any], rank: int, line: int) -> dict[str, Any]:
    if None in row or None in row.values():
        raise UnusableFile(
            f"line {line} does not have as many columns as the header; download the file again"
        )
    values: dict[str, Any] = {name: text.strip() or None for name, text in row.items()}
    if _number(values["rank"], "rank", line) != rank:
        raise UnusableFile(
            f"line {line} has rank {values['rank']} instead of {rank}; download the file again"
        )
    if not _SONG_URI.fullmatch(values["uri"] or ""):
        raise UnusableFile(
            f"line {line} has {values['uri']!r}, which is not a song's URI; import song charts only"
        )
    values["rank"] = rank
    if values.get("streams") is not None:
        values["streams"] = _number(values["streams"], "streams", line)
    return values


def _number(text: str | None, name: str, line: int) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text or ""):
        raise UnusableFile(
            f"line {line} has {text!r} for {name}, which is not a number; download the file again"
        )
    return int(text or "")
