"""The commands that ask the tables, on this machine or in Athena: queries, views, the report."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from playlist_lake.answers import athena
from playlist_lake.answers.athena_target import DATABASE, WORKGROUP, AthenaTarget
from playlist_lake.answers.database import connect
from playlist_lake.answers.query import answer
from playlist_lake.answers.results import Format
from playlist_lake.console import out, shown
from playlist_lake.errors import Misuse
from playlist_lake.lakes import lake_folder
from playlist_lake.parameters import Lake

_FORMATS = {
    "": Format.TABLE,
    ".txt": Format.TABLE,
    ".csv": Format.CSV,
    ".json": Format.JSON,
    ".parquet": Format.PARQUET,
}
# In the lake, unless another file is named
REPORT = "report.html"


class Engine(StrEnum):
    """Where a query runs."""

    DUCKDB = "duckdb"
    ATHENA = "athena"


Database = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Athena's database of the lake.", show_default=DATABASE),
]
Workgroup = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Athena's workgroup.", show_default=WORKGROUP),
]


def query(
    question: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help="A query in the engine's SQL, or the name of a query, view or table.",
        ),
    ],
    engine: Annotated[
        Engine, typer.Option(help="DuckDB reads a folder, Athena the lake deployed on AWS.")
    ] = Engine.DUCKDB,
    lake: Annotated[
        str | None, typer.Option(help="The lake's folder, for DuckDB.", show_default="lake")
    ] = None,
    database: Database = None,
    workgroup: Workgroup = None,
    format_: Annotated[
        Format | None,
        typer.Option("--format", help="Without it, what the file's name ends with, else a table."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="File to write.")
    ] = None,
) -> None:
    """Ask the tables a question in SQL."""
    if format_ is None:
        format_ = _format_of(output)
    if format_ is Format.PARQUET and output is None and out.is_terminal:
        raise Misuse("Parquet is nothing to look at; name a file with -o")
    if engine is Engine.ATHENA:
        if lake is not None:
            raise Misuse(
                "--lake names a folder, and Athena reads the lake on AWS; leave --lake out, or "
                "name Athena's database with --database"
            )
        athena.answer(_target(database, workgroup), question, format_, output)
        return
    for option, value in {"--database": database, "--workgroup": workgroup}.items():
        if value is not None:
            raise Misuse(f"{option} is for Athena; add --engine athena, or leave it out")
    answer(connect(lake or "lake"), question, format_, output)


def views(database: Database = None, workgroup: Workgroup = None) -> None:
    """Create the views in Athena, over the lake on AWS; once more does no harm."""
    target = _target(database, workgroup)
    for name in athena.create_views(target):
        out.print(f"View {name} is in {target.database}.", markup=False)


def report(
    lake: Lake = "lake",
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="File to write; else report.html in the lake."
        ),
    ] = None,
) -> None:
    """Write one HTML file to look at the lists, for any browser, also without a network."""
    # Altair and the renderer take their time, and no other command needs them
    from playlist_lake.report import write_report

    write_report(connect(lake), output or lake_folder(lake) / REPORT)
    written = str(output or Path(lake, REPORT))
    out.print(Text.assemble("Report: ", shown(written, "bold")), soft_wrap=True)


def _format_of(output: Path | None) -> Format:
    """The format that a file's name ends with; a table is a text, and what a terminal gets."""
    suffix = output.suffix.lower() if output else ""
    if suffix not in _FORMATS:
        known = ", ".join(filter(None, _FORMATS))
        raise Misuse(
            f"no format is called {suffix}; let the file's name end with {known}, or say --format"
        )
    return _FORMATS[suffix]


def _target(database: str | None, workgroup: str | None) -> AthenaTarget:
    for option, value in {"--database": database, "--workgroup": workgroup}.items():
        if value is not None and not value.strip():
            raise Misuse(f"{option} is given without a name; name one, or leave it out")
    return AthenaTarget(database or DATABASE, workgroup or WORKGROUP)
