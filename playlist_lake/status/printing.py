"""Printing a lake's status: short, aligned, with the lists that are not read at the end."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from rich.table import Table
from rich.text import Text

from extract_lambda.playlists_file import Playlists
from playlist_lake.answers.repairs import build_command
from playlist_lake.console import counted, out, print_block, remark, shown
from playlist_lake.status.lists import RECENT_DAYS, LakeStatus, ListStatus
from playlist_lake.status.tables import TablesStatus

_MAX_NAMES = 5
_MAX_DATES = 3
_MAX_WIDTH = 100


def print_tables(tables: TablesStatus, lake: str) -> None:
    """Print whether the tables of a lake are up to date, and what to do if they are not."""
    sentences, command = [], build_command(lake)
    if tables.unbuilt:
        dates = counted(len(tables.unbuilt), "date")
        sentences.append(f"{dates} to build ({_dates(tables.unbuilt)}); run {command}")
    elif not tables.is_published:
        sentences.append(f"the last build did not finish; run {command}")
    elif not tables.has_current_stays:
        sentences.append(f"the stays are out of date; run {command}")
    elif not tables.has_current_genres:
        sentences.append(f"the genres are out of date; run {command}")
    if tables.outdated:
        dates = counted(len(tables.outdated), "date")
        sentences.append(f"{dates} built by older rules; run {command} --outdated")
    for sentence in sentences:
        _print_fact("Tables", sentence, "yellow")
    if not sentences:
        _print_fact("Tables", "up to date" if tables.exist else "none yet")


def print_status(status: LakeStatus) -> None:
    """Print missed dates, the lists that are read, those that are not, and those not followed."""
    if status.missed:
        missed = f"{len(status.missed)} of the last {RECENT_DAYS} days ({_dates(status.missed)})"
        _print_fact("Missed", missed, "yellow")
    _print_fact("Lists", _extent(status.lists))
    _remark_faults(status.playlists)
    titles = _titles(status)
    if read := [one for one in status.lists if not one.staleness]:
        out.print()
        print_block(_table(read, titles, status.last_date))
    for reason, lists in _by_reason(status.lists).items():
        out.print()
        for one in lists:
            title = shown(titles[one.playlist_id], "bold")
            print_block(Text.assemble(title, ": ", (one.staleness or "", "yellow")))
        print_block(_indented(reason))
    if status.not_followed:
        out.print()
        _print_not_followed(status.not_followed, titles)


def _print_fact(label: str, text: str, style: str = "") -> None:
    out.print(shown(f"{label}: {text}", style), soft_wrap=True)


def _dates(dates: Sequence[date]) -> str:
    """A few dates, or the first and the last of many."""
    if len(dates) > _MAX_DATES:
        return f"{dates[0]} to {dates[-1]}"
    return ", ".join(map(str, dates))


def _extent(lists: Sequence[ListStatus]) -> str:
    """The number of followed lists, and what their newest attempts were."""
    if not lists:
        return "none followed; run playlist-lake follow LINK"
    words = Counter(_word(one) for one in lists)
    parts = [f"{number} {word}" for word, number in words.most_common()]
    return f"{len(lists)} followed: {', '.join(parts)}"


def _word(one: ListStatus) -> str:
    if one.attempt and one.staleness:
        return one.attempt.record.outcome.replace("_", " ")
    return "read" if one.snapshot else "not tried yet"


def _remark_faults(playlists: Playlists) -> None:
    for sentence in playlists.duplicates:
        remark(f"warning: {sentence}", "yellow")
    for line in playlists.invalid:
        remark(f"not readable: {line.sentence}", "red")


def _titles(status: LakeStatus) -> dict[str, str]:
    """The title of each list by id; of lists with the same one, with the id."""
    lists = [*status.lists, *status.not_followed]
    counts = Counter(one.title for one in lists)
    return {
        one.playlist_id: one.title if counts[one.title] == 1 else f"{one.title} ({one.playlist_id})"
        for one in lists
    }


def _table(lists: Sequence[ListStatus], titles: dict[str, str], last_date: date | None) -> Table:
    """A row per list that is read; those with a remark first, then by title."""
    table = Table(
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="dim",
        width=min(out.width, _MAX_WIDTH),
    )
    table.add_column("List", no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column("Last snapshot", no_wrap=True)
    table.add_column("Items", justify="right", no_wrap=True)
    table.add_column("")
    remarks = {one.playlist_id: _remark(one, last_date) for one in lists}
    ordered = sorted(
        lists,
        key=lambda one: (not remarks[one.playlist_id], titles[one.playlist_id].casefold()),
    )
    for one in ordered:
        table.add_row(
            shown(titles[one.playlist_id]),
            str(one.snapshot.snapshot_date) if one.snapshot else "none",
            f"{one.snapshot.item_count:,}" if one.snapshot else "",
            Text(remarks[one.playlist_id], "yellow"),
        )
    return table


def _remark(one: ListStatus, last_date: date | None) -> str:
    """What a person should know about a list that is read."""
    if one.snapshot is None:
        return "not tried yet" if one.attempt is None else "its snapshot is missing"
    days = (last_date - one.snapshot.snapshot_date).days if last_date else 0
    missing = one.snapshot.total - one.snapshot.item_count
    remarks = [
        f"incomplete, {missing:,} missing" if missing > 0 else "",
        f"{counted(days, 'day')} behind" if days else "",
    ]
    return ", ".join(filter(None, remarks))


def _by_reason(lists: Sequence[ListStatus]) -> dict[str, list[ListStatus]]:
    """The lists that are not read, by the reason; reasons that differ only in the id are one."""
    groups: dict[str, list[ListStatus]] = defaultdict(list)
    for one in lists:
        if one.attempt and one.staleness:
            groups[one.attempt.record.reason.replace(one.playlist_id, "…")].append(one)
    return {
        reason if shared[1:] else shared[0].attempt.record.reason: shared
        for reason, shared in groups.items()
        if shared[0].attempt
    }


def _indented(text: str) -> Table:
    width = min(out.width, _MAX_WIDTH)
    table = Table(box=None, show_header=False, padding=(0, 0, 0, 2), width=width)
    table.add_row(shown(text))
    return table


def _print_not_followed(lists: Sequence[ListStatus], titles: dict[str, str]) -> None:
    names = ", ".join(titles[one.playlist_id] for one in lists[:_MAX_NAMES])
    more = f" and {len(lists) - _MAX_NAMES} more" if len(lists) > _MAX_NAMES else ""
    _print_fact("Not followed", f"{counted(len(lists), 'list')} of the lake ({names}{more})")
