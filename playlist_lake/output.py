"""Files that a command writes for its user."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from lake.atomic import AtomicFile
from playlist_lake.errors import CommandError, Misuse


class OutputUnavailable(CommandError):
    """The file for the result cannot be written."""


class WrongOutput(Misuse):
    """The path for the result is a folder, or is in a folder that does not exist."""


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that replaces `path` if the block ends without an error.

    A device, such as /dev/stdout, is written directly. Raises WrongOutput, OutputUnavailable.
    """
    try:
        path = path.resolve()
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
