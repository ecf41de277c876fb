"""`playlist-lake export`: write a list as it was on a date, in a format that other tools read."""

from pathlib import Path
from typing import Annotated

import typer

from playlist_lake.console import counted, remark
from playlist_lake.errors import Misuse
from playlist_lake.exporting.formats import ExportFormat
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption

_FORMAT_BY_SUFFIX = {
    "": ExportFormat.URIS,
    ".txt": ExportFormat.URIS,
    ".m3u": ExportFormat.M3U,
    ".m3u8": ExportFormat.M3U,
    ".csv": ExportFormat.CSV,
}


def export(
    list_: Annotated[
        str, typer.Argument(metavar="LIST", help="Name, id, URI or link of a list in the lake.")
    ],
    date: Annotated[
        str | None, typer.Option("--date", metavar="DATE", help="Default: its newest snapshot.")
    ] = None,
    format_: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="Default: by the file's extension; without -o uris."),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="File to write.")
    ] = None,
    excel: Annotated[
        bool,
        typer.Option("--excel", help="CSV that Excel reads as UTF-8 and without formulas."),
    ] = False,
) -> None:
    """Raises CommandError, LakeError."""
    from playlist_lake.answers.database import connect
    from playlist_lake.answers.lists import date_of_snapshot, find_list, known_lists, parse_date
    from playlist_lake.exporting.formats import as_csv, as_m3u, as_uris
    from playlist_lake.exporting.snapshot import read_snapshot, spans
    from playlist_lake.output import format_of, write_text

    if format_ is None:
        format_ = format_of(output, _FORMAT_BY_SUFFIX) if output else ExportFormat.URIS
    if excel and format_ is not ExportFormat.CSV:
        raise Misuse("--excel is for CSV; add --format csv, or leave --excel out")
    day = parse_date(date) if date else None
    con = connect(lake)
    found = find_list(known_lists(con), list_)
    day = date_of_snapshot(found.title, found.dates, day)
    snapshot = read_snapshot(con, found.playlist_id, day)
    if format_ is ExportFormat.CSV:
        text = as_csv(snapshot, for_excel=excel)
    else:
        text = as_uris(snapshot) if format_ is ExportFormat.URIS else as_m3u(snapshot)
    write_text(text, output, with_bom=excel)
    remark(f"{found.title}, {day}: {counted(len(snapshot.items), 'item')}")
    for what, positions in snapshot.holes.items():
        remark(f"{counted(len(positions), 'position')} {what}: {spans(positions)}", "yellow")
