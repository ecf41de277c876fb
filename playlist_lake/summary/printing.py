"""Printing the summary: what changed on each list, and which lists are no longer read."""

from collections.abc import Mapping, Sequence

import duckdb
from rich.text import Text

from playlist_lake.console import out, print_block, shown
from playlist_lake.diffing.changes import by_list, changes_of, fetched
from playlist_lake.diffing.printing import print_commands, print_short
from playlist_lake.diffing.wording import one_line
from playlist_lake.sources import SIMULATED_SOURCE
from playlist_lake.summary.genres import ATTRIBUTION, GenreShare, has_genres, list_genres
from playlist_lake.summary.states import ListState, NeverRead


def print_summary(
    con: duckdb.DuckDBPyConnection,
    lake: str,
    states: Sequence[ListState],
    lists_never_read: Sequence[NeverRead] = (),
    names: Mapping[str, str] | None = None,
) -> None:
    """Print what changed on each list, the lists that are not read, and the source of the data.

    If lists have more changes, the commands that show them come last. `names` are those known of
    lists that were never read, by id.
    """
    read = [state.comparison for state in states if not state.staleness]
    genres = {id_: _genres(shares) for id_, shares in list_genres(con, states).items()}
    cut = print_short(read, by_list(fetched(changes_of(con, read))), last_lines=genres)
    for state in states:
        if state.staleness:
            _print_not_read(state.comparison.title, state.staleness)
    for one in lists_never_read:
        _print_not_read(
            one_line((names or {}).get(one.playlist_id, one.playlist_id)), one.staleness
        )
    _print_sources(states, with_genres=has_genres(con))
    print_commands(cut, lake)


def _print_not_read(title: str, staleness: str) -> None:
    print_block(Text.assemble(shown(title, "bold"), ": ", (staleness, "yellow")))


def _print_sources(states: Sequence[ListState], *, with_genres: bool) -> None:
    if any(state.source == SIMULATED_SOURCE for state in states):
        more = ", artists and genres" if with_genres else " and artists"
        out.print(f"Simulated data: lists, songs{more} are invented.", style="dim")
    if any(state.source != SIMULATED_SOURCE for state in states):
        out.print("Data from Spotify.", style="dim")
        if with_genres:
            out.print(ATTRIBUTION, style="dim")


def _genres(genres: Sequence[GenreShare]) -> Text:
    shares = ", ".join(f"{one_line(one.genre)} {_percent(one.share)}" for one in genres)
    return Text.assemble(("Genres", "bold"), "  ", shown(shares))


def _percent(share: float) -> str:
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"
