"""The changes of lists between two snapshots, by the query of the view `changes`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from playlist_lake.answers.sql_files import changes_between_chosen
from playlist_lake.diffing.comparisons import Comparison

if TYPE_CHECKING:
    import duckdb


OF_LISTS = ("list_renamed", "description_changed", "cover_changed")
"""The kinds of changes that are of the list itself."""

KINDS = (
    *OF_LISTS,
    *("entered", "left", "missing", "moved", "reissued"),
    *("unavailable", "available", "song_renamed"),
)
"""The kinds of changes, in the order in which they are shown."""

# The last known name, where the snapshots that are compared have none
_NAMED = """
SELECT
    changes.playlist_id,
    lists.name AS playlist_name,
    changes.snapshot_date,
    changes.previous_date,
    changes.change,
    changes.item_uri,
    coalesce(changes.name, items.name) AS name,
    coalesce(changes.artists, items.artists) AS artists,
    changes.position,
    changes.previous_position,
    changes.value,
    changes.previous_value
FROM ({changes}) AS changes
LEFT JOIN playlists_latest AS lists USING (playlist_id)
LEFT JOIN items_latest AS items USING (item_uri)
ORDER BY
    changes.snapshot_date DESC, playlist_name, changes.playlist_id,
    list_position($kinds, changes.change),
    coalesce(changes.position, changes.previous_position), changes.item_uri
"""
_CHOSEN = """
SELECT
    unnest($ids) AS playlist_id, unnest($dates) AS snapshot_date,
    unnest($previous_dates) AS previous_date
"""


class Change(NamedTuple):
    """A change, with the columns of the view `changes` and the name of the list."""

    playlist_id: str
    playlist_name: str | None
    snapshot_date: date
    previous_date: date
    change: str
    item_uri: str | None
    name: str | None
    artists: str | None
    position: int | None
    previous_position: int | None
    value: str | None
    previous_value: str | None


def changes_of(
    con: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison]
) -> duckdb.DuckDBPyRelation:
    """The changes between the snapshots that are compared, in the order of KINDS and positions."""
    compared = [(one, one.before) for one in comparisons if one.before]
    values = {
        "ids": [one.playlist_id for one, _ in compared],
        "dates": [one.now.snapshot_date for one, _ in compared],
        "previous_dates": [before.snapshot_date for _, before in compared],
        "kinds": list(KINDS),
    }
    changes = f"WITH chosen AS ({_CHOSEN}) SELECT * FROM ({changes_between_chosen()})"  # noqa: S608
    return con.sql(_NAMED.format(changes=changes), params=values)


def recent_changes(con: duckdb.DuckDBPyConnection, playlist_id: str | None) -> list[Change]:
    """The changes of the last 30 dates, of one list or of all, newest first."""
    changes = "SELECT * FROM changes WHERE $list IS NULL OR playlist_id = $list"
    values = {"kinds": list(KINDS), "list": playlist_id}
    return fetched(con.sql(_NAMED.format(changes=changes), params=values))


def fetched(changes: duckdb.DuckDBPyRelation) -> list[Change]:
    """The rows of such a relation."""
    return [Change(*row) for row in changes.fetchall()]


def by_list(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """The changes of each list in their order, by playlist id."""
    found = defaultdict(list)
    for change in changes:
        found[change.playlist_id].append(change)
    return found
