"""Printing the changes of lists: each in at most ten lines, or in a table with a row per change."""

import io
import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from playlist_lake.console import counted, out, print_block, program, shown
from playlist_lake.diffing.changes import OF_LISTS, Change
from playlist_lake.diffing.comparisons import Comparison
from playlist_lake.diffing.wording import WORDS, item_name, one_line, what_changed

MAX_LINES = 10
"""The lines of a list in the short form, with its title."""

_MAX_LINES_OF_KIND = 3
_MAX_NAMES = 12
_MAX_COMMANDS = 3
_MAX_WIDTH = 120
_UNLIMITED = 10_000
_GAP = 2
_STYLES = {"entered": "green", "left": "red", "missing": "yellow", "unavailable": "yellow"}


def print_short(
    comparisons: Sequence[Comparison],
    changes: Mapping[str, Sequence[Change]],
    console: Console = out,
    last_lines: Mapping[str, Text] = MappingProxyType({}),
) -> list[Comparison]:
    """Print each list that changed in at most MAX_LINES, then name the lists that did not.

    `last_lines` has a line to print below a list that changed, by playlist id. Returns the lists
    whose changes did not all fit.
    """
    cut, others = [], []
    for one in comparisons:
        of_list, limits = changes.get(one.playlist_id, []), _limits(one)
        if one.before is None or not (of_list or limits):
            others.append(one)
            continue
        first = [_title(one), *([Text(limits, "dim")] if limits else [])]
        last = [last_lines[one.playlist_id]] if one.playlist_id in last_lines else []
        taken = sum(len(text.wrap(console, console.width)) for text in [*first, *last])
        form = _short_form(of_list, console, max(1, MAX_LINES - taken))
        cut += [one] if form.is_cut else []
        blocks: list[Table | Text] = [*first, form.grid, *last]
        for block in blocks:
            print_block(block, console)
        console.print()
    _print_names("Nothing to compare yet", [one for one in others if one.before is None], console)
    _print_names("Nothing changed", [one for one in others if one.before], console)
    return cut


def print_long(comparison: Comparison, changes: Sequence[Change], console: Console) -> None:
    """Print every change of a list, in a table."""
    limits = _limits(comparison)
    print_block(_title(comparison), console)
    if limits or not changes:
        print_block(Text(limits or "Nothing changed.", "dim"), console)
    if changes:
        _print_table(_long_form(changes, console), console)


def print_commands(cut: Sequence[Comparison], lake: str) -> None:
    """Print the commands that show every change of these lists; of many lists, the first ones."""
    for number, one in enumerate(cut[:_MAX_COMMANDS]):
        words = [one.playlist_id, str(one.now.snapshot_date)]
        if one.before and one.before.snapshot_date != one.now.previous_date:
            words.insert(1, str(one.before.snapshot_date))
        command = f"{program()} diff {shlex.join(words)} --lake {shlex.quote(lake)}"
        lead = "      " if number else "More: "
        out.print(Text.assemble(lead, shown(command, "bold")), soft_wrap=True)
    if len(cut) > _MAX_COMMANDS:
        others = counted(len(cut) - _MAX_COMMANDS, "other list")
        out.print(f"      and so on for {others}", style="dim")


class _ShortForm(NamedTuple):
    """The changes of a list in a few lines, and whether some of them are left out."""

    grid: Table
    is_cut: bool


def _title(comparison: Comparison) -> Text:
    """The name of a list, the dates and the number of its items."""
    now, before = comparison.now, comparison.before
    dates = f"{before.snapshot_date} to {now.snapshot_date}" if before else f"{now.snapshot_date}"
    extent = (
        counted(now.item_count, "item")
        if now.is_complete
        else f"incomplete, {now.item_count:,} of {counted(now.total, 'item')}"
    )
    return Text.assemble(shown(comparison.title, "bold"), (f"  {dates}, {extent}", "dim"))


def _limits(comparison: Comparison) -> str | None:
    """What the two snapshots do not show, and why; None if they show all."""
    now, before = comparison.now, comparison.before
    if before is None:
        return "No complete snapshot is before this one, so there is nothing to compare yet."
    limits = []
    if not now.is_complete:
        limits.append("An incomplete snapshot does not show what left.")
    elif now.is_drop:
        limits.append(
            f"The list shrank from {before.item_count:,} to {counted(now.item_count, 'item')}; "
            "the next snapshot shows what left."
        )
    if not before.is_complete:
        limits.append(
            f"The snapshot of {before.snapshot_date} is incomplete: what entered may not be new."
        )
    return " ".join(limits) or None


def _short_form(changes: Sequence[Change], console: Console, max_lines: int) -> _ShortForm:
    """A row for each kind of change with the first names, in at most so many lines."""
    by_kind = defaultdict(list)
    for change in changes:
        by_kind[change.change].append(what_changed(change))
    rows = [(_label(kind, len(texts)), texts) for kind, texts in by_kind.items()]
    if is_cut := len(rows) > max_lines:
        rows[max_lines - 1 :] = [("Also", [label for label, _ in rows[max_lines - 1 :]])]
    max_lines_each = min(_MAX_LINES_OF_KIND, max_lines // max(1, len(rows)))
    width = console.width - max((len(label) for label, _ in rows), default=0) - _GAP
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    # The default cuts a word of wide characters at the end of a line
    grid.add_column(overflow="fold")
    for label, texts in rows:
        text, is_text_cut = _fitting(texts, console, width, max_lines_each)
        grid.add_row(label, text)
        is_cut = is_cut or is_text_cut
    return _ShortForm(grid, is_cut)


def _label(kind: str, count: int) -> str:
    return WORDS[kind] if kind in OF_LISTS else f"{WORDS[kind]} {count}"


def _fitting(
    texts: Sequence[str], console: Console, width: int, max_lines: int
) -> tuple[Text, bool]:
    """The first of these texts that fit into so many lines, and whether some are left out."""
    for number in range(min(len(texts), _MAX_NAMES), 0, -1):
        text = shown(_listed(texts, number))
        if len(text.wrap(console, width)) <= max_lines:
            return text, number < len(texts)
    text = shown(texts[0])
    text.truncate(width * max_lines - len(" and more"), overflow="ellipsis")
    return text, True


def _listed(texts: Sequence[str], number: int = _MAX_NAMES) -> str:
    """So many of the texts, and how many more there are."""
    rest = len(texts) - number
    return ", ".join([*texts[:number], *([f"and {rest:,} more"] if rest > 0 else [])])


def _print_names(what: str, comparisons: Sequence[Comparison], console: Console) -> None:
    if comparisons:
        print_block(shown(f"{what}: {_listed([one.title for one in comparisons])}"), console)


def _long_form(changes: Sequence[Change], console: Console) -> Table:
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
        table.add_row(
            Text(WORDS[change.change], _STYLES.get(change.change, "")),
            str(change.previous_position or ""),
            str(change.position or ""),
            shown(what_changed(change, one_line) if has_value else one_line(item_name(change))),
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
