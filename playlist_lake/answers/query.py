"""Answers from a lake in a folder, by DuckDB."""

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from playlist_lake.answers.errors import QueryFailed, RejectedQuery
from playlist_lake.answers.questions import name_in, sort_order
from playlist_lake.answers.repairs import damaged_file_message
from playlist_lake.answers.results import Format, write_result
from playlist_lake.answers.sql_files import named_query, query_names
from playlist_lake.answers.statements import reading_query

# DuckDB's classes for errors of a query; the others come from the machine, such as a full memory
_ERRORS_OF_QUERY = (duckdb.DataError, duckdb.NotSupportedError, duckdb.ProgrammingError)


def answer(
    con: duckdb.DuckDBPyConnection,
    question: str,
    format_: Format,
    output: Path | None,
    *,
    for_excel: bool = False,
) -> None:
    """Write the result of a query, of a named query, or all rows of a view or table.

    A query is in DuckDB's SQL. The result goes to the file, else to stdout; if the query fails,
    the file keeps its old content. Raises RejectedQuery, QueryFailed, UnknownName,
    OutputUnavailable.
    """
    with _translated_errors(con, question):
        write_result(_result(con, question.strip()), format_, output, for_excel=for_excel)


def relation_names(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The names of all views and tables."""
    found = con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1")
    return [name for (name,) in found.fetchall()]


@contextmanager
def _translated_errors(con: duckdb.DuckDBPyConnection, question: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        if message := damaged_file_message(error):
            raise QueryFailed(message) from error
        if isinstance(error, duckdb.PermissionException):
            raise RejectedQuery(
                f"a query reads only the lake's tables: {str(error).strip()}"
            ) from error
        names = ", ".join(relation_names(con))
        error_class = RejectedQuery if isinstance(error, _ERRORS_OF_QUERY) else QueryFailed
        raise error_class(
            f"{str(error).strip()}\n{_hint(error, question)}The views and tables are {names}."
        ) from error


def _result(con: duckdb.DuckDBPyConnection, question: str) -> duckdb.DuckDBPyRelation:
    name = name_in(question, relation_names(con))
    if name is None:
        return con.sql(reading_query(con, question))
    if name in query_names():
        return con.sql(named_query(name))
    rows = con.view(name)
    return rows.order(sort_order(rows.columns))


def _hint(error: duckdb.Error, question: str) -> str:
    """A line that suggests named queries similar to a failed query; empty if there are none."""
    if isinstance(error, duckdb.ParserException):
        # The name with spaces, or the path of its file
        meant = "_".join(re.findall(r"\w+", question.removesuffix(".sql").rpartition("/")[2]))
    elif match := re.search(r"Table with name (\w+) does not exist", str(error)):
        meant = match[1]
    else:
        return ""
    nearest = difflib.get_close_matches(meant.lower(), query_names())
    commands = " or ".join(f"playlist-lake query {name}" for name in nearest)
    return f"To run a named query, pass only its name: {commands}.\n" if commands else ""
