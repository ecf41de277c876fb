"""Reads the comment at the top of a SQL file: the question, and the grain and columns it states."""

import re
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from playlist_lake.errors import CommandError

_COLUMN = re.compile(r"  (\w+) +(\S.*)")


class BadHeader(CommandError):
    """The comment at the top of a SQL file lacks a required part."""


class HeaderColumn(NamedTuple):
    """A column of the result."""

    name: str
    meaning: str


class Header(NamedTuple):
    """The parts of a comment: `grain` begins with `one row per`, `notes` is the remaining text."""

    question: str
    grain: str
    columns: tuple[HeaderColumn, ...]
    notes: tuple[str, ...]


def read_header(path: Path) -> Header:
    """The comment at the top of a file; raises BadHeader."""
    question, *paragraphs = _paragraphs(path.read_text(encoding="utf-8"))
    header = Header(
        _joined(question),
        _joined(_taken(paragraphs, "Grain:")),
        _columns(_taken(paragraphs, "Columns:")),
        tuple(map(_joined, paragraphs)),
    )
    if not header.question.endswith("?"):
        raise BadHeader(
            f"{path.name} does not begin with a question that ends with a question mark"
        )
    if not header.grain.startswith("one row per "):
        raise BadHeader(f"{path.name} does not state its grain: write '-- Grain: one row per …'")
    if not header.columns:
        raise BadHeader(
            f"{path.name} does not list its columns: write '-- Columns:', then '--   NAME  MEANING'"
        )
    return header


def _paragraphs(sql: str) -> list[list[str]]:
    """The lines of each paragraph, without the leading dashes."""
    lines = takewhile(lambda line: line.startswith("--"), sql.splitlines())
    comment = "\n".join(re.sub("^-- ?", "", line) for line in lines)
    return [paragraph.splitlines() for paragraph in re.split(r"\n{2,}", comment.strip("\n"))]


def _taken(paragraphs: list[list[str]], label: str) -> list[str]:
    """Remove the paragraph that begins with a label, and return it without the label."""
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
