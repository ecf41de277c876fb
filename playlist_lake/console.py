"""What the commands print on: results to stdout; progress, remarks and errors to stderr."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
from rich.text import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

# But the line end
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

OnStep = Callable[[str], None]


def printable(text: str) -> str:
    """A text without what a terminal would obey; line ends stay."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def shown(text: str, style: str = "") -> Text:
    """A text from a payload or a path, to be printed as it is."""
    return Text(printable(text), style)


def counted(number: int, noun: str) -> str:
    """A number of things, such as `1 item` or `1,200 items`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def remark(text: str, style: str = "") -> None:
    """Print a line to stderr."""
    err.print(shown(text, style), soft_wrap=True)


class Steps:
    """The progress of a long command: a bar on a terminal, otherwise a line per step."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        # What runs counts as begun, not as done
        self._task = progress.add_task("", total=total, completed=-1) if progress else TaskID(0)

    def begin(self, step: str) -> None:
        """Tell that a step begins."""
        if self._progress:
            self.advance(step)
        else:
            remark(step)

    def advance(self, part: str) -> None:
        """Tell that a part of a step begins, one of many; a line for each would be too much."""
        if self._progress:
            self._progress.update(self._task, advance=1, description=escape(printable(part)))


@contextmanager
def steps(total: int) -> Iterator[Steps]:
    """The progress of a command with so many steps and parts of steps."""
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
    """A line on a terminal with what one waits for, and since when; elsewhere nothing."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda what: progress.update(task, description=escape(printable(what)))
