"""The SQL files in sql/: views and named queries, written in Athena's dialect."""

from graphlib import TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

# Next to this package, both in the repository and where it is installed
SQL = Path(__file__).parents[2] / "sql"
VIEWS = SQL / "views"
QUERIES = SQL / "queries"


def views() -> dict[str, exp.Select]:
    """The query of every view by name; a view comes after the views that it reads."""
    parsed = {path.stem: _parsed(path) for path in sorted(VIEWS.glob("*.sql"))}
    needed = {name: sorted(_relations(query) & parsed.keys()) for name, query in parsed.items()}
    return {name: parsed[name] for name in TopologicalSorter(needed).static_order()}


def query_names() -> list[str]:
    """The names of the named queries, which are their file names without `.sql`."""
    return sorted(path.stem for path in QUERIES.glob("*.sql"))


def named_query(name: str) -> str:
    """A named query, translated to DuckDB's dialect."""
    return _parsed(QUERIES / f"{name}.sql").sql("duckdb", comments=False)


def changes_between(pairs: str) -> str:
    """The query of the view `changes` for chosen dates, in DuckDB's dialect.

    `pairs` names a relation with the columns playlist_id, snapshot_date and previous_date: dates on
    which the list has a snapshot.
    """
    query = _parsed(VIEWS / "changes.sql")
    (chosen,) = (part for part in query.ctes if part.alias == "pairs")
    columns = ("playlist_id", "snapshot_date", "previous_date")
    chosen.set("this", exp.select(*columns).from_(exp.to_identifier(pairs)))
    return query.sql("duckdb", comments=False)


def _parsed(path: Path) -> exp.Select:
    return sqlglot.parse_one(path.read_text(encoding="utf-8"), dialect="athena", into=exp.Select)


def _relations(query: exp.Select) -> set[str]:
    """The tables and views that a query reads, without those that it defines in a WITH."""
    return {
        source.name
        for scope in traverse_scope(query)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    }
