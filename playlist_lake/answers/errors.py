"""The errors of queries, in DuckDB and in Athena."""

from playlist_lake.errors import CommandError, Misuse


class QueryFailed(CommandError):
    """The engine fails while it runs a query."""


class RejectedQuery(Misuse):
    """A query is wrong: it cannot be parsed, names something unknown, or would write."""


class UnknownName(Misuse):
    """There is no query, view or table with this name."""
