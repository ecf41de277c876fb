"""The files to import: their text, and the date in their name."""

import re
from datetime import date
from pathlib import Path

_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")


class UnusableFile(Exception):
    """A file, or a part of it, cannot be imported; the message completes "FILE …"."""


def date_in_name(path: Path) -> date:
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
    return found.pop()


def read_text(path: Path) -> str:
    """A file's text, which is UTF-8 with or without a byte order mark; raises UnusableFile."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise UnusableFile("does not exist; check the name") from error
    except IsADirectoryError as error:
        raise UnusableFile("is a folder; name the files in it") from error
    except OSError as error:
        raise UnusableFile(f"cannot be read ({error.strerror}); check the file") from error
    except UnicodeDecodeError as error:
        raise UnusableFile("is not UTF-8 text; save the response in UTF-8") from error
    if not text.strip():
        raise UnusableFile("is empty; save the response again")
    return text
