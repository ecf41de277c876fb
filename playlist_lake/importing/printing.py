"""Print what an import would do, and how lists without an id are called."""

from collections.abc import Iterator

from playlist_lake.console import counted, out, program, remark, shown
from playlist_lake.diffing.wording import one_line, short
from playlist_lake.importing.import_report import ImportedList, ImportReport

_MAX_NAMED = 3


def print_plan(report: ImportReport) -> None:
    """Print a line for each list and date that would be written, and for those that would not."""
    rows = list(_rows(report))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True))
        out.print(shown(line.rstrip()), soft_wrap=True)


def remark_names(report: ImportReport) -> None:
    """Print to stderr which ids were made of names."""
    if not report.names:
        return
    width = max(map(len, report.names))
    remark("lists without an id got one made of their name; --map NAME=ID gives another one:")
    for list_id, name in sorted(report.names.items(), key=lambda one: one[1]):
        remark(f"  {list_id:{width}}  {one_line(name)}")


def remark_twice(report: ImportReport) -> None:
    """Print to stderr which lists the lake has under the id of their name, too."""
    for list_id, dates in sorted(report.twice.items()):
        first, last = min(dates), max(dates)
        span = f"{first}" if first == last else f"{first}..{last}"
        remark(
            f"the lake has this list as {list_id}, too, on {counted(len(dates), 'date')} ({span}); "
            f"to keep it once, delete raw/snapshot_date=DATE/{list_id}.jsonl.gz of these dates, "
            f"then run {program()} build --snapshot-dates {span}",
            "yellow",
        )


def _rows(report: ImportReport) -> Iterator[tuple[str, ...]]:
    for one in sorted(report.written, key=_order):
        contents = report.contents[one.snapshot_date, one.playlist_id]
        what = (short(contents.name or ""), counted(contents.item_count, "item"), contents.source)
        yield ("write", str(one.snapshot_date), one.playlist_id, *what, _files(one))
    for one in sorted(report.already_present, key=_order):
        yield (
            "keep",
            str(one.snapshot_date),
            one.playlist_id,
            "",
            "already there",
            "",
            _files(one),
        )


def _order(one: ImportedList) -> tuple[object, ...]:
    return (one.snapshot_date, one.playlist_id)


def _files(one: ImportedList) -> str:
    more = ", …" if len(one.files) > _MAX_NAMED else ""
    return ", ".join(file.label for file in one.files[:_MAX_NAMED]) + more
