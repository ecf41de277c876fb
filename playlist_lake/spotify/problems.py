"""Lists that a command could not read: one line for each reason."""

from collections.abc import Iterable
from typing import NamedTuple

from playlist_lake.console import remark


class ListProblem(NamedTuple):
    """A list that could not be read, and the line to print about it."""

    playlist_id: str
    label: str
    message: str
    style: str


def remark_problems(problems: Iterable[ListProblem]) -> None:
    """Print a line to stderr for each label and message, with the ids of all its lists.

    The ids are left out if the message contains them already.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for playlist_id, *line in problems:
        label, message, style = line
        groups.setdefault((label, message, style), []).append(playlist_id)
    for (label, message, style), playlist_ids in groups.items():
        ids = ", ".join(playlist_ids)
        remark(f"{label}: {message if ids in message else f'{ids}: {message}'}", style)
