"""The files to import: their text, and the date in their name."""

import re
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


class UnusableFile(Exception):
    """A file, or a part of it, cannot be imported; the message completes "FILE …".

    `paths` are the files that it is about, where the one who raises it knows them.
    """

    def __init__(self, message: str, *paths: Path) -> None:
        super().__init__(message)
        self.paths = paths


def date_in_name(path: Path, today: date) -> date:
    """The date in a file's name, written as YYYY-MM-DD; raises UnusableFile."""
    found = set()
    for text in _DATE.findall(path.name):
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


def check_readable(path: Path) -> None:
    """Raise UnusableFile if there is no such file."""
    if path.is_dir():
        raise UnusableFile("is a folder; name the files in it")
    # `exists` is false for a broken link too
    if not path.exists():
        raise UnusableFile("does not exist; check the name")


def read_text(path: Path) -> str:
    """A file's text, which is UTF-8 with or without a byte order mark; raises UnusableFile."""
    check_readable(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnusableFile(f"cannot be read ({error.strerror}); check the file") from error
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
