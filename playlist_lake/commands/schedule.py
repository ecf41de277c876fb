"""`playlist-lake schedule`: an entry for the machine's scheduler that runs `run` every day."""

import os
from typing import Annotated

import typer

from playlist_lake.console import remark
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption
from playlist_lake.schedule import Scheduler, console_script, default_scheduler, entry


def schedule(
    lake: LakeOption = DEFAULT_LAKE,
    format_: Annotated[
        Scheduler | None, typer.Option("--format", help="Default: the scheduler of this machine.")
    ] = None,
    genres: Annotated[
        bool, typer.Option("--genres", help="Runs that also ask for the genres of artists.")
    ] = False,
    mail: Annotated[
        str | None,
        typer.Option("--mail", metavar="ADDRESS", help="Mail what changed; only cron can."),
    ] = None,
) -> None:
    """Raises NoScript, NoLake, LakeElsewhere, PathRefused, NoMail, ExtractError."""
    from extract_lambda.credentials import credentials_path
    from extract_lambda.playlists_file import read_playlists
    from lake.storage import open_storage
    from playlist_lake.lakes import existing_lake

    folder = existing_lake(lake)
    # A daily run without lists would fail every day, in a log that nobody reads
    read_playlists(open_storage(folder))
    scheduler = format_ or default_scheduler()
    text = entry(scheduler, console_script(), folder, genres=genres, mail=mail)
    typer.echo(text, nl=False)
    # The scheduler starts it without the environment variables of this shell
    path = credentials_path({"HOME": os.environ.get("HOME", "")})
    if not path.exists():
        remark(
            f"warning: that run will look for a login in {path} and find none; run "
            "playlist-lake login first, with XDG_CONFIG_HOME unset",
            "yellow",
        )
