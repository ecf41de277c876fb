"""Translating the SQL files in sql/ from Athena's dialect to DuckDB's.

Importing this module loads sqlglot, which takes longer than most queries. `sql_files` keeps the
translations, so that this happens only after a file or sqlglot has changed.
"""

from graphlib import TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from playlist_lake.answers import sql_files


def parsed_views() -> dict[str, exp.Select]:
    """The query of every view by name; a view comes after the views that it reads."""
    parsed = {path.stem: _parsed(path) for path in sorted(sql_files.VIEWS.glob("*.sql"))}
    needed = {name: sorted(_relations(query) & parsed.keys()) for name, query in parsed.items()}
    return {name: parsed[name] for name in TopologicalSorter(needed).static_order()}


def translated_views() -> dict[str, str]:
    """The same queries in DuckDB's dialect."""
    return {name: _in_duckdb(query) for name, query in parsed_views().items()}


def translated_query(name: str) -> str:
    """A named query in DuckDB's dialect."""
    return _in_duckdb(_parsed(sql_files.QUERIES / f"{name}.sql"))


def translated_changes_between_chosen() -> str:
    """The query of the view `changes` for the dates of the relation `chosen`."""
    query = _parsed(sql_files.VIEWS / "changes.sql")
    (chosen,) = (part for part in query.ctes if part.alias == "pairs")
    columns = ("playlist_id", "snapshot_date", "previous_date")
    chosen.set("this", exp.select(*columns).from_("chosen"))
    return _in_duckdb(query)


def _parsed(path: Path) -> exp.Select:
    return sqlglot.parse_one(path.read_text(encoding="utf-8"), dialect="athena", into=exp.Select)


def _in_duckdb(query: exp.Select) -> str:
    return query.sql("duckdb", comments=False)


def _relations(query: exp.Select) -> set[str]:
    """The tables and views that a query reads, without those that it defines in a WITH."""
    return {
        source.name
        for scope in traverse_scope(query)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }
