"""What a user asks for: a query in SQL, or the name of a named query, view or table."""

import difflib
import re
from collections.abc import Iterable, Sequence

from jobs.tables import PARTITION_COLUMN
from playlist_lake.answers.errors import RejectedQuery, UnknownName
from playlist_lake.answers.sql_files import query_names

NO_QUERY = "the query is empty; write a SELECT, or the name of a query, view or table"


def name_in(question: str, relations: Sequence[str]) -> str | None:
    """The name in a question that is only a name: of a query, or of one of these relations.

    None if it is SQL. Raises RejectedQuery if it is empty, UnknownName.
    """
    if not question:
        raise RejectedQuery(NO_QUERY)
    match = re.fullmatch(r"(\w[\w-]*)[\s;]*", question)
    if match is None:
        return None
    name = match[1].lower()
    if name not in query_names() and name not in relations:
        raise UnknownName(_unknown_name(name, relations))
    return name


def sort_order(columns: Iterable[str]) -> str:
    """The ORDER BY terms for all rows of a view or table: by all columns, latest date first."""
    return ", ".join(f"{name} DESC" if name == PARTITION_COLUMN else name for name in columns)


def _unknown_name(name: str, relations: Sequence[str]) -> str:
    queries = query_names()
    nearest = difflib.get_close_matches(name, [*queries, *relations])
    similar = f" (similar: {', '.join(nearest)})" if nearest else ""
    return (
        f"there is no query, view or table {name}{similar}; the queries are {', '.join(queries)}, "
        f"the views and tables are {', '.join(relations)}"
    )
