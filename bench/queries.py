"""How long the queries of sql/queries take over a lake, in DuckDB."""

import time
from pathlib import Path

from playlist_lake import connect
from playlist_lake.answers.sql_files import named_query, query_names


def query_seconds(lake: Path) -> dict[str, float]:
    """Seconds until all rows of each query are there, by its name; each has a new connection."""
    seconds = {}
    for name in query_names():
        query = named_query(name)
        with connect(lake) as con:
            start = time.monotonic()
            con.execute(query).fetchall()
            seconds[name] = time.monotonic() - start
    return seconds
