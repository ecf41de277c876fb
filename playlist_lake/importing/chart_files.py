"""CSV files of charts.spotify.com: one chart on one date, a row per rank."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import Any, NamedTuple

from lake.raw_format import MAX_ITEMS
from playlist_lake.importing.csv_files import is_csv, read_header, read_rows
from playlist_lake.importing.files import ImportFile, UnusableFile, read_text

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
# Columns that CSV files of other tools don't have
_OF_CHARTS = {"rank", "artist_names", "track_name", "peak_rank", "previous_rank"}
_NAME = re.compile(r"([a-z]+(?:-[a-z0-9]+)+-(?:daily|weekly))-\d{4}-\d{2}-\d{2}", re.IGNORECASE)
_SONG_URI = re.compile(r"spotify:track:[0-9A-Za-z]{22}")
_MAX_NAMED = 5


class Chart(NamedTuple):
    """One chart on one date.

    The rows are in the order of their rank. A rank whose row is missing or unusable stays free.
    `total` is the number of ranks, as far as the file shows it. `faults` are what is wrong with
    the file, one sentence each.
    """

    playlist_id: str
    rows: list[dict[str, Any]]
    total: int
    faults: list[str]
    is_unnamed: bool
    """Whether its id comes from --playlist-id."""

    def runs(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """The rows whose ranks follow each other, with the number of ranks before them."""
        # Within a run, the rank grows as fast as the index
        for _, run in groupby(enumerate(self.rows), lambda one: one[1]["rank"] - one[0]):
            rows = [row for _, row in run]
            yield rows[0]["rank"] - 1, rows


def has_chart(file: ImportFile) -> bool:
    """Whether a file is a chart's CSV file, by its columns, or by its name if it is CSV."""
    if file.name.lower().endswith(".json"):
        return False
    try:
        text = read_text(file)
        header = read_header(text) if is_csv(file, text) else None
    except UnusableFile:
        # The reader of other files says it
        return False
    is_named = bool(_NAME.match(file.name))
    return header is not None and (is_named or len(_OF_CHARTS.intersection(header)) > 1)


def read_chart(file: ImportFile, playlist_id: str | None) -> Chart:
    """A chart from its file; the list id is the chart's name, such as `regional-global-daily`.

    The chart's name is taken from the file's name; `playlist_id` is for a file that was renamed.
    `rank` and `streams` are numbers, the other columns are text; an empty value is None. A row
    without a usable rank or song, or with a rank that an earlier row has, is left out and is named
    in `faults`. Raises UnusableFile with the line number.
    """
    lines = read_rows(read_text(file))
    _, header = next(lines)
    _check_header(header)
    rows = [(line, _values(header, row, line)) for line, row in lines]
    match = _NAME.match(file.name)
    list_id = match[1].lower() if match else playlist_id
    if list_id is None:
        raise UnusableFile(
            "is not named after a chart, such as regional-global-daily-2026-10-31.csv; "
            "pass --playlist-id with the chart's name"
        )
    if not rows:
        raise UnusableFile("has no rows below its header; download the file again")
    return _chart(list_id, rows, is_unnamed=match is None)


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


def _values(header: Sequence[str], row: Sequence[str], line: int) -> dict[str, Any]:
    if len(row) != len(header):
        raise UnusableFile(
            f"line {line} does not have as many columns as the header; download the file again"
        )
    return {name: text.strip() or None for name, text in zip(header, row, strict=True)}


def _chart(list_id: str, lines: Sequence[tuple[int, dict[str, Any]]], *, is_unnamed: bool) -> Chart:
    rows: dict[int, dict[str, Any]] = {}
    faults = []
    # A row more than ranks shows that a rank is missing, too
    total = len(lines)
    for line, row in lines:
        rank = _number(row["rank"])
        streams = row.get("streams") and _number(row["streams"])
        if rank is None or not 0 < rank <= MAX_ITEMS:
            faults.append(f"line {line} has {(row['rank'] or '')!r} for rank, which is not a rank")
            continue
        total = max(total, rank)
        if not _SONG_URI.fullmatch(row["uri"] or ""):
            faults.append(f"line {line} has {(row['uri'] or '')!r}, which is not a song's URI")
        elif rank in rows:
            faults.append(f"line {line} has rank {rank} again")
        else:
            rows[rank] = row | {"rank": rank} | ({"streams": streams} if "streams" in row else {})
            if row.get("streams") and streams is None:
                faults.append(
                    f"line {line} has {row['streams']!r} for streams, which is not a number"
                )
    if not rows:
        raise UnusableFile(
            f"{faults[0]}, like all other lines; import the CSV file of a song chart"
        )
    missing = list(islice((rank for rank in range(1, total + 1) if rank not in rows), _MAX_NAMED))
    if missing:
        more = total - len(rows) - len(missing)
        named = ", ".join(map(str, missing)) + (f" and {more} more" if more else "")
        faults.insert(0, f"no song has rank {named}")
    return Chart(list_id, [rows[rank] for rank in sorted(rows)], total, faults, is_unnamed)


def _number(text: str | None) -> int | None:
    """A whole number, also if it is written as 12.0; None for any other text."""
    match = re.fullmatch(r"([0-9]{1,15})(?:\.0+)?", text or "")
    return int(match[1]) if match else None
