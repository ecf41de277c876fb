"""`playlist-lake report`: write one HTML file that shows the lists."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from playlist_lake.console import out, shown, steps
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
        write_report(con, output or lake_folder(lake) / REPORT)
    written = str(output or Path(lake, REPORT))
    out.print(Text.assemble("Report: ", shown(written, "bold")), soft_wrap=True)


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
