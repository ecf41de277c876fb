"""`playlist-lake query`: ask a question in SQL, in DuckDB or in Athena."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from playlist_lake.answers.athena_target import DATABASE, WORKGROUP, AthenaTarget
from playlist_lake.answers.results import Format
from playlist_lake.console import out
from playlist_lake.errors import Misuse
from playlist_lake.parameters import (
    DEFAULT_LAKE,
    DatabaseOption,
    LakeOption,
    WorkgroupOption,
)

_FORMAT_BY_SUFFIX = {
    "": Format.TABLE,
    ".txt": Format.TABLE,
    ".tsv": Format.TSV,
    ".csv": Format.CSV,
    ".json": Format.JSON,
    ".parquet": Format.PARQUET,
}


class Engine(StrEnum):
    """Where a query runs."""

    DUCKDB = "duckdb"
    ATHENA = "athena"


def query(
    context: typer.Context,
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
    lake: LakeOption = DEFAULT_LAKE,
    database: DatabaseOption = None,
    workgroup: WorkgroupOption = None,
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="Default: by the file's extension; without -o a table on a terminal, else tsv.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="File to write.")
    ] = None,
    excel: Annotated[
        bool,
        typer.Option(
            "--excel", help="Begin a CSV file with a BOM, so that Excel reads it as UTF-8."
        ),
    ] = False,
) -> None:
    """Raises CommandError, LakeError."""
    from playlist_lake.output import format_of

    if format_ is None:
        format_ = format_of(output, _FORMAT_BY_SUFFIX) if output else _format_of_stdout()
    if excel and format_ is not Format.CSV:
        raise Misuse("--excel is for CSV; add --format csv, or leave --excel out")
    if format_ is Format.PARQUET and output is None and out.is_terminal:
        raise Misuse("Parquet is not text that a terminal can show; name a file with -o")
    if engine is Engine.ATHENA:
        given = context.get_parameter_source("lake")
        # PLAYLIST_LAKE may be set: other commands use it
        if given and given.name == "COMMANDLINE":
            raise Misuse(
                "--lake names a folder, and Athena reads the lake on AWS; leave --lake out, or "
                "name Athena's database with --database"
            )
        from playlist_lake.answers import athena

        athena.answer(
            athena_target(database, workgroup), question, format_, output, for_excel=excel
        )
        return
    for option, value in {"--database": database, "--workgroup": workgroup}.items():
        if value is not None:
            raise Misuse(f"{option} is for Athena; add --engine athena, or leave it out")
    from playlist_lake.answers.database import connect
    from playlist_lake.answers.outdated_tables import warn_of_outdated_tables
    from playlist_lake.answers.query import answer

    con = connect(lake)
    warn_of_outdated_tables(lake)
    answer(con, question, format_, output, for_excel=excel)


def athena_target(database: str | None, workgroup: str | None) -> AthenaTarget:
    """The database and workgroup named by options, or the defaults; raises Misuse."""
    for option, value in {"--database": database, "--workgroup": workgroup}.items():
        if value is not None and not value.strip():
            raise Misuse(f"{option} is given without a name; name one, or leave it out")
    return AthenaTarget(database or DATABASE, workgroup or WORKGROUP)


def _format_of_stdout() -> Format:
    return Format.TABLE if out.is_terminal else Format.TSV
