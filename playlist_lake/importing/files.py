"""The files to import: their text and their date."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath

KNOWN_FORMATS = (
    "import playlist objects or pages of items from Spotify's API, a list of tracks, a file of "
    "spotify-backup, spotify-playlist-archive or Exportify, Playlist1.json or YourLibrary.json of "
    "Spotify's account data, or a chart's CSV file"
)
"""What to do about a file of an unknown format."""

DATE_IN_NAME = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_ARCHIVES = {
    b"\x1f\x8b": "is compressed with gzip; unpack it, and import the file in it",
    b"PK\x03\x04": "is a ZIP archive; unpack it, and import the files in it",
}
# The names of files that hold lists
_SUFFIXES = (".json", ".csv")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Enough to see whether a file is text
_HEAD_BYTES = 8192


@dataclass(frozen=True)
class ImportFile:
    """A file to import: one on disk, or the version of a file in a git history.

    `label` is what messages call it, and tells it from the other files of an import. `name` is the
    file's name, which may have its date and its list id. `read_bytes` returns its content, each
    time that it is called; it raises UnusableFile. `snapshot_date` is for a file whose date is
    known, whatever its name says.

    `is_found` says that it was found in a folder: it is ignored if it is not of a known format.
    `folder` is the path of the folder from the one that the user named, which may have the date.
    """

    label: str
    name: str
    read_bytes: Callable[[], bytes] = field(compare=False, repr=False)
    snapshot_date: date | None = None
    is_found: bool = field(default=False, compare=False)
    folder: str = field(default="", compare=False)


class UnusableFile(Exception):
    """A file, or a part of it, cannot be imported; the message completes "FILE …".

    `files` are the files that it is about, where the one who raises it knows them.
    """

    def __init__(self, message: str, *files: ImportFile) -> None:
        super().__init__(message)
        self.files = files


class UnknownFormat(UnusableFile):
    """A file is not of a format that can be imported."""


class WrongDate(UnusableFile):
    """Nothing says which date a file is of, or the date is after today."""


def file_on_disk(path: Path) -> ImportFile:
    """A file on this machine."""
    return ImportFile(str(path), path.name, lambda: _read_bytes(path))


def snapshot_date_of(file: ImportFile, default: date | None, today: date) -> date:
    """The date of a file: its own, else the default, else the one in its name or its folder's.

    Raises WrongDate.
    """
    if file.snapshot_date and file.snapshot_date > today:
        raise WrongDate(
            f"is of {file.snapshot_date}, which is after today ({today} in UTC); correct its date"
        )
    return file.snapshot_date or default or _date_in_names(file, today)


def has_suffix_of_lists(file: ImportFile) -> bool:
    """Whether a file is named like one that holds lists."""
    return file.name.lower().endswith(_SUFFIXES)


def read_text(file: ImportFile) -> str:
    """A file's text, which is UTF-8, or UTF-16 with a byte order mark; raises UnusableFile."""
    content = file.read_bytes()
    for magic, sentence in _ARCHIVES.items():
        if content.startswith(magic):
            raise UnknownFormat(sentence)
    if _is_binary(content[:_HEAD_BYTES]):
        raise UnknownFormat(f"is not text; {KNOWN_FORMATS}")
    try:
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
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
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            # What is not text may be large, such as music
            return head if _is_binary(head) else head + stream.read()
    except OSError as error:
        raise UnusableFile(f"cannot be read ({error.strerror}); check the file") from error


def _is_binary(head: bytes) -> bool:
    return b"\0" in head and not head.startswith(_UTF_16)


def _date_in_names(file: ImportFile, today: date) -> date:
    """The date in the file's name, else in that of the nearest folder."""
    names = [file.name, *reversed(PurePath(file.folder).parts)]
    for name in names:
        if found := _dates_in(name):
            break
    if len(found) != 1:
        many = "more than one" if found else "no"
        raise WrongDate(f"has {many} date (YYYY-MM-DD) in its name; pass --snapshot-date")
    (on,) = found
    if on > today:
        whose = "its name" if name == file.name else f"the name of its folder {name}"
        raise WrongDate(
            f"has the date {on} in {whose}, which is after today ({today} in UTC); "
            "correct the name, or pass --snapshot-date"
        )
    return on


def _dates_in(name: str) -> set[date]:
    found = set()
    for text in DATE_IN_NAME.findall(name):
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            continue
    return found
