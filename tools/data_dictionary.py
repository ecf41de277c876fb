"""The data dictionary: every table, view and query with its columns, as Markdown.

It is derived from `jobs/tables.py`, from the comments at the top of the files in `sql/` and from
`tools/sample_rows.json`. Run as a module it prints `docs/data_dictionary.md`.
"""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from jobs.column_types import COLUMN_TYPES
from jobs.tables import (
    GENRE_TABLES,
    OUTCOMES,
    PARTITION_COLUMN,
    RUNS,
    SNAPSHOT_TABLES,
    STAYS_TABLES,
    Table,
)
from playlist_lake.answers.database import connect_empty
from playlist_lake.answers.sql_files import QUERIES, VIEWS, named_query
from tools import dictionary_prose as prose
from tools.entity_diagram import entity_diagram, references
from tools.sample_rows import Row, committed_rows
from tools.sql_headers import BadHeader, Header, read_header

# The catalog's names of types, by DuckDB's; a lake's tables show timestamps without their zone
_TYPES = {one.duckdb: one.glue for one in COLUMN_TYPES.values()} | {"TIMESTAMP": "timestamp"}
# Entries first: they are published last, and readers ask for them first
_TABLES = (*reversed(SNAPSHOT_TABLES), OUTCOMES, *STAYS_TABLES, *GENRE_TABLES, RUNS)
# A name in prose that is not marked as code already
_NAME = re.compile(r"(?<!`)\b[a-z]+(?:_[a-z]+)+\b(?!`)")


def dictionary() -> str:
    """The complete page; raises BadHeader."""
    views = _headers(VIEWS)
    queries = _headers(QUERIES)
    samples = committed_rows()
    with connect_empty() as con:
        parts = [
            prose.INTRODUCTION,
            _contents(views, queries),
            prose.RULES,
            prose.ABOUT_DIAGRAM,
            f"```mermaid\n{entity_diagram(_TABLES)}\n```\n",
            prose.JOINS,
            prose.ABOUT_TABLES,
            *(_table_section(table, samples[table.name]) for table in _TABLES),
            prose.ABOUT_VIEWS,
            *(_sql_section(path, views[path], con.view(path.stem)) for path in views),
            prose.ABOUT_QUERIES,
            *(
                _sql_section(path, queries[path], con.sql(named_query(path.stem)))
                for path in queries
            ),
        ]
    return "\n".join(parts)


def column_types(result: duckdb.DuckDBPyRelation) -> dict[str, str]:
    """The columns of a result in order, with the catalog's names of their types."""
    return {
        name: _TYPES[str(type_)] for name, type_ in zip(result.columns, result.types, strict=True)
    }


def _headers(folder: Path) -> dict[Path, Header]:
    return {path: read_header(path) for path in sorted(folder.glob("*.sql"))}


def _contents(views: dict[Path, Header], queries: dict[Path, Header]) -> str:
    tables = [
        (_link(table.name), _prose(table.grain.removeprefix("one row per "))) for table in _TABLES
    ]
    view_names = {path.stem for path in views}
    asked = [
        (
            kind,
            [
                # GitHub numbers the anchor of a heading that repeats
                (
                    _link(path.stem, path.stem + ("-1" if path.stem in earlier else "")),
                    _prose(header.question),
                )
                for path, header in headers.items()
            ],
        )
        for kind, headers, earlier in (("view", views, set()), ("query", queries, view_names))
    ]
    return "\n".join(
        [
            "## Contents\n",
            "Start with [what holds everywhere](#what-holds-everywhere), [the tables at a "
            "glance](#the-tables-at-a-glance) and [how to join](#how-to-join).\n",
            _markdown_table(("table", "one row per"), tables),
            *(_markdown_table((kind, "what it answers"), rows) for kind, rows in asked),
        ]
    )


def _table_section(table: Table, sample: Row) -> str:
    rows = [
        (
            _code(column.name),
            _code(column.type),
            "possible" if column.nullable else "never",
            _prose(column.meaning),
            _code(column.source) if column.source else "",
            _example(sample.get(column.name)),
        )
        for column in table.columns
    ]
    key = table.key
    if table.is_partitioned:
        key = (PARTITION_COLUMN, *key)
        meaning = "date of the snapshot, UTC; the partition"
        example = _example(sample.get(PARTITION_COLUMN))
        rows.append((_code(PARTITION_COLUMN), _code("date"), "never", meaning, "", example))
    return "\n".join(
        [
            f"### {table.name}\n",
            f"{_sentence(table.grain)}. Key: {', '.join(map(_code, key))}.{_joins(table)}\n",
            _markdown_table(("column", "type", "NULL", "meaning", "read from", "example"), rows),
        ]
    )


def _joins(table: Table) -> str:
    """A sentence about the tables that a table refers to; empty if there are none."""
    date = _code(PARTITION_COLUMN) if table.is_partitioned else "one of its dates"
    targets: dict[str, list[str]] = {}
    for column, other in references(table, _TABLES):
        on = f"on {date} and id" if other.is_partitioned else "on the id alone"
        targets.setdefault(on, []).append(f"{_code(column.name)} to {_link(other.name)}")
    parts = [f"{on}: {', '.join(found)}" for on, found in targets.items()]
    return f" Joins, {'; '.join(parts)}." if parts else ""


def _example(value: Any) -> str:
    if value is None:
        return "NULL"
    return _code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _sql_section(path: Path, header: Header, result: duckdb.DuckDBPyRelation) -> str:
    types = column_types(result)
    documented = [column.name for column in header.columns]
    if documented != list(types):
        raise BadHeader(
            f"{path.name} says that its columns are {', '.join(documented)}; they are "
            f"{', '.join(types)}"
        )
    rows = [
        (_code(column.name), _code(types[column.name]), _prose(column.meaning))
        for column in header.columns
    ]
    file = f"sql/{path.parent.name}/{path.name}"
    return "\n".join(
        [
            f"### {path.stem}\n",
            f"**{_prose(header.question)}** {_sentence(header.grain)}\n",
            _markdown_table(("column", "type", "meaning"), rows),
            *(f"{_prose(note)}\n" for note in header.notes),
            f"[{file}](../{file})\n",
        ]
    )


def _markdown_table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    # Even in code a bar ends a cell, unless it is escaped
    cells = [[cell.replace("|", r"\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _prose(text: str) -> str:
    """A text with the names of columns and tables marked as code."""
    return _NAME.sub(r"`\g<0>`", text)


def _sentence(text: str) -> str:
    return _prose(text[:1].upper() + text[1:])


def _code(text: str) -> str:
    return f"`{text}`"


def _link(name: str, anchor: str = "") -> str:
    return f"[{name}](#{anchor or name})"


if __name__ == "__main__":
    sys.stdout.write(dictionary())
