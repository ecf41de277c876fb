"""The comment on top of a file of sql/: the question, and the grain and columns of its answer."""

import re
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from playlist_lake.errors import CommandError

_COLUMN = re.compile(r"  (\w+) +(\S.*)")


class BadHeader(CommandError):
    """A comment on top does not say what it has to."""


class HeaderColumn(NamedTuple):
    """A column of the answer."""

    name: str
    meaning: str


class Header(NamedTuple):
    """What a comment says; `grain` begins with `one row per`, `notes` are its other paragraphs."""

    question: str
    grain: str
    columns: tuple[HeaderColumn, ...]
    notes: tuple[str, ...]


def read_header(path: Path) -> Header:
    """The comment on top of a file; raises BadHeader."""
    question, *paragraphs = _paragraphs(path.read_text(encoding="utf-8"))
    header = Header(
        _joined(question),
        _joined(_taken(paragraphs, "Grain:")),
        _columns(_taken(paragraphs, "Columns:")),
        tuple(map(_joined, paragraphs)),
    )
    if not header.question.endswith("?"):
        raise BadHeader(f"{path.name} does not begin with a question, up to its question mark")
    if not header.grain.startswith("one row per "):
        raise BadHeader(f"{path.name} does not say its grain: write '-- Grain: one row per …'")
    if not header.columns:
        raise BadHeader(
            f"{path.name} does not say its columns: write '-- Columns:', then '--   NAME  MEANING'"
        )
    return header


def _paragraphs(sql: str) -> list[list[str]]:
    """The lines of every paragraph, without the marks of a comment."""
    lines = takewhile(lambda line: line.startswith("--"), sql.splitlines())
    comment = "\n".join(re.sub("^-- ?", "", line) for line in lines)
    return [paragraph.splitlines() for paragraph in re.split(r"\n{2,}", comment.strip("\n"))]


def _taken(paragraphs: list[list[str]], label: str) -> list[str]:
    """The paragraph that begins with a label, without it; it is taken away."""
    for number, (first, *others) in enumerate(paragraphs):
        if first.startswith(label):
            del paragraphs[number]
            return [first.removeprefix(label), *others]
    return []


def _columns(lines: list[str]) -> tuple[HeaderColumn, ...]:
    columns: list[HeaderColumn] = []
    for line in lines:
        if match := _COLUMN.fullmatch(line):
            columns.append(HeaderColumn(match[1], match[2]))
        elif columns:
            name, meaning = columns.pop()
            columns.append(HeaderColumn(name, f"{meaning} {line.strip()}"))
    return tuple(columns)


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines).strip()
