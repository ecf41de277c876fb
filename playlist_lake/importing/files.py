"""The files to import: their text and their date."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

KNOWN_FORMATS = (
    "import playlist objects or pages of items from Spotify's API, a backup tool's file of them, "
    "a list of tracks, Playlist1.json of Spotify's account data, or a chart's CSV file"
)
"""What to do about a file of an unknown format."""

_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_ARCHIVES = {
    b"\x1f\x8b": "is compressed with gzip; unpack it, and import the file in it",
    b"PK\x03\x04": "is a ZIP archive; unpack it, and import the files in it",
}


@dataclass(frozen=True)
class ImportFile:
    """A file to import: one on disk, or the version of a file in a git history.

    `label` is what messages call it, and tells it from the other files of an import. `name` is the
    file's name, which may have its date and its list id. `read_bytes` returns its content, each
    time that it is called; it raises UnusableFile. `snapshot_date` is for a file whose date is
    known, whatever its name says.
    """

    label: str
    name: str
    read_bytes: Callable[[], bytes] = field(compare=False, repr=False)
    snapshot_date: date | None = None


class UnusableFile(Exception):
    """A file, or a part of it, cannot be imported; the message completes "FILE …".

    `files` are the files that it is about, where the one who raises it knows them.
    """

    def __init__(self, message: str, *files: ImportFile) -> None:
        super().__init__(message)
        self.files = files


def file_on_disk(path: Path) -> ImportFile:
    """A file on this machine."""
    return ImportFile(str(path), path.name, lambda: _read_bytes(path))


def snapshot_date_of(file: ImportFile, default: date | None, today: date) -> date:
    """The date of a file: its own, else the default, else the one in its name.

    Raises UnusableFile.
    """
    if file.snapshot_date and file.snapshot_date > today:
        raise UnusableFile(
            f"is of {file.snapshot_date}, which is after today ({today} in UTC); correct its date"
        )
    return file.snapshot_date or default or _date_in_name(file.name, today)


def read_text(file: ImportFile) -> str:
    """A file's text, which is UTF-8 with or without a byte order mark; raises UnusableFile."""
    content = file.read_bytes()
    for magic, sentence in _ARCHIVES.items():
        if content.startswith(magic):
            raise UnusableFile(sentence)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableFile("is not UTF-8 text; save it in UTF-8") from error
    if not text.strip():
        raise UnusableFile("is empty; save the response again")
    return text


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise UnusableFile("is a folder; name the files in it")
    # `exists` is false for a broken link too
    if not path.exists():
        raise UnusableFile("does not exist; check the name")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableFile(f"cannot be read ({error.strerror}); check the file") from error


def _date_in_name(name: str, today: date) -> date:
    found = set()
    for text in _DATE.findall(name):
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            continue
    if len(found) != 1:
        many = "more than one" if found else "no"
        raise UnusableFile(f"has {many} date (YYYY-MM-DD) in its name; pass --snapshot-date")
    (on,) = found
    if on > today:
        raise UnusableFile(
            f"has the date {on} in its name, which is after today ({today} in UTC); "
            "correct the name, or pass --snapshot-date"
        )
    return on
