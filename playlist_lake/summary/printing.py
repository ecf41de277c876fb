"""Printing the summary of each list: its last chart, what entered and what left."""

import shlex
from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
from rich.table import Table
from rich.text import Text

from playlist_lake.console import counted, out, print_block, program, shown
from playlist_lake.summary.genres import ATTRIBUTION, GenreShare, list_genres
from playlist_lake.summary.states import (
    SIMULATED_SOURCE,
    Change,
    ChartRow,
    Event,
    ListState,
    NeverRead,
    changes,
    chart_rows,
)

TOP = 10
MAX_NAMES = 8
_MAX_NAME_LENGTH = 40
_MAX_WIDTH = 100
_NEXT_QUERY = (
    "SELECT name, days_spanned, snapshots_seen FROM stay_chains JOIN items_latest USING (item_uri) "
    "ORDER BY days_spanned DESC LIMIT 5"
)


def print_charts(con: duckdb.DuckDBPyConnection, states: Sequence[ListState]) -> None:
    """Print the last chart of each list, what entered and what left, and its first genres."""
    genres = list_genres(con, states)
    charts, changed = chart_rows(con, states), changes(con, states)
    for state in states:
        print_block(_title(state))
        if state.staleness:
            print_block(Text(state.staleness, "yellow"))
        rows = charts[state.playlist_id][:TOP]
        print_block(_chart(rows) if rows else Text(_without_chart(state), "dim"))
        for block in _movement(state, changed[state.playlist_id]):
            print_block(block)
        if state.playlist_id in genres:
            print_block(_genres(genres[state.playlist_id]))
        out.print()


def print_never_read(lists: Sequence[NeverRead], names: Mapping[str, str]) -> None:
    """Print a line for each list that was never read; `names` are those known, by id."""
    for one in lists:
        title = shown(_line(names.get(one.playlist_id, one.playlist_id)), "bold")
        print_block(Text.assemble(title, ": ", (one.staleness, "yellow")))
    if lists:
        out.print()


def print_ending(states: Sequence[ListState], lake: str, *, with_genres: bool = False) -> None:
    """Print the source of the data, and a query to try next."""
    if any(state.source == SIMULATED_SOURCE for state in states):
        more = ", artists and genres" if with_genres else " and artists"
        out.print(f"Simulated data: lists, songs{more} are invented.", style="dim")
    if any(state.source != SIMULATED_SOURCE for state in states):
        out.print("Data from Spotify.", style="dim")
        if with_genres:
            out.print(ATTRIBUTION, style="dim")
    command = f'{program()} query --lake {shlex.quote(lake)} "{_NEXT_QUERY}"'
    out.print(Text.assemble("Next: ", shown(command, "bold")), soft_wrap=True)


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
    table.add_column("Seen", justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            str(row.position),
            _move(row),
            shown(_line(row.song_name)),
            shown(_line(row.artists or "")),
            str(row.days_on_list or ""),
            str(row.times_seen or ""),
        )
    return table


def _without_chart(state: ListState) -> str:
    if state.item_count == 0:
        return "The list is empty." if state.is_complete else "No item was read."
    return "No item could be read; each of them is a reject."


def _move(row: ChartRow) -> Text:
    if row.label == "up":
        return Text(f"▲ {row.change}", "green")
    if row.label == "down":
        return Text(f"▼ {-(row.change or 0)}", "red")
    return Text({"new": "new", "re-entry": "back", "same": "="}.get(row.label or "", ""), "cyan")


def _movement(state: ListState, changed: Sequence[Change]) -> list[Text | Table]:
    """What the snapshot cannot say, and what entered, left, is missing or was re-issued."""
    limits = _limits(state)
    sentence = limits or (None if changed else "Nothing entered or left.")
    blocks: list[Text | Table] = [Text(sentence, "dim")] if sentence else []
    if not changed:
        return blocks
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()

    def add(event: Event, names: Sequence[str], since: date | None = None) -> None:
        when = f"since {since}: " if since else ""
        grid.add_row(f"{event.capitalize()} {len(names)}", shown(when) + _names(names))

    entered, left, re_issued = (
        [one for one in changed if one.event == event] for event in ("entered", "left", "re-issued")
    )
    if entered or not limits:
        add("entered", [_entered(one) for one in entered])
    if re_issued:
        add("re-issued", [_entered(one) for one in re_issued])
    if not limits:
        add("left", [_was(one) for one in left])
    for since in sorted({one.since for one in changed if one.since}):
        add("missing", [_was(one) for one in changed if one.since == since], since)
    return [*blocks, grid]


def _limits(state: ListState) -> str | None:
    """Why the last snapshot does not show what left; None if it does."""
    if not state.is_complete:
        return "An incomplete snapshot does not show what left."
    if state.previous_date is None:
        return "This is the list's first complete snapshot; the next one shows what moved."
    if state.is_drop:
        return (
            f"The list shrank from {state.previous_count:,} to "
            f"{counted(state.item_count, 'item')}; the next snapshot shows what left."
        )
    return None


def _genres(genres: Sequence[GenreShare]) -> Text:
    shares = ", ".join(f"{_line(one.genre)} {_percent(one.share)}" for one in genres)
    return Text.assemble(("Genres", "bold"), "  ", shown(shares))


def _percent(share: float) -> str:
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def _entered(one: Change) -> str:
    return f"{_short(one.name)} ({'back ' if one.is_back else ''}at {one.position})"


def _was(one: Change) -> str:
    return f"{_short(one.name)} (was {one.position})"


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
