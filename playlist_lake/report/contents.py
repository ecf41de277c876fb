"""The data of the report, as JSON: lists with charts and stays, songs, and what queries found."""

from collections.abc import Iterable, Sequence
from typing import Any

import duckdb

from playlist_lake.report.findings import changes, health_rows, survival, vanished
from playlist_lake.report.songs import Json, songs_and_artists
from playlist_lake.report.stays import add_stays
from playlist_lake.sources import SIMULATED_SOURCE
from playlist_lake.staleness import staleness

MAX_POSITIONS = 100
"""The positions that charts contain; stays are not limited."""

NO_SONG = -1
"""Stands in a chart for a position without an entry."""

# What only snapshots from Spotify's chart files have
_OF_CHART_FILES = ("streams", "peak_rank", "days_on_chart", "weeks_on_chart")


def contents(con: duckdb.DuckDBPyConnection) -> Json:
    """Everything that the page shows; scripts/data.js describes its types.

    A list has, by snapshot: `dates`, `complete`, `drop`, `previous` (the snapshot that it is
    compared with, or None), `sizes` (items read), `totals` (items claimed) and `charts`: songs in
    the order of positions. `chart_files` has by column and snapshot what chart files say of these
    songs, if they say anything. `stale` is a sentence if the list was not read when it was last
    tried. Charts and stays refer to songs and dates by their index in `songs` and in the list's
    `dates`. The page works out everything else, such as moves and days on the list, for the dates
    that its reader chooses.
    """
    # A temporary table, because several queries read it
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE sightings AS
        SELECT
            playlist_id, snapshot_date, position, item_type, name, song_id, artist_names,
            streams, peak_rank, days_on_chart, weeks_on_chart,
            coalesce(linked_from_uri, item_uri) AS item_uri
        FROM playlist_entries SEMI JOIN list_snapshots USING (playlist_id, snapshot_date)
        """
    )
    lists = _lists(con)
    songs, artists, genres = songs_and_artists(con)
    song_at = {uri: index for index, uri in enumerate(songs["uri"])}
    _charts(con, lists, song_at)
    add_stays(con, lists, song_at)
    health = health_rows(con)
    _stale(health, lists)
    return {
        "max_positions": MAX_POSITIONS,
        "is_simulated": _is_simulated(con),
        "never_read": sum(
            row["last_snapshot"] is None and row["outcome_since"] is not None for row in health
        ),
        "lists": list(lists.values()),
        "songs": songs,
        "artists": artists,
        "genres": genres,
        "health": health,
        "survival": survival(con),
        "changes": changes(con, lists, song_at),
        "vanished": vanished(con, lists, song_at),
    }


def _lists(con: duckdb.DuckDBPyConnection) -> dict[str, Json]:
    """Every list with its snapshots, by id, ordered by name."""
    found = con.execute(
        """
        SELECT
            playlist_id,
            coalesce(latest.name, playlist_id) AS shown_name,
            list(
                (snapshot_date, is_complete, is_drop, previous_date, item_count, total)
                ORDER BY snapshot_date
            )
        FROM list_snapshots JOIN (SELECT playlist_id, name FROM playlists_latest) AS latest
            USING (playlist_id)
        GROUP BY playlist_id, latest.name ORDER BY shown_name, playlist_id
        """
    )
    return {
        playlist_id: _list(playlist_id, name, snapshots)
        for playlist_id, name, snapshots in found.fetchall()
    }


def _list(playlist_id: str, name: str, snapshots: Sequence[tuple[Any, ...]]) -> Json:
    dates, complete, drops, previous, sizes, totals = (
        list(one) for one in zip(*snapshots, strict=True)
    )
    indexes = {on: index for index, on in enumerate(dates)}
    return {
        "id": playlist_id,
        "name": name,
        "dates": [str(on) for on in dates],
        "complete": complete,
        "drop": drops,
        "previous": [indexes.get(on) for on in previous],
        "sizes": sizes,
        "totals": totals,
        "stale": None,
        "charts": [[] for _ in dates],
        "chart_files": {},
        "stays": {},
    }


def _charts(
    con: duckdb.DuckDBPyConnection, lists: dict[str, Json], song_at: dict[str, int]
) -> None:
    """Add to each list its charts, and what chart files say of them."""
    found = con.execute(
        """
        SELECT
            playlist_id, snapshot_date,
            list(
                (position, item_uri, streams, peak_rank, days_on_chart, weeks_on_chart)
                ORDER BY position
            )
        FROM sightings WHERE position <= $deepest GROUP BY playlist_id, snapshot_date
        """,
        {"deepest": MAX_POSITIONS},
    )
    for playlist_id, on, rows in found.fetchall():
        list_ = lists[playlist_id]
        at = list_["dates"].index(str(on))
        chart = list_["charts"][at] = [NO_SONG] * rows[-1][0]
        for position, uri, *values in rows:
            chart[position - 1] = song_at[uri]
            for column, value in zip(_OF_CHART_FILES, values, strict=True):
                if value is not None:
                    by_date = list_["chart_files"].setdefault(column, [[] for _ in list_["dates"]])
                    by_date[at] = by_date[at] or [None] * len(chart)
                    by_date[at][position - 1] = value


def _stale(health: Iterable[Json], lists: dict[str, Json]) -> None:
    """Add to each list that is no longer read the sentence that says so, with the reason."""
    for row in health:
        list_ = lists.get(row["playlist_id"])
        if list_ and row["outcome_since"]:
            read = staleness(row["last_snapshot"], row["last_outcome"], row["outcome_since"])
            list_["stale"] = f"{read}: {row['last_reason']}"


def _is_simulated(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether all snapshots are from the simulated Spotify."""
    ((answer,),) = con.execute(
        "SELECT bool_and(source = $simulated) FROM playlists", {"simulated": SIMULATED_SOURCE}
    ).fetchall()
    return bool(answer)
