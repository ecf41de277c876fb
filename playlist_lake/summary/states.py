"""What the summary says of each list: its last snapshot and chart, and what changed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

import duckdb

from playlist_lake.answers.sql_files import named_query
from playlist_lake.staleness import staleness

# The host of the simulated Spotify, which the demo extracts from
SIMULATED_SOURCE = "127.0.0.1"

Event = Literal["entered", "left", "missing", "re-issued"]


class ListState(NamedTuple):
    """A list at its last snapshot, as list_snapshots judges it.

    `previous_date` is the snapshot that it is compared with, `previous_count` its number of items.
    `outcome` is set if the list was not read when it was
    last tried; attempts ended like that since `outcome_since`.
    """

    playlist_id: str
    name: str | None
    source: str
    snapshot_date: date
    previous_date: date | None
    item_count: int
    total: int
    is_complete: bool
    is_drop: bool
    previous_count: int | None
    outcome: str | None
    outcome_since: date | None

    @property
    def staleness(self) -> str | None:
        """Until when the list was read and what happens since; None if the last attempt read it."""
        if self.outcome is None or self.outcome_since is None:
            return None
        return staleness(self.snapshot_date, self.outcome, self.outcome_since)


class NeverRead(NamedTuple):
    """A list that was tried, but never read; only playlists.txt may have a name for it."""

    playlist_id: str
    staleness: str


class ChartRow(NamedTuple):
    """A position of a list's last chart."""

    position: int
    label: str | None
    change: int | None
    song_name: str | None
    artists: str | None
    days_on_list: int | None
    times_seen: int | None


class Change(NamedTuple):
    """A song that entered, left, is missing or was re-issued; names are the last known ones.

    `position` is its last one on the list. `since` is the first snapshot without a song that is
    missing. `is_back` says that the song was on the list before it entered.
    """

    event: Event
    position: int
    name: str | None
    since: date | None
    is_back: bool


def list_states(
    con: duckdb.DuckDBPyConnection, playlist_ids: Collection[str] = ()
) -> list[ListState]:
    """The lists with these ids, or all lists, at their last snapshots; sorted by name."""
    found = con.execute(
        f"""
        SELECT
            playlist_id, lists.name, lists.source, snapshot_date,
            last.previous_date, last.item_count, last.total, last.is_complete, last.is_drop,
            previous.item_count,
            CASE WHEN outcome_since IS NOT NULL THEN last_outcome END, outcome_since
        FROM playlists_latest AS lists
        JOIN list_snapshots AS last USING (playlist_id, snapshot_date)
        LEFT JOIN list_snapshots AS previous
            ON
                previous.playlist_id = last.playlist_id
                AND previous.snapshot_date = last.previous_date
        JOIN ({named_query("health")}) AS health USING (playlist_id)
        WHERE len($ids) = 0 OR list_contains($ids, playlist_id)
        ORDER BY lists.name, playlist_id
        """,  # noqa: S608
        {"ids": list(playlist_ids)},
    )
    return [ListState(*row) for row in found.fetchall()]


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


def chart_rows(
    con: duckdb.DuckDBPyConnection, states: Sequence[ListState]
) -> dict[str, list[ChartRow]]:
    """The rows of each list's last chart, sorted by position."""
    found = con.execute(
        """
        WITH last AS (SELECT unnest($ids) AS playlist_id, unnest($dates) AS snapshot_date)
        SELECT
            playlist_id, position, label, change, song_name, artists, days_on_list, times_seen
        FROM chart JOIN last USING (playlist_id, snapshot_date)
        ORDER BY position
        """,
        {
            "ids": [state.playlist_id for state in states],
            "dates": [state.snapshot_date for state in states],
        },
    )
    rows = defaultdict(list)
    for playlist_id, *values in found.fetchall():
        rows[playlist_id].append(ChartRow(*values))
    return rows


def changes(con: duckdb.DuckDBPyConnection, states: Sequence[ListState]) -> dict[str, list[Change]]:
    """What changed on each list since the snapshot that its last one is compared with.

    A song that was issued again neither leaves nor enters: it is re-issued. The changes are in the
    order of their positions.
    """
    found = con.execute(
        """
        WITH events AS (
            SELECT
                playlist_id, 'entered' AS event, listed_since AS event_on, item_uri,
                last_position, NULL AS since, stay_number > 1 AS is_back
            FROM stay_chains WHERE NOT starts_before_history
            UNION ALL
            SELECT playlist_id, 'left', exited_on, item_uri, last_position, NULL, false
            FROM stay_chains WHERE exited_on IS NOT NULL
            UNION ALL
            SELECT
                playlist_id, 'missing', missing_since, item_uri, last_position, missing_since, false
            FROM stay_chains WHERE missing_since IS NOT NULL
            UNION ALL
            SELECT playlist_id, 're-issued', entered_on, item_uri, last_position, NULL, false
            FROM playlist_stays WHERE continues_uri IS NOT NULL
        ),
        last AS (
            SELECT
                unnest($ids) AS playlist_id, unnest($dates) AS snapshot_date,
                unnest($previous_dates) AS previous_date
        )
        SELECT
            events.playlist_id, events.event, events.last_position, items.name,
            events.since, events.is_back
        FROM events
        JOIN last
            ON
                last.playlist_id = events.playlist_id
                AND last.previous_date < events.event_on
                AND last.snapshot_date >= events.event_on
        LEFT JOIN items_latest AS items USING (item_uri)
        ORDER BY events.last_position, items.name
        """,
        {
            "ids": [state.playlist_id for state in states],
            "dates": [state.snapshot_date for state in states],
            "previous_dates": [state.previous_date for state in states],
        },
    )
    rows: dict[str, list[Any]] = defaultdict(list)
    for playlist_id, *values in found.fetchall():
        rows[playlist_id].append(Change(*values))
    return rows
