"""The time of the queries in sql/queries, in DuckDB."""

import time
from pathlib import Path

from playlist_lake import connect
from playlist_lake.answers.sql_files import named_query, query_names


def query_seconds(lake: Path) -> dict[str, float]:
    """Seconds until all rows of a query are fetched, by its name, with a new connection each."""
    seconds = {}
    for name in query_names():
        query = named_query(name)
        with connect(lake) as con:
            start = time.monotonic()
            con.execute(query).fetchall()
            seconds[name] = time.monotonic() - start
    return seconds
