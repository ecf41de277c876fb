"""The data of the report, as JSON: charts and stays of each list, and results of named queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import duckdb

from playlist_lake.answers.sql_files import named_query
from playlist_lake.summary import SIMULATED_SOURCE

# The positions that charts contain; stays are not limited
MAX_POSITIONS = 100
MAX_ARTISTS = 15

_LABELS = {"new": "n", "re-entry": "r", "up": "u", "down": "d", "same": "s", None: "."}
_NO_ENTRY = " "

Json = dict[str, Any]


def contents(con: duckdb.DuckDBPyConnection) -> Json:
    """All lists with their history, and the results of the named queries.

    A list has, by snapshot: `dates`, `complete`, `sizes` (items read) and `totals` (items
    claimed). `songs` are triples of name, artists and URI. `charts` has an object of columns per
    date, in the order of positions. `stays` is an object of columns. Charts and stays refer to
    songs and dates by their index in `songs` and `dates`.
    """
    # A temporary table, because the view is read twice and is slow
    con.execute("CREATE OR REPLACE TEMP TABLE charted AS SELECT * FROM chart")
    lists = _lists(con)
    songs = _songs(con, lists)
    _charts(con, lists, songs)
    _stays(con, lists, songs)
    return {
        "max_positions": MAX_POSITIONS,
        "is_simulated": _is_simulated(con),
        "first_shown": _first_shown(lists.values()),
        "lists": list(lists.values()),
        "artist_share": [
            row for row in _rows_of(con, "artist_share") if row["rank_number"] <= MAX_ARTISTS
        ],
        **{
            name: list(_rows_of(con, name)) for name in ("make_up", "overlap", "survival", "health")
        },
    }


def _lists(con: duckdb.DuckDBPyConnection) -> dict[str, Json]:
    """Every list with its snapshots, by id, ordered by name."""
    found = con.execute(
        """
        SELECT
            playlist_id,
            coalesce(latest.name, playlist_id) AS shown_name,
            list(playlists.snapshot_date ORDER BY playlists.snapshot_date),
            list(playlists.is_complete ORDER BY playlists.snapshot_date),
            list(playlists.item_count ORDER BY playlists.snapshot_date),
            list(playlists.total ORDER BY playlists.snapshot_date)
        FROM playlists JOIN playlists_latest AS latest USING (playlist_id)
        GROUP BY playlist_id, latest.name ORDER BY shown_name, playlist_id
        """
    )
    return {
        playlist_id: {
            "id": playlist_id,
            "name": name,
            "dates": [str(on) for on in dates],
            "complete": complete,
            "sizes": sizes,
            "totals": totals,
            "songs": [],
            "charts": [{} for _ in dates],
            "stays": {},
        }
        for playlist_id, name, dates, complete, sizes, totals in found.fetchall()
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
            list((position, item_uri, label, change, days_on_list, best_position)
                ORDER BY position)
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
    chart: Json = {"songs": [], "changes": [], "days": [], "best": []}
    labels = ""
    for position, uri, label, change, days, best in rows:
        for column in chart.values():
            column.extend([None] * (position - 1 - len(column)))
        labels = labels.ljust(position - 1, _NO_ENTRY) + _LABELS[label]
        chart["songs"].append(songs[playlist_id, uri])
        chart["changes"].append(change)
        chart["days"].append(days)
        chart["best"].append(best)
    return chart | {"labels": labels}


def _stays(
    con: duckdb.DuckDBPyConnection, lists: dict[str, Json], songs: dict[tuple[str, str], int]
) -> None:
    """Add to each list its stays; they start and end on dates of its snapshots."""
    found = con.execute(
        """
        SELECT
            playlist_id, item_uri, entered_on, last_seen_on, exited_on,
            best_position, last_position, stay_number, starts_before_history
        FROM playlist_stays ORDER BY playlist_id, entered_on, entry_position, item_uri
        """
    )
    columns = ("song", "entered", "seen", "exited", "best", "last", "number", "before_history")
    stays: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    date_indexes = {
        playlist_id: {on: index for index, on in enumerate(list_["dates"])}
        for playlist_id, list_ in lists.items()
    }
    for playlist_id, uri, *dates, best, last, number, before in found.fetchall():
        entered, seen, exited = (_index(date_indexes[playlist_id], on) for on in dates)
        song = songs[playlist_id, uri]
        stays[playlist_id].append((song, entered, seen, exited, best, last, number, int(before)))
    for playlist_id, list_ in lists.items():
        values = zip(*stays[playlist_id], strict=True) if stays[playlist_id] else ([],) * 8
        list_["stays"] = dict(zip(columns, map(list, values), strict=True))


def _index(date_indexes: dict[str, int], on: date | None) -> int | None:
    return None if on is None else date_indexes[str(on)]


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
