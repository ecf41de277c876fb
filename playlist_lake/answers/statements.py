"""Which SQL statements `query` runs: only those that read."""

from contextlib import suppress

import duckdb

from playlist_lake.answers.errors import RejectedQuery
from playlist_lake.answers.questions import NO_QUERY

_FIRST_WORDS_IN_ATHENA = ("SELECT", "WITH", "VALUES", "TABLE", "SHOW", "DESCRIBE")
# EXPLAIN ANALYZE VERBOSE …, EXPLAIN (TYPE LOGICAL, FORMAT JSON) …
_OPTIONS_OF_EXPLAIN = (
    *("(", ")", ",", "ANALYZE", "VERBOSE", "FORMAT", "TEXT", "GRAPHVIZ", "JSON"),
    *("TYPE", "LOGICAL", "DISTRIBUTED", "VALIDATE", "IO"),
)


def reading_query(con: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The one statement of a query for DuckDB, without a semicolon.

    DuckDB's own parser decides whether it only reads. Raises RejectedQuery if it could write, or
    if there is no statement or several; duckdb.Error if it cannot be parsed.
    """
    statements = con.extract_statements(sql)
    if not statements:
        raise RejectedQuery(NO_QUERY)
    if len(statements) > 1:
        raise RejectedQuery("there are several queries; run them one at a time")
    (statement,) = statements
    # EXPLAIN ANALYZE runs the statement
    is_explain = _first_word(statement.query) == "EXPLAIN"
    run = _explained(con, statement.query) if is_explain else statement
    if not _only_reads(con, run):
        raise RejectedQuery(_refused(_first_word(run.query)))
    return _without_semicolon(statement.query)


def refuse_writing_in_athena(sql: str) -> None:
    """Raise RejectedQuery if a query for Athena does not begin like one that only reads."""
    words = _words(sql)
    if words[:1] == ["EXPLAIN"]:
        # sqlglot reads what follows as one token
        words = [word for word in _words(words[-1]) if word not in _OPTIONS_OF_EXPLAIN]
    first = next((word for word in words if word != "("), "")
    if first not in _FIRST_WORDS_IN_ATHENA:
        raise RejectedQuery(_refused(first) if first else NO_QUERY)


def _words(sql: str) -> list[str]:
    # Imported here because queries in DuckDB don't need it
    import sqlglot

    try:
        return [token.text.upper() for token in sqlglot.tokenize(sql, read="trino")]
    except sqlglot.errors.TokenError as error:
        raise RejectedQuery(f"the query cannot be read: {error}; close its quotes") from error


def _refused(first_word: str) -> str:
    return (
        f"{first_word} … is refused, because a query only reads; write SELECT, WITH, VALUES, "
        "TABLE, DESCRIBE, SHOW or EXPLAIN (in DuckDB also FROM, PIVOT, UNPIVOT or SUMMARIZE), and "
        "pass -o FILE to keep the result"
    )


def _only_reads(con: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> bool:
    type_ = _type(statement)
    # MULTI is anything with a PIVOT in it, such as COPY (PIVOT …) TO 'file'
    if type_ is duckdb.StatementType.MULTI:
        return _is_table_expression(con, statement.query)
    return type_ is duckdb.StatementType.SELECT


def _type(statement: duckdb.Statement) -> duckdb.StatementType | None:
    try:
        return statement.type
    except ValueError:
        # DuckDB has types that its Python package cannot name, such as that of UPDATE EXTENSIONS
        return None


def _explained(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """The statement after EXPLAIN and its options: the first end of the text that can be parsed."""
    for offset, _ in _tokens(sql)[1:]:
        with suppress(duckdb.ParserException):
            return con.extract_statements(sql.encode()[offset:].decode())[0]
    raise RejectedQuery(_refused("EXPLAIN"))


def _is_table_expression(con: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Whether a statement can stand after FROM, where nothing that writes can be parsed."""
    nested = f"SELECT * FROM (\n{_without_semicolon(sql)}\n)"  # noqa: S608, it is only parsed
    try:
        return len(con.extract_statements(nested)) == 1
    except duckdb.ParserException:
        return False


def _without_semicolon(sql: str) -> str:
    """A statement up to its semicolon, which nothing but a comment can follow."""
    ends = [offset for offset, text in _tokens(sql) if text.startswith(";")]
    return sql.encode()[: min(ends, default=len(sql.encode()))].decode()


def _first_word(sql: str) -> str:
    return _tokens(sql)[0][1].upper()


def _tokens(sql: str) -> list[tuple[int, str]]:
    """The tokens of a statement without comments: where each begins, in bytes, and its text."""
    encoded = sql.encode()
    found = duckdb.tokenize(sql)
    ends = [offset for offset, _ in found[1:]] + [len(encoded)]
    return [
        (offset, encoded[offset:end].decode().strip())
        for (offset, type_), end in zip(found, ends, strict=True)
        if type_ != duckdb.token_type.comment
    ]
