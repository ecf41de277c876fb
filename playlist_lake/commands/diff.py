"""`playlist-lake diff`: show what changed on lists between two dates."""

from __future__ import annotations

import io
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from playlist_lake.console import out, remark
from playlist_lake.errors import Misuse
from playlist_lake.parameters import DEFAULT_LAKE, LakeOption

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from playlist_lake.diffing.changes import Change
    from playlist_lake.diffing.comparisons import Comparison


_FILE_WIDTH = 100


class DiffFormat(StrEnum):
    """How changes are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    ATOM = "atom"


_FORMAT_BY_SUFFIX = {
    "": DiffFormat.TABLE,
    ".txt": DiffFormat.TABLE,
    ".json": DiffFormat.JSON,
    ".csv": DiffFormat.CSV,
    ".atom": DiffFormat.ATOM,
    ".xml": DiffFormat.ATOM,
}


def diff(
    list_: Annotated[
        str | None,
        typer.Argument(
            metavar="LIST", help="Name, id, URI or link; default: all lists, in a few lines each."
        ),
    ] = None,
    date: Annotated[
        str | None,
        typer.Argument(
            metavar="DATE", help="Default: the newest; alone, it is compared with the one before."
        ),
    ] = None,
    other: Annotated[
        str | None, typer.Argument(metavar="DATE", help="Compare the two dates.")
    ] = None,
    format_: Annotated[
        DiffFormat | None,
        typer.Option("--format", help="Default: by the file's extension; without -o a table."),
    ] = None,
    lake: LakeOption = DEFAULT_LAKE,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="File to write.")
    ] = None,
) -> None:
    """Raises CommandError, LakeError."""
    from playlist_lake.answers.database import connect
    from playlist_lake.answers.lists import find_list, known_lists
    from playlist_lake.answers.outdated_tables import warn_of_outdated_tables
    from playlist_lake.answers.results import Format, write_result
    from playlist_lake.diffing.atom import feed
    from playlist_lake.diffing.changes import changes_of, fetched
    from playlist_lake.diffing.comparisons import choose
    from playlist_lake.output import format_of, write_text

    name, dates = _list_and_dates([word for word in (list_, date, other) if word is not None])
    if format_ is None:
        format_ = format_of(output, _FORMAT_BY_SUFFIX) if output else DiffFormat.TABLE
    if format_ is DiffFormat.ATOM and dates:
        raise Misuse("a feed has the changes of the last 30 dates; leave the dates out")
    con = connect(lake)
    warn_of_outdated_tables(lake)
    known = known_lists(con)
    found = None if name is None else find_list(known, name)
    if format_ is DiffFormat.ATOM:
        write_text(feed(con, found), output)
        return
    comparisons, remarks = choose(con, [found] if found else known, dates)
    for sentence in remarks:
        remark(sentence, "yellow")
    changes = changes_of(con, comparisons)
    if format_ is DiffFormat.TABLE:
        _print(comparisons, fetched(changes), lake, output, is_long=found is not None)
    else:
        write_result(changes, Format(format_.value), output)


def _print(
    comparisons: Sequence[Comparison],
    changes: Sequence[Change],
    lake: str,
    output: Path | None,
    *,
    is_long: bool,
) -> None:
    """Print the changes to the file, else to stdout."""
    from playlist_lake.diffing.changes import by_list
    from playlist_lake.diffing.printing import print_commands, print_long, print_short
    from playlist_lake.output import write_text

    text = io.StringIO()
    console = Console(file=text, width=_FILE_WIDTH, highlight=False) if output else out
    if is_long:
        cut = []
        print_long(comparisons[0], changes, console)
    else:
        cut = print_short(comparisons, by_list(changes), console)
    if output:
        write_text(text.getvalue(), output)
    else:
        print_commands(cut, lake)


def _list_and_dates(words: list[str]) -> tuple[str | None, list[datetime.date]]:
    """The list, if the first word is not a date, and the dates; raises Misuse."""
    from playlist_lake.answers.lists import is_date, parse_date

    name = None if not words or is_date(words[0]) else words[0]
    rest = words if name is None else words[1:]
    if name is not None and rest and not is_date(rest[0]):
        raise Misuse(
            f"{rest[0]!r} is not a date; write YYYY-MM-DD, and a name of several words in quotes"
        )
    if len(rest) > 2:
        raise Misuse(f"{rest[2]!r} is one too many; diff takes a list and two dates at most")
    dates = [parse_date(word) for word in rest]
    if len(dates) == 2 and dates[0] == dates[1]:
        raise Misuse(f"{dates[0]} is there twice; name two dates, or one to see what changed on it")
    return name, dates
