"""The command line, `playlist-lake COMMAND`: every command with its help, in one list."""

import logging
import sys
import traceback
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Annotated, Any

import typer
from rich.text import Text

from lake import VERSION
from playlist_lake.commands.build import build
from playlist_lake.commands.demo import demo
from playlist_lake.commands.diff import diff
from playlist_lake.commands.expire import expire
from playlist_lake.commands.export import export
from playlist_lake.commands.extract import extract
from playlist_lake.commands.follow import follow
from playlist_lake.commands.genres import genres
from playlist_lake.commands.import_ import import_
from playlist_lake.commands.login import login
from playlist_lake.commands.query import query
from playlist_lake.commands.report import report
from playlist_lake.commands.run import run as run_
from playlist_lake.commands.schedule import schedule
from playlist_lake.commands.status import status
from playlist_lake.commands.views import views
from playlist_lake.console import err, remark, shown
from playlist_lake.failures import INTERRUPTED, failure_of

_PROGRAM = "playlist-lake"
_DEBUG = "--debug"

# In the order of --help
COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("demo", demo, "Turn 30 simulated days of three lists into tables."),
    ("login", login, "Let playlist-lake read your lists at Spotify, for six months."),
    ("follow", follow, "Follow lists that Spotify lets you read, or check those that you follow."),
    ("run", run_, "Take today's snapshots of the lists you follow, and build the tables."),
    (
        "extract",
        extract,
        "Take today's snapshots of the lists you follow, without building tables.",
    ),
    ("genres", genres, "Ask MusicBrainz and ListenBrainz for the genres of artists."),
    ("status", status, "Show the login, the quota, and when each list was last read."),
    ("import", import_, "Import saved lists, backups and charts, and build their dates."),
    ("build", build, "Build the tables of snapshot dates, and the stays."),
    ("query", query, "Ask the tables a question in SQL."),
    ("views", views, "Create or replace the views in Athena, over the lake on AWS."),
    ("report", report, "Write one HTML file that shows the lists in any browser, offline too."),
    ("diff", diff, "Show what changed on the lists between two dates."),
    ("export", export, "Write a list as it was on a date: URIs, an M3U8 playlist or CSV."),
    ("expire", expire, "Drop old snapshot dates: rows, raw objects, the report that shows them."),
    (
        "schedule",
        schedule,
        "Print an entry for cron, launchd or systemd that runs `run` every day.",
    ),
)

app = typer.Typer(
    help="The history of your Spotify playlists, in tables.",
    epilog=f"{_DEBUG}, anywhere in a command, shows the traceback of an error.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
)
for _name, _function, _help in COMMANDS:
    app.command(_name, help=_help)(_function)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"{_PROGRAM} {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """The console script."""
    # A name may contain a character that the terminal's encoding lacks
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if _DEBUG not in sys.argv:
        # Py4J logs the traceback of an interrupted call
        logging.getLogger().addHandler(logging.NullHandler())
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; returns its exit status.

    0: done, 1: failed, 2: misused, 3: nothing failed, but a followed list is forbidden or not
    found, 130: interrupted.
    """
    is_debug = _DEBUG in arguments
    try:
        ended: Any = app(
            args=[argument for argument in arguments if argument != _DEBUG],
            prog_name=_PROGRAM,
            standalone_mode=False,
        )
    except Exception as error:  # noqa: BLE001, every error becomes one sentence
        if is_debug:
            traceback.print_exc()
        failure = failure_of(error)
        if failure.sentence:
            line = Text.assemble(("error: ", "bold red"), shown(failure.sentence))
            err.print(line, soft_wrap=True)
        return failure.status
    if ended == INTERRUPTED:
        remark("interrupted; the tables contain only finished work; run the command again")
    return ended or 0
