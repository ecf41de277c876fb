"""Options that several commands have."""

from typing import Annotated

import typer

Lake = Annotated[str, typer.Option("--lake", help="The lake's folder.")]
NoBuild = Annotated[bool, typer.Option("--no-build", help="Leave the tables as they are.")]
