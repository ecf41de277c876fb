"""Files that a command writes for its user."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar

from lake.atomic import AtomicFile
from playlist_lake import console
from playlist_lake.errors import CommandError, Misuse
from playlist_lake.lakes import LAKE_FOLDERS

Format = TypeVar("Format")


class OutputUnavailable(CommandError):
    """The file for the result cannot be written."""


class WrongOutput(Misuse):
    """The path cannot be a result: its folder is missing, it is a lake's, or its format unknown."""


def format_of(output: Path, by_suffix: Mapping[str, Format]) -> Format:
    """The format for a file's extension; raises WrongOutput for an unknown one."""
    suffix = output.suffix.lower()
    if suffix not in by_suffix:
        known = ", ".join(filter(None, by_suffix))
        raise WrongOutput(
            f"{suffix} is not the extension of a known format; use one of {known}, or pass --format"
        )
    return by_suffix[suffix]


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that replaces `path` if the block ends without an error.

    A device, such as /dev/stdout, is written directly. Raises WrongOutput, OutputUnavailable.
    """
    try:
        path = path.resolve()
        _refuse_file_of_lake(path)
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                yield device
            return
        with AtomicFile(path) as draft:
            yield draft.file
            draft.put()
    except OSError as error:
        is_wrong = isinstance(error, FileNotFoundError | IsADirectoryError | NotADirectoryError)
        raise (WrongOutput if is_wrong else OutputUnavailable)(
            f"{path} cannot be written: {error.strerror}; name another file with -o"
        ) from error


def write_text(text: str, output: Path | None, *, with_bom: bool = False) -> None:
    """Write a text as UTF-8 to a file, else to stdout; a terminal gets nothing that controls it.

    Raises WrongOutput, OutputUnavailable.
    """
    encoding = "utf-8-sig" if with_bom else "utf-8"
    if output:
        with whole_file(output) as file:
            file.write(text.encode(encoding))
    elif console.out.is_terminal:
        sys.stdout.write(console.printable(text))
    else:
        sys.stdout.buffer.write(text.encode(encoding))


def _refuse_file_of_lake(path: Path) -> None:
    for folder in path.parents:
        if folder.name in LAKE_FOLDERS and (folder.parent / "state/catalog.json").exists():
            raise WrongOutput(
                f"{path} would be among the files of the lake {folder.parent}; name a file "
                "outside of them with -o"
            )
