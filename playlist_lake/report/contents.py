"""The data of the report, as JSON: charts and stays of each list, and results of named queries."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import duckdb

from playlist_lake.answers.sql_files import named_query
from playlist_lake.report.stays import Json, add_stays
from playlist_lake.sources import SIMULATED_SOURCE
from playlist_lake.staleness import staleness
from playlist_lake.summary.genres import has_genres

# The positions that charts contain; stays are not limited
MAX_POSITIONS = 100
MAX_ARTISTS = 15
MAX_GENRES = 15

_LABELS = {"new": "n", "re-entry": "r", "up": "u", "down": "d", "same": "s", None: "."}
_NO_ENTRY = " "


def contents(con: duckdb.DuckDBPyConnection) -> Json:
    """All lists with their history, and the results of the named queries.

    A list has, by snapshot: `dates`, `complete`, `drop`, `previous` (the snapshot that it is
    compared with, or None), `sizes` (items read) and `totals` (items claimed). `stale` is a
    sentence if the list was not read when it was last tried. `songs` are triples of name, artists
    and URI. `charts` has an object of columns per date, in the order of positions. `stays` is an
    object of columns. Charts and stays refer to songs and dates by their index in `songs` and
    `dates`. `never_read` counts the lists that were tried, but have no snapshot. `genres` are the
    first genres of each list and what is unknown; it is empty if the lake was never asked for any.
    """
    # A temporary table, because the view is read several times and is slow
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE charted AS
        SELECT * FROM chart SEMI JOIN list_snapshots USING (playlist_id, snapshot_date)
        """
    )
    lists = _lists(con)
    songs = _songs(con, lists)
    _charts(con, lists, songs)
    add_stays(con, lists, songs)
    health = list(_rows_of(con, "health"))
    _stale(health, lists)
    return {
        "max_positions": MAX_POSITIONS,
        "is_simulated": _is_simulated(con),
        "first_shown": _first_shown(lists.values()),
        "lists": list(lists.values()),
        "artist_share": [
            row for row in _rows_of(con, "artist_share") if row["rank_number"] <= MAX_ARTISTS
        ],
        "genres": list(_genres(con)) if has_genres(con) else [],
        "never_read": sum(
            row["last_snapshot"] is None and row["outcome_since"] is not None for row in health
        ),
        "health": health,
        **{name: list(_rows_of(con, name)) for name in ("make_up", "overlap", "survival")},
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
        "songs": [],
        "charts": [{} for _ in dates],
        "stays": {},
    }


def _songs(con: duckdb.DuckDBPyConnection, lists: dict[str, Json]) -> dict[tuple[str, str], int]:
    """Add to each list all items that were ever on it, with their last known names.

    Returns their index by list and URI.
    """
    found = con.execute(
        """
        SELECT DISTINCT playlist_id, item_uri, items.name, items.artists
        FROM charted JOIN items_latest AS items USING (item_uri)
        ORDER BY playlist_id, item_uri
        """
    )
    indexes = {}
    for playlist_id, uri, name, artists in found.fetchall():
        songs = lists[playlist_id]["songs"]
        indexes[playlist_id, uri] = len(songs)
        songs.append([name, artists, uri])
    return indexes


def _charts(
    con: duckdb.DuckDBPyConnection, lists: dict[str, Json], songs: dict[tuple[str, str], int]
) -> None:
    """Add to each list its charts."""
    found = con.execute(
        """
        SELECT
            playlist_id, snapshot_date,
            list(
                (position, item_uri, label, change, days_on_list, times_seen, best_position)
                ORDER BY position
            )
        FROM charted WHERE position <= $deepest GROUP BY playlist_id, snapshot_date
        """,
        {"deepest": MAX_POSITIONS},
    )
    for playlist_id, on, rows in found.fetchall():
        list_ = lists[playlist_id]
        list_["charts"][list_["dates"].index(str(on))] = _chart(playlist_id, rows, songs)


def _chart(
    playlist_id: str, rows: Iterable[tuple[Any, ...]], songs: dict[tuple[str, str], int]
) -> Json:
    """The columns of a chart; a position without an entry has None in each."""
    chart: Json = {"songs": [], "changes": [], "days": [], "seen": [], "best": []}
    labels = ""
    for position, uri, label, change, days, seen, best in rows:
        for column in chart.values():
            column.extend([None] * (position - 1 - len(column)))
        labels = labels.ljust(position - 1, _NO_ENTRY) + _LABELS[label]
        chart["songs"].append(songs[playlist_id, uri])
        chart["changes"].append(change)
        chart["days"].append(days)
        chart["seen"].append(seen)
        chart["best"].append(best)
    return chart | {"labels": labels}


def _genres(con: duckdb.DuckDBPyConnection) -> Iterator[Json]:
    """The rows of genre_share that are drawn."""
    for row in _rows_of(con, "genre_share"):
        if row["rank_number"] <= MAX_GENRES or row["genre_mbid"] is None:
            yield {name: row[name] for name in ("playlist_id", "genre", "share", "artists")} | {
                "is_unknown": row["genre_mbid"] is None
            }


def _stale(health: Iterable[Json], lists: dict[str, Json]) -> None:
    """Add to each list that is no longer read the sentence that says so, with the reason."""
    for row in health:
        list_ = lists.get(row["playlist_id"])
        if list_ and row["outcome_since"]:
            read = staleness(row["last_snapshot"], row["last_outcome"], row["outcome_since"])
            list_["stale"] = f"{read}: {row['last_reason']}"


def _first_shown(lists: Iterable[Json]) -> str | None:
    """The id of the list that the page opens on, which is the one that says most.

    Of the lists that have an item on their last date, it has the most dates on which an item
    entered or left. If several have, then the most dates, then the longest last chart, then the
    first name.
    """

    def says(list_: Json) -> tuple[int, ...]:
        stays, last_chart = list_["stays"], list_["charts"][-1].get("songs", [])
        starts = zip(stays["entered"], stays["before_history"], strict=True)
        changed = {entered for entered, is_old in starts if not is_old} | {*stays["exited"]}
        return (int(bool(last_chart)), len(changed - {None}), len(list_["dates"]), len(last_chart))

    return max(lists, key=says, default={"id": None})["id"]


def _rows_of(con: duckdb.DuckDBPyConnection, name: str) -> Iterator[Json]:
    """The rows of a named query, as objects."""
    result = con.sql(named_query(name))
    for row in result.fetchall():
        values = (str(value) if isinstance(value, date) else value for value in row)
        yield dict(zip(result.columns, values, strict=True))


def _is_simulated(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether all snapshots are from the simulated Spotify."""
    ((answer,),) = con.execute(
        "SELECT bool_and(source = $simulated) FROM playlists", {"simulated": SIMULATED_SOURCE}
    ).fetchall()
    return bool(answer)
