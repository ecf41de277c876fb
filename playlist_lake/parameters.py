"""Options that several commands have, and their defaults."""

from typing import Annotated

import typer

from playlist_lake.answers.athena_target import DATABASE, WORKGROUP

DEFAULT_LAKE = "my-lake"
LAKE_VARIABLE = "PLAYLIST_LAKE"

LakeOption = Annotated[str, typer.Option("--lake", envvar=LAKE_VARIABLE, help="The lake's folder.")]
LakeOrPrefixOption = Annotated[
    str,
    typer.Option("--lake", envvar=LAKE_VARIABLE, help="The lake's folder or s3:// prefix."),
]
NoBuildOption = Annotated[bool, typer.Option("--no-build", help="Leave the tables as they are.")]
RefreshOption = Annotated[bool, typer.Option("--refresh", help="Replace today's snapshots.")]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="NAME",
        help="Athena's database of the lake.",
        show_default=DATABASE,
    ),
]
WorkgroupOption = Annotated[
    str | None,
    typer.Option("--workgroup", metavar="NAME", help="Athena's workgroup.", show_default=WORKGROUP),
]
