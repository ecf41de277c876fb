"""What the summary says of each list: its newest snapshot, and whether it is still read."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import duckdb

from playlist_lake.answers.lists import known_lists
from playlist_lake.answers.sql_files import named_query
from playlist_lake.diffing.comparisons import Comparison, newest_comparisons
from playlist_lake.staleness import staleness


class ListState(NamedTuple):
    """A list at its newest snapshot, compared with the one before.

    `staleness` says until when the list was read, if it was not read when it was last tried.
    """

    comparison: Comparison
    source: str
    staleness: str | None

    @property
    def playlist_id(self) -> str:
        """The list's id."""
        return self.comparison.playlist_id


class NeverRead(NamedTuple):
    """A list that was tried, but never read; only playlists.txt may have a name for it."""

    playlist_id: str
    staleness: str


def list_states(
    con: duckdb.DuckDBPyConnection, playlist_ids: Collection[str] = ()
) -> list[ListState]:
    """The lists with these ids, or all lists, at their newest snapshots; sorted by name."""
    found = con.execute(
        f"""
        SELECT playlist_id, lists.source, last_outcome, outcome_since
        FROM playlists_latest AS lists JOIN ({named_query("health")}) AS health USING (playlist_id)
        """  # noqa: S608
    )
    facts = {playlist_id: values for playlist_id, *values in found.fetchall()}
    lists = [one for one in known_lists(con) if not playlist_ids or one.playlist_id in playlist_ids]
    states = []
    for comparison in newest_comparisons(con, lists):
        source, outcome, since = facts[comparison.playlist_id]
        stale = _staleness(comparison.now.snapshot_date, outcome, since)
        states.append(ListState(comparison, source, stale))
    return states


def never_read(
    con: duckdb.DuckDBPyConnection, playlist_ids: Collection[str] = ()
) -> list[NeverRead]:
    """Those of the lists with these ids, or of all lists, that have no snapshot; sorted by id."""
    found = con.execute(
        f"""
        SELECT playlist_id, last_outcome, outcome_since FROM ({named_query("health")})
        WHERE
            last_snapshot IS NULL AND outcome_since IS NOT NULL
            AND (len($ids) = 0 OR list_contains($ids, playlist_id))
        ORDER BY playlist_id
        """,  # noqa: S608
        {"ids": list(playlist_ids)},
    )
    return [
        NeverRead(playlist_id, staleness(None, outcome, since))
        for playlist_id, outcome, since in found.fetchall()
    ]


def _staleness(read_on: date, outcome: str | None, since: date | None) -> str | None:
    return staleness(read_on, outcome, since) if outcome and since else None
