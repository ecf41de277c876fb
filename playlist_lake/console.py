"""Printing: results go to stdout; progress, remarks and errors go to stderr."""

import json
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

# What could control a terminal or hide in a text: control characters except the line feed, those
# that change the direction of text, line separators, and characters without a width. Two of these,
# which join or separate letters, are misleading only after ASCII; tags only outside of a flag
_MISLEADING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U0001d173-\U0001d17a]"
    "|(?<=[\x00-\x7f])[\u200c\u200d]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)

_PROGRAM = "playlist-lake"

OnStep = Callable[[str], None]


def printable(text: str) -> str:
    """A text for a terminal: what could control it or mislead is replaced, except line feeds."""
    return _MISLEADING.sub("\N{REPLACEMENT CHARACTER}", text)


def on_one_line(text: str) -> str:
    """A text without line breaks and repeated spaces."""
    return " ".join(text.split())


def escaped_in_json(text: str) -> str:
    """A JSON text for a terminal: the same characters as escapes, so that no value changes."""
    return _MISLEADING.sub(lambda found: json.dumps(found[0])[1:-1], text)


def shown(text: str, style: str = "") -> Text:
    """A text from a payload or a path, printed literally: rich finds no markup in it."""
    return Text(printable(text), style)


def program() -> str:
    """How this program is called: by its name, or by its path where the shell cannot find it."""
    called = sys.argv[0]
    is_found = shutil.which(_PROGRAM) is not None or Path(called).name != _PROGRAM
    return _PROGRAM if is_found else shlex.quote(called)


def counted(number: int, noun: str) -> str:
    """A number of things, such as `1 item` or `1,200 items`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def print_block(block: Table | Text, console: Console = out) -> None:
    """Print a table or a text; except on a terminal, no line ends with blanks."""
    if console.is_terminal:
        console.print(block)
        return
    with console.capture() as captured:
        console.print(block)
    for line in captured.get().splitlines():
        console.print(Text(line.rstrip()), soft_wrap=True)


def remark(text: str, style: str = "") -> None:
    """Print a line to stderr."""
    err.print(shown(text, style), soft_wrap=True)


class Steps:
    """The progress of a long command: a bar on a terminal, otherwise a line per step."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        # A step that is running does not count as done
        self._task = progress.add_task("", total=total, completed=-1) if progress else TaskID(0)

    def begin(self, step: str) -> None:
        """Show that a step begins."""
        if self._progress:
            self.advance(step)
        else:
            remark(step)

    def advance(self, part: str, count: int = 1) -> None:
        """Show that one of many parts of a step begins; only the bar on a terminal shows it.

        `count` is the number of parts that are done since the last call.
        """
        if self._progress:
            self._progress.update(self._task, advance=count, description=escape(printable(part)))


@contextmanager
def steps(total: int) -> Iterator[Steps]:
    """Show the progress of a command; `total` counts its steps and parts of steps."""
    if not err.is_terminal:
        yield Steps(None, total)
        return
    columns = (
        SpinnerColumn(),
        BarColumn(20),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        yield Steps(progress, total)


@contextmanager
def waiting() -> Iterator[OnStep]:
    """On a terminal, show what the command waits for and how long; elsewhere do nothing."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda what: progress.update(task, description=escape(printable(what)))
