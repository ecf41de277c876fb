"""Printing the changes of a list: in at most ten lines, or in a table with a row per change."""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from playlist_lake.console import counted, print_block, shown
from playlist_lake.diffing.changes import Change
from playlist_lake.diffing.comparisons import Comparison
from playlist_lake.diffing.wording import OF_LISTS, WORDS, one_line, what_changed

MAX_LINES = 10
"""The lines of a list in the short form, with its title."""

_MAX_LINES_OF_KIND = 3
_MAX_NAMES = 12
_GAP = 2
_MAX_WIDTH = 120
_STYLES = {"entered": "green", "left": "red", "missing": "yellow", "unavailable": "yellow"}


_UNLIMITED = 10_000


class ShortForm(NamedTuple):
    """The changes of a list in a few lines, and whether some of them are left out."""

    grid: Table
    is_cut: bool


def print_changes(
    comparisons: Sequence[Comparison],
    changes: Mapping[str, Sequence[Change]],
    console: Console,
    *,
    is_long: bool,
) -> None:
    """Print each list that changed, and a line that names the others."""
    unchanged = []
    for one in comparisons:
        limits, of_list = limits_of(one), changes.get(one.playlist_id, [])
        if not limits and not of_list:
            unchanged.append(one)
            continue
        print_block(title_of(one), console)
        if limits:
            print_block(Text(limits, "dim"), console)
        if of_list and is_long:
            _print_table(long_form(of_list, console), console)
        elif of_list:
            grid, _ = short_form(of_list, console, MAX_LINES - 1 - bool(limits))
            print_block(grid, console)
        console.print()
    if unchanged:
        print_block(unchanged_text(unchanged), console)


def unchanged_text(comparisons: Sequence[Comparison]) -> Text:
    """A line on lists that did not change."""
    names = [one.title for one in comparisons[:_MAX_NAMES]]
    more = [f"{len(comparisons) - _MAX_NAMES} more"] if len(comparisons) > _MAX_NAMES else []
    return shown(f"Nothing changed: {', '.join([*names, *more])}")


def title_of(comparison: Comparison) -> Text:
    """The name of a list, the dates and the number of its items."""
    now, before = comparison.now, comparison.before
    dates = f"{before.snapshot_date} to {now.snapshot_date}" if before else f"{now.snapshot_date}"
    extent = (
        counted(now.item_count, "item")
        if now.is_complete
        else f"incomplete, {now.item_count:,} of {counted(now.total, 'item')}"
    )
    return Text.assemble(shown(comparison.title, "bold"), (f"  {dates}, {extent}", "dim"))


def limits_of(comparison: Comparison) -> str | None:
    """Why the snapshot does not show what left; None if it does."""
    now, before = comparison.now, comparison.before
    if before is None:
        return "This is the first complete snapshot; the next one shows what changed."
    if not now.is_complete:
        return "An incomplete snapshot does not show what left."
    if now.is_drop:
        return (
            f"The list shrank from {before.item_count:,} to {counted(now.item_count, 'item')}; "
            "the next snapshot shows what left."
        )
    return None


def short_form(changes: Sequence[Change], console: Console, max_lines: int) -> ShortForm:
    """A row for each kind of change with the first names, in at most so many lines."""
    by_kind = defaultdict(list)
    for change in changes:
        by_kind[change.change].append(what_changed(change))
    rows = [(_label(kind, len(texts)), texts) for kind, texts in by_kind.items()]
    if len(rows) > max_lines:
        others = [label for label, _ in rows[max_lines - 1 :]]
        rows[max_lines - 1 :] = [("Also", others)]
    max_lines_each = min(_MAX_LINES_OF_KIND, max_lines // len(rows))
    room = console.width - max(len(label) for label, _ in rows) - _GAP
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="ellipsis")
    is_cut = False
    for label, texts in rows:
        text, is_text_cut = _fitting(texts, console, room, max_lines_each)
        grid.add_row(label, text)
        is_cut = is_cut or is_text_cut or label == "Also"
    return ShortForm(grid, is_cut)


def long_form(changes: Sequence[Change], console: Console) -> Table:
    """A row per change; on a terminal, long names are cut."""
    width = min(console.width, _MAX_WIDTH) if console.is_terminal else None
    table = Table(
        box=None, pad_edge=False, padding=(0, _GAP, 0, 0), width=width, header_style="dim"
    )
    table.add_column("Change", no_wrap=True)
    table.add_column("Was", justify="right", no_wrap=True)
    table.add_column("Now", justify="right", no_wrap=True)
    table.add_column("Name", ratio=3, no_wrap=True, overflow="ellipsis")
    table.add_column("Artists", ratio=2, no_wrap=True, overflow="ellipsis")
    for change in changes:
        has_value = change.change in OF_LISTS or change.change == "song_renamed"
        name = what_changed(change) if has_value else one_line(change.name)
        table.add_row(
            Text(WORDS[change.change], _STYLES.get(change.change, "")),
            str(change.previous_position or ""),
            str(change.position or ""),
            shown(name),
            shown(one_line(change.artists or "")),
        )
    return table


def _print_table(table: Table, console: Console) -> None:
    """Print a table; except on a terminal, with all of its long names."""
    if console.is_terminal:
        console.print(table)
        return
    lines = io.StringIO()
    Console(file=lines, width=_UNLIMITED, highlight=False).print(table)
    for line in lines.getvalue().splitlines():
        console.print(Text(line.rstrip()), soft_wrap=True)


def _label(kind: str, count: int) -> str:
    return WORDS[kind] if kind in OF_LISTS else f"{WORDS[kind]} {count}"


def _fitting(
    texts: Sequence[str], console: Console, width: int, max_lines: int
) -> tuple[Text, bool]:
    """The first of these texts that fit into so many lines, and whether some are left out."""
    for number in range(min(len(texts), _MAX_NAMES), 0, -1):
        rest = len(texts) - number
        text = shown(", ".join([*texts[:number], *([f"and {rest} more"] if rest else [])]))
        if len(text.wrap(console, width)) <= max_lines:
            return text, rest > 0
    text.truncate(max_lines * width - max_lines, overflow="ellipsis")
    return text, True
