"""`playlist-lake report`: write one HTML file that shows the lists."""

import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from playlist_lake.console import out, remark, shown, steps
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption

# In the lake, unless --output names another file
REPORT = "report.html"


def report(
    lake: LakeOption = DEFAULT_LAKE,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="File to write; else report.html in the lake."
        ),
    ] = None,
    is_opened: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Raises CommandError, LakeError."""
    from playlist_lake.answers.database import connect
    from playlist_lake.answers.outdated_tables import warn_of_outdated_tables
    from playlist_lake.lakes import lake_folder
    from playlist_lake.report import write_report

    with steps(1) as progress:
        progress.begin("write the report")
        con = connect(lake)
        warn_of_outdated_tables(lake)
        path = output or lake_folder(lake) / REPORT
        write_report(con, path)
    written = str(output or Path(lake, REPORT))
    out.print(Text.assemble("Report: ", shown(written, "bold")), soft_wrap=True)
    if is_opened and not webbrowser.open(path.resolve().as_uri()):
        remark("warning: no browser could be started", "yellow")


def refresh_report(lake: str) -> None:
    """Write the report again if the lake has one, so that it shows what was built."""
    from playlist_lake.answers.table_files import EmptyLake
    from playlist_lake.lakes import lake_folder

    # If every snapshot was refused, there may be no tables
    if (lake_folder(lake) / REPORT).exists():
        with suppress(EmptyLake):
            report(lake)


def print_nothing_new(sentence: str, lake: str) -> None:
    """Print the sentence with the path of the report; write it if it is missing or outdated."""
    from jobs.file_catalog import CATALOG_KEY
    from playlist_lake.lakes import lake_folder

    folder = lake_folder(lake)
    try:
        is_current = (folder / REPORT).stat().st_mtime >= (folder / CATALOG_KEY).stat().st_mtime
    except FileNotFoundError:
        is_current = False
    if is_current:
        out.print(shown(f"{sentence} Report: {Path(lake, REPORT)}"), soft_wrap=True)
    else:
        out.print(sentence, soft_wrap=True)
        report(lake)
