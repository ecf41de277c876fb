"""The summary of each list: its last chart, what entered and what left."""

import shlex
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

import duckdb
from rich.table import Table
from rich.text import Text

from playlist_lake.console import counted, out, print_block, program, shown

TOP = 10
MAX_NAMES = 8
_MAX_NAME_LENGTH = 40
_MAX_WIDTH = 100
_NEXT_QUERY = (
    "SELECT name, days_spanned FROM playlist_stays JOIN items_latest USING (item_uri) "
    "ORDER BY days_spanned DESC LIMIT 5"
)
# The host of the simulated Spotify, which the demo extracts from
SIMULATED_SOURCE = "127.0.0.1"


class ListState(NamedTuple):
    """A list at its last snapshot: its last known name, and the complete snapshot before."""

    playlist_id: str
    name: str | None
    snapshot_date: date
    previous_date: date | None
    item_count: int
    total: int
    is_complete: bool
    source: str


class ChartRow(NamedTuple):
    """A position of a list's last chart."""

    position: int
    label: str | None
    change: int | None
    song_name: str | None
    artists: str | None
    days_on_list: int | None


class Departure(NamedTuple):
    """An item that left a list with its last snapshot; the name is the last known one."""

    last_position: int
    song_name: str | None


def print_charts(con: duckdb.DuckDBPyConnection, states: Sequence[ListState]) -> None:
    """Print the last chart of each list, what entered and what left."""
    charts, left = chart_rows(con, states), departures(con, states)
    for state in states:
        rows = charts[state.playlist_id]
        out.print(_title(state))
        print_block(_chart(rows[:TOP]))
        print_block(_movement(state, rows, left[state.playlist_id]))
        out.print()


def print_ending(states: Sequence[ListState], lake: str) -> None:
    """Print the source of the data, and a query to try next."""
    if any(state.source == SIMULATED_SOURCE for state in states):
        out.print("Simulated data: lists, songs and artists are invented.", style="dim")
    if any(state.source != SIMULATED_SOURCE for state in states):
        out.print("Data from Spotify.", style="dim")
    command = f'{program()} query --lake {shlex.quote(lake)} "{_NEXT_QUERY}"'
    out.print(Text.assemble("Next: ", shown(command, "bold")), soft_wrap=True)


def list_states(
    con: duckdb.DuckDBPyConnection, playlist_ids: Collection[str] = ()
) -> list[ListState]:
    """The lists with these ids, or all lists, at their last snapshots; sorted by name."""
    found = con.execute(
        """
        SELECT
            playlist_id, name, snapshot_date,
            (
                SELECT max(before.snapshot_date) FROM playlists AS before
                WHERE
                    before.playlist_id = lists.playlist_id
                    AND before.snapshot_date < lists.snapshot_date
                    AND before.is_complete
            ),
            item_count, total, is_complete, source
        FROM playlists_latest AS lists
        WHERE len($ids) = 0 OR list_contains($ids, playlist_id)
        ORDER BY name, playlist_id
        """,
        {"ids": list(playlist_ids)},
    )
    return [ListState(*row) for row in found.fetchall()]


def chart_rows(
    con: duckdb.DuckDBPyConnection, states: Sequence[ListState]
) -> dict[str, list[ChartRow]]:
    """The rows of each list's last chart, sorted by position."""
    found = con.execute(
        """
        WITH last AS (SELECT unnest($ids) AS playlist_id, unnest($dates) AS snapshot_date)
        SELECT playlist_id, position, label, change, song_name, artists, days_on_list
        FROM chart JOIN last USING (playlist_id, snapshot_date)
        ORDER BY position
        """,
        _last(states),
    )
    rows = defaultdict(list)
    for playlist_id, *values in found.fetchall():
        rows[playlist_id].append(ChartRow(*values))
    return rows


def departures(
    con: duckdb.DuckDBPyConnection, states: Sequence[ListState]
) -> dict[str, list[Departure]]:
    """The items whose exit is each list's last snapshot, by their last position."""
    found = con.execute(
        """
        WITH last AS (SELECT unnest($ids) AS playlist_id, unnest($dates) AS snapshot_date)
        SELECT stays.playlist_id, stays.last_position, items.name
        FROM playlist_stays AS stays
        JOIN last
            ON last.playlist_id = stays.playlist_id AND last.snapshot_date = stays.exited_on
        LEFT JOIN items_latest AS items USING (item_uri)
        ORDER BY stays.last_position
        """,
        _last(states),
    )
    rows = defaultdict(list)
    for playlist_id, *values in found.fetchall():
        rows[playlist_id].append(Departure(*values))
    return rows


def _last(states: Sequence[ListState]) -> dict[str, list[Any]]:
    return {
        "ids": [state.playlist_id for state in states],
        "dates": [state.snapshot_date for state in states],
    }


def _title(state: ListState) -> Text:
    extent = (
        counted(state.item_count, "item")
        if state.is_complete
        else f"incomplete, {state.item_count:,} of {counted(state.total, 'item')}"
    )
    name = shown(_line(state.name or state.playlist_id), "bold")
    return Text.assemble(name, (f"  {state.snapshot_date}, {extent}", "dim"))


def _chart(rows: Sequence[ChartRow]) -> Table:
    width = min(out.width, _MAX_WIDTH)
    table = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=True, width=width, header_style="dim"
    )
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Move", no_wrap=True)
    table.add_column("Song", ratio=3, no_wrap=True, overflow="ellipsis")
    table.add_column("Artists", ratio=2, no_wrap=True, overflow="ellipsis")
    table.add_column("Days", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            str(row.position),
            _move(row),
            shown(_line(row.song_name)),
            shown(_line(row.artists or "")),
            str(row.days_on_list or ""),
        )
    return table


def _move(row: ChartRow) -> Text:
    if row.label == "up":
        return Text(f"▲ {row.change}", "green")
    if row.label == "down":
        return Text(f"▼ {-(row.change or 0)}", "red")
    return Text({"new": "new", "re-entry": "back", "same": "="}.get(row.label or "", ""), "cyan")


def _movement(
    state: ListState, rows: Sequence[ChartRow], left: Sequence[Departure]
) -> Text | Table:
    if not state.is_complete:
        return Text("An incomplete snapshot does not show what entered or left.", "dim")
    if state.previous_date is None:
        return Text("This is the list's first snapshot; the next one shows what moved.", "dim")
    entered = [row for row in rows if row.label in ("new", "re-entry")]
    if not entered and not left:
        return Text("Nothing entered or left.", "dim")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    grid.add_row(f"Entered {len(entered)}", _names(list(map(_entered, entered))))
    departed = [f"{_short(one.song_name)} (was {one.last_position})" for one in left]
    grid.add_row(f"Left {len(left)}", _names(departed))
    return grid


def _entered(row: ChartRow) -> str:
    back = "back " if row.label == "re-entry" else ""
    return f"{_short(row.song_name)} ({back}at {row.position})"


def _short(name: str | None) -> str:
    line = _line(name)
    return line if len(line) <= _MAX_NAME_LENGTH else line[: _MAX_NAME_LENGTH - 1] + "…"


def _line(name: str | None) -> str:
    """A name on one line, without line breaks and repeated spaces."""
    return "?" if name is None else " ".join(name.split())


def _names(names: Sequence[str]) -> Text:
    rest = len(names) - MAX_NAMES
    more = [f"and {rest} more"] if rest > 0 else []
    return shown(", ".join([*names[:MAX_NAMES], *more]))
