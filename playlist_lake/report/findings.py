"""What named queries find for the report: health, survival, vanished songs and some changes."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import duckdb

from playlist_lake.answers.sql_files import named_query
from playlist_lake.report.songs import Json

MAX_VANISHED = 200
"""The vanished songs that each list shows: those seen last."""

# The page finds entries, exits and moves between any two dates itself
_OWN_KINDS = ("entered", "left", "missing", "moved")


def health_rows(con: duckdb.DuckDBPyConnection) -> list[Json]:
    """The rows of the query `health`."""
    return list(_rows_of(con, "health"))


def survival(con: duckdb.DuckDBPyConnection) -> list[Json]:
    """How many entrants of each list were there after some days, of those that were observed."""
    names = ("playlist_id", "days", "entrants", "observed", "share")
    return [{name: row[name] for name in names} for row in _rows_of(con, "survival")]


def changes(
    con: duckdb.DuckDBPyConnection, lists: Mapping[str, Json], song_at: Mapping[str, int]
) -> list[Json]:
    """The changes of the last 30 dates that are neither entries nor exits nor moves."""
    found = con.execute(
        """
        SELECT playlist_id, snapshot_date, change, item_uri, name, value, previous_value
        FROM changes WHERE NOT list_contains($own, change)
        ORDER BY playlist_id, snapshot_date DESC, change, item_uri
        """,
        {"own": _OWN_KINDS},
    )
    return [
        {
            "playlist_id": playlist_id,
            "date": str(on),
            "change": change,
            "song": song_at.get(uri),
            "name": name,
            "value": value,
            "previous": previous,
        }
        for playlist_id, on, change, uri, name, value, previous in found.fetchall()
        if playlist_id in lists
    ]


def vanished(
    con: duckdb.DuckDBPyConnection, lists: Mapping[str, Json], song_at: Mapping[str, int]
) -> dict[str, Json]:
    """The vanished songs of each list by its id: how many there are, and those seen last."""
    found: dict[str, Json] = {}
    for row in _rows_of(con, "vanished"):
        if row["playlist_id"] not in lists:
            continue
        of_list = found.setdefault(row["playlist_id"], {"count": 0, "rows": []})
        of_list["count"] += 1
        of_list["rows"].append(
            {
                "reason": row["reason"],
                "song": song_at.get(row["item_uri"]),
                "position": row["last_position"],
                "seen": row["last_seen_on"],
                "playable": row["last_playable_on"],
                "replacement": song_at.get(row["replacement_uri"]),
            }
        )
    for of_list in found.values():
        # What is still on the list comes first: there the reader can act
        of_list["rows"].sort(key=lambda row: row["seen"], reverse=True)
        of_list["rows"].sort(key=lambda row: row["reason"] == "left")
        del of_list["rows"][MAX_VANISHED:]
    return found


def _rows_of(con: duckdb.DuckDBPyConnection, name: str) -> Iterator[Json]:
    """The rows of a named query, as objects; dates are texts."""
    result = con.sql(named_query(name))
    for row in result.fetchall():
        values: list[Any] = [str(value) if isinstance(value, date) else value for value in row]
        yield dict(zip(result.columns, values, strict=True))
