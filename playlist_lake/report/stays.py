"""The stays in the data of the report: one per chain, since a song issued again stays on a list."""

from collections import defaultdict
from datetime import date
from typing import Any

import duckdb

from playlist_lake.report.songs import Json

_Key = tuple[str, str, date]

_COLUMNS = (
    "song",
    "origin",
    "entered",
    "seen",
    "exited",
    "missing",
    "best_on",
    "entry",
    "best",
    "last",
    "number",
    "before_history",
    "absent",
    "issues",
)


def add_stays(
    con: duckdb.DuckDBPyConnection, lists: dict[str, Json], song_at: dict[str, int]
) -> None:
    """Add to each list its stays, as columns; they start and end on dates of its snapshots.

    `origin` is the song that all stays of one song on the list have in common. `entry`, `best` and
    `last` are positions.

    `absent` are the dates between entry and last sighting on which the song was not seen. `issues`
    is None unless the song was issued again; then it has a pair for each issue, in order: its song
    and the date from which on it was that song.
    """
    indexes = {
        playlist_id: {on: index for index, on in enumerate(list_["dates"])}
        for playlist_id, list_ in lists.items()
    }
    absent, issues = _absent(con), _issues(con)
    found = con.execute(
        """
        SELECT
            playlist_id, first_uri, listed_since, item_uri, origin_uri,
            last_seen_on, exited_on, missing_since, best_position_on,
            entry_position, best_position, last_position, stay_number, starts_before_history
        FROM stay_chains SEMI JOIN list_snapshots USING (playlist_id)
        ORDER BY playlist_id, listed_since, entry_position, first_uri
        """
    )
    stays: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for playlist_id, first_uri, since, uri, origin, *rest in found.fetchall():
        key, at = (playlist_id, first_uri, since), indexes[playlist_id]
        dates, numbers = (since, *rest[:4]), rest[4:]
        stays[playlist_id].append(
            (
                song_at[uri],
                song_at[origin],
                *(None if on is None else at[str(on)] for on in dates),
                *map(int, numbers),
                [at[str(on)] for on in absent.get(key, ())],
                [[song_at[one], at[str(on)]] for one, on in issues.get(key, ())] or None,
            )
        )
    for playlist_id, list_ in lists.items():
        values = (
            zip(*stays[playlist_id], strict=True) if stays[playlist_id] else ([],) * len(_COLUMNS)
        )
        list_["stays"] = dict(zip(_COLUMNS, map(list, values), strict=True))


def _absent(con: duckdb.DuckDBPyConnection) -> dict[_Key, list[date]]:
    """The snapshots within each chain that lack its song; chains without such are left out."""
    found = con.execute(
        """
        WITH expected AS (
            SELECT
                chains.playlist_id, chains.first_uri, chains.listed_since, chains.snapshots_seen,
                snapshots.snapshot_date,
                count(*) OVER (
                    PARTITION BY chains.playlist_id, chains.first_uri, chains.listed_since
                ) AS snapshots
            FROM stay_chains AS chains
            JOIN list_snapshots AS snapshots
                ON
                    snapshots.playlist_id = chains.playlist_id
                    AND snapshots.snapshot_date BETWEEN chains.listed_since AND chains.last_seen_on
        ),
        seen AS (
            SELECT stays.playlist_id, stays.first_uri, stays.listed_since, sightings.snapshot_date
            FROM playlist_stays AS stays
            JOIN sightings
                ON
                    sightings.playlist_id = stays.playlist_id
                    AND sightings.item_uri = stays.item_uri
                    AND sightings.snapshot_date BETWEEN stays.entered_on AND stays.last_seen_on
        )
        SELECT playlist_id, first_uri, listed_since, list(snapshot_date ORDER BY snapshot_date)
        FROM expected
        ANTI JOIN seen USING (playlist_id, first_uri, listed_since, snapshot_date)
        WHERE snapshots > snapshots_seen
        GROUP BY playlist_id, first_uri, listed_since
        """
    )
    return {tuple(key): dates for *key, dates in found.fetchall()}


def _issues(con: duckdb.DuckDBPyConnection) -> dict[_Key, list[tuple[str, date]]]:
    """The URIs of each chain of several stays, and the dates on which the stays began."""
    found = con.execute(
        """
        SELECT
            playlist_id, first_uri, listed_since,
            list((item_uri, entered_on) ORDER BY entered_on)
        FROM playlist_stays
        GROUP BY playlist_id, first_uri, listed_since HAVING count(*) > 1
        """
    )
    return {tuple(key): issues for *key, issues in found.fetchall()}
