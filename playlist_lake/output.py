"""Files that a command writes for its user."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from playlist_lake.errors import CommandError


class OutputUnavailable(CommandError):
    """The file for the result cannot be written."""


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its place when the block ends well; a device is written as it is."""
    try:
        path = path.resolve()
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                yield device
            return
        draft = path.with_name(f".{path.name}.tmp")
        try:
            with draft.open("wb") as file:
                yield file
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise OutputUnavailable(
            f"{path} cannot be written: {error.strerror}; name another file with -o"
        ) from error
