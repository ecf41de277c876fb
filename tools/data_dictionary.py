"""The data dictionary: every table, view and query with its columns, as Markdown.

It is derived from `jobs/tables.py` and from the comments on top of `sql/`. Run as a module it
prints `docs/data_dictionary.md`.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from jobs.column_types import COLUMN_TYPES
from jobs.tables import PARTITION_COLUMN, PLAYLIST_STAYS, RUNS, SNAPSHOT_TABLES, Table
from playlist_lake.answers.database import connect_empty
from playlist_lake.answers.sql_files import QUERIES, VIEWS, named_query
from tools.sql_headers import BadHeader, Header, read_header

# The catalog's names of types, which the tables are declared with, by DuckDB's
_TYPES = {one.duckdb: one.glue for one in COLUMN_TYPES.values()}
# What is published last is what people ask for first
_TABLES = (*reversed(SNAPSHOT_TABLES), PLAYLIST_STAYS, RUNS)
# In prose, where it is not marked as code already
_NAME = re.compile(r"(?<!`)\b[a-z]+(?:_[a-z]+)+\b(?!`)")

_INTRODUCTION = """\
# Data dictionary

What every table, view and query has in its columns. This page is generated from
[jobs/tables.py](../jobs/tables.py) and the comments on top of [sql/views](../sql/views) and
[sql/queries](../sql/queries); change those, then run
`python -m tools.data_dictionary > docs/data_dictionary.md`.
"""

_RULES = """\
## What holds everywhere

- **Dates and times** are UTC. `snapshot_date` is the day that a list was read. A `timestamp` has
  no zone of its own and means UTC.
- **NULL** is what the source did not say; no empty text or 0 stands for it. Where a table below
  says *never*, there is always a value.
- **Positions** are Spotify's order, 1 is the first. They are never renumbered: where a list held
  nothing usable there is a gap in `playlist_entries`, and a row in `rejects`.
- **Keys** are unique. With `snapshot_date` in them each date is a description of that day, whole
  in itself.
- **Partitions:** all tables but `playlist_stays` and `runs` have one per `snapshot_date`. Name
  dates in `WHERE` wherever you can: Athena bills what it reads.
- **Types** have the names of the Glue catalog. Athena and DuckDB call `string` varchar, and `int`
  integer.
- **Later versions** only append columns, and older dates have NULL there.

## How to join

`songs`, `albums` and `artists` say what was known on one date, so join them on `snapshot_date`
*and* the id; with the id alone every row comes back once per date. For what was last known, join
`songs_latest`, `albums_latest` or `artists_latest` on the id alone.

```sql
SELECT entries.snapshot_date, entries.position, entries.name, songs.isrc, albums.release_date
FROM playlist_entries AS entries
LEFT JOIN songs
    ON entries.snapshot_date = songs.snapshot_date AND entries.song_id = songs.song_id
LEFT JOIN albums
    ON songs.snapshot_date = albums.snapshot_date AND songs.album_id = albums.album_id
WHERE entries.snapshot_date = DATE '2026-10-31'
```

It is a `LEFT JOIN` because episodes and local files have no `song_id`. A stay has no names of its
own: take them from the entry as which it was last seen.

```sql
SELECT entries.name, stays.entered_on, stays.exited_on
FROM playlist_stays AS stays
INNER JOIN playlist_entries AS entries
    ON
        stays.last_seen_on = entries.snapshot_date
        AND stays.playlist_id = entries.playlist_id
        AND stays.last_position = entries.position
```
"""

_ABOUT_TABLES = """\
## Tables

*Read from* names the field of Spotify's answers: `playlist` is the list itself, `page` one page of
its items, `items[]` a row of such a page, and `item` the object in that row: under `item`, before
February 2026 under `track`.
"""

_ABOUT_VIEWS = """\
## Views

Athena and DuckDB have them under the same names.
"""

_ABOUT_QUERIES = """\
## Queries

`playlist-lake query trending` answers one by its name. The last 30 dates of the lake are dates
with a snapshot, not days of the calendar.
"""


def dictionary() -> str:
    """The whole page; raises BadHeader."""
    views = _headers(VIEWS)
    queries = _headers(QUERIES)
    with connect_empty() as con:
        parts = [
            _INTRODUCTION,
            _contents(views, queries),
            _RULES,
            _ABOUT_TABLES,
            *map(_table_section, _TABLES),
            _ABOUT_VIEWS,
            *(_sql_section(path, views[path], con.view(path.stem)) for path in views),
            _ABOUT_QUERIES,
            *(
                _sql_section(path, queries[path], con.sql(named_query(path.stem)))
                for path in queries
            ),
        ]
    return "\n".join(parts)


def column_types(result: duckdb.DuckDBPyRelation) -> dict[str, str]:
    """The columns of a result in their order, with their types as the catalog calls them."""
    return {
        name: _TYPES[str(type_)] for name, type_ in zip(result.columns, result.types, strict=True)
    }


def _headers(folder: Path) -> dict[Path, Header]:
    return {path: read_header(path) for path in sorted(folder.glob("*.sql"))}


def _contents(views: dict[Path, Header], queries: dict[Path, Header]) -> str:
    tables = [
        (_link(table.name), _prose(table.grain.removeprefix("one row per "))) for table in _TABLES
    ]
    asked = [
        (kind, [(_link(path.stem), _prose(header.question)) for path, header in headers.items()])
        for kind, headers in (("view", views), ("query", queries))
    ]
    return "\n".join(
        [
            "## Contents\n",
            "First [what holds everywhere](#what-holds-everywhere) and "
            "[how to join](#how-to-join).\n",
            _markdown_table(("table", "one row per"), tables),
            *(_markdown_table((kind, "what it answers"), rows) for kind, rows in asked),
        ]
    )


def _table_section(table: Table) -> str:
    rows = [
        (
            _code(column.name),
            _code(column.type),
            "possible" if column.nullable else "never",
            _prose(column.meaning),
            _code(column.source) if column.source else "",
        )
        for column in table.columns
    ]
    key = table.key
    if table.is_partitioned:
        key = (PARTITION_COLUMN, *key)
        meaning = "date of the snapshot, UTC; the partition"
        rows.append((_code(PARTITION_COLUMN), _code("date"), "never", meaning, ""))
    return "\n".join(
        [
            f"### {table.name}\n",
            f"{_sentence(table.grain)}. Key: {', '.join(map(_code, key))}.{_joins(table)}\n",
            _markdown_table(("column", "type", "NULL", "meaning", "read from"), rows),
        ]
    )


def _joins(table: Table) -> str:
    """A sentence about the tables that its ids lead to; empty if they lead to none."""
    targets = [
        f"{_code(column)} to {_link(other.name)}"
        for column in table.column_names
        for other in _TABLES
        if other.key == (column,) and other is not table
    ]
    if not targets:
        return ""
    date = _code(PARTITION_COLUMN) if table.is_partitioned else "one of its dates"
    return f" Joins, on {date} and id: {', '.join(targets)}."


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
    # A bar ends a cell in code too, unless it is escaped
    cells = [[cell.replace("|", r"\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _prose(text: str) -> str:
    """A text in which names of columns and tables stand out as code."""
    return _NAME.sub(r"`\g<0>`", text)


def _sentence(text: str) -> str:
    return _prose(text[:1].upper() + text[1:])


def _code(text: str) -> str:
    return f"`{text}`"


def _link(name: str) -> str:
    return f"[{name}](#{name})"


if __name__ == "__main__":
    sys.stdout.write(dictionary())
