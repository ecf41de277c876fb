"""Answering a question in SQL over a lake."""

import difflib
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from jobs.tables import PARTITION_COLUMN
from playlist_lake import console
from playlist_lake.answers import results
from playlist_lake.answers.database import named_query, query_names
from playlist_lake.answers.repairs import unreadable
from playlist_lake.answers.results import Format
from playlist_lake.errors import CommandError, Misuse
from playlist_lake.output import whole_file

NO_QUERY = "the query is empty; write a SELECT, or the name of a view or table"


class QueryFailed(CommandError):
    """The engine refuses the query, or cannot answer it."""


class UnknownName(Misuse):
    """There is no query, view or table of this name."""


def answer(
    con: duckdb.DuckDBPyConnection, question: str, format_: Format, output: Path | None
) -> None:
    """Write the result of a query, or of one that is named, or all rows of a view or table.

    Names are those of sql/queries, views and tables; other queries are in DuckDB's dialect. The
    result goes to the file, else to stdout; a failure leaves the file as it was. Raises
    QueryFailed, UnknownName, OutputUnavailable.
    """
    with _explained(con, question):
        deliver(_result(con, question.strip()), format_, output)


def deliver(result: duckdb.DuckDBPyRelation, format_: Format, output: Path | None) -> None:
    """Write a result to a file, else to stdout; a failure leaves the file as it was.

    Raises duckdb.Error, OutputUnavailable.
    """
    if output is None:
        width = console.out.width if console.out.is_terminal else None
        results.write(result, format_, sys.stdout.buffer, width)
    else:
        with whole_file(output) as file:
            results.write(result, format_, file, None)


def asked_name(question: str, relations: Sequence[str]) -> str | None:
    """The name that a question consists of, of a query or of one of the relations; none in SQL.

    Raises QueryFailed if it is empty, UnknownName.
    """
    if not question:
        raise QueryFailed(NO_QUERY)
    match = re.fullmatch(r"(\w[\w-]*)[\s;]*", question)
    if match is None:
        return None
    name = match[1].lower()
    if name not in query_names() and name not in relations:
        raise UnknownName(_unknown(name, relations))
    return name


def ordering(columns: Iterable[str]) -> str:
    """How all rows of a view or table are ordered, which has no order of its own.

    The latest date is what people look for.
    """
    return ", ".join(f"{name} DESC" if name == PARTITION_COLUMN else name for name in columns)


def relation_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of the views and tables there are."""
    found = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1")
    return [name for (name,) in found.fetchall()]


def _result(con: duckdb.DuckDBPyConnection, question: str) -> duckdb.DuckDBPyRelation:
    name = asked_name(question, relation_names(con))
    if name is None:
        if len(con.extract_statements(question)) > 1:
            raise QueryFailed("these are several queries; ask them one at a time")
        result = con.sql(question)
        if result is None:
            raise QueryFailed(NO_QUERY)
        return result
    if name in query_names():
        return con.sql(named_query(name))
    rows = con.view(name)
    return rows.order(ordering(rows.columns))


def _unknown(name: str, relations: Sequence[str]) -> str:
    """The sentence for a name that nothing has."""
    queries = query_names()
    nearest = difflib.get_close_matches(name, [*queries, *relations])
    hint = f"; the nearest is {' or '.join(nearest)}" if nearest else ""
    return (
        f"there is no query, view or table {name}{hint}; the queries are {', '.join(queries)}, "
        f"the views and tables {', '.join(relations)}"
    )


@contextmanager
def _explained(con: duckdb.DuckDBPyConnection, question: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        if sentence := unreadable(error):
            raise QueryFailed(sentence) from error
        names = ", ".join(relation_names(con))
        raise QueryFailed(
            f"{str(error).strip()}\n{_hint(error, question)}The views and tables are {names}."
        ) from error


def _hint(error: duckdb.Error, question: str) -> str:
    """A line on the queries of sql/queries that a failed one may have meant, if there are any."""
    if isinstance(error, duckdb.ParserException):
        # A name in several words, or the path of its file
        asked = "_".join(re.findall(r"\w+", question.removesuffix(".sql").rpartition("/")[2]))
    elif match := re.search(r"Table with name (\w+) does not exist", str(error)):
        asked = match[1]
    else:
        return ""
    nearest = difflib.get_close_matches(asked.lower(), query_names())
    calls = " or ".join(f"playlist-lake query {name}" for name in nearest)
    return f"A named query is asked by its name alone: {calls}.\n" if calls else ""
