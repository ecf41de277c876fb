"""The figures as tables in the terminal, and as the page results.md with the plot results.svg."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import altair as alt
import psutil
from rich.console import Console
from rich.table import Table

from bench.contestants import CONTESTANTS, java_home
from bench.one_more_day import DATES
from bench.requests import DATES_OF_LISTS
from bench.results import Measure, Results
from bench.sizes import SIZES
from bench.waiting import NAME as WAITING

_PAGE, _PLOT = "results.md", "results.svg"
_ESTIMATED_LISTS = 10_000

Rows = list[tuple[str, ...]]


class Section(NamedTuple):
    """A table; the columns from index `first_number` on are numbers."""

    title: str
    header: tuple[str, ...]
    rows: Rows
    first_number: int


def sections(results: Results) -> list[Section]:
    """The tables of all figures, without empty tables."""
    tables = [
        _builds(results),
        _steps(results),
        _one_more_day(results),
        _extraction(results),
        _requests(results),
        _queries(results),
        _waiting(results),
        _page(results),
    ]
    return [section for section in tables if section.rows]


def show(console: Console, results: Results) -> None:
    """Print the tables."""
    for section in sections(results):
        table = Table(title=section.title, title_justify="left")
        for number, name in enumerate(section.header):
            table.add_column(name, justify="right" if number >= section.first_number else "left")
        for row in section.rows:
            table.add_row(*row)
        console.print(table)


def write_page(results: Results, folder: Path) -> None:
    """Write the page and its plot into a folder."""
    _plot(results).save(str(folder / _PLOT))
    parts = [
        "# Benchmark results",
        "",
        f"Written by `make bench` on {machine()}.",
        "",
        "The contestants run in turns; a figure is the median of its runs. *s* is the time from "
        "the start of the process to its end: *start* until the Spark session is ready, then "
        "*work*. *Peak MB* is the largest memory of all its processes together; the memory of "
        "large processes is read only every few seconds. *Time / ours* is the time divided by "
        "that of `playlist-lake build`. The keys of each contestant's tables were checked against "
        "those that plain Python reads from the same raw zone.",
        "",
        "*One more day*: a date comes in and one goes out, of 20 lists of 200 items. *The rest* is "
        "flatten_playlists with retention, *the stays* are build_stays, both in one session; their "
        "steps follow. *MB read* counts all reading system calls of Python and Java, *files read* "
        "a file each time that it is read, *calls* those of the lake's storage by Python.",
        "",
        f"![Seconds and peak memory by size and contestant]({_PLOT})",
    ]
    for section in sections(results):
        parts += ["", f"## {section.title}", "", _markdown(section)]
    parts += ["", "## What each contestant writes", "", _markdown(_outputs(results))]
    (folder / _PAGE).write_text("\n".join([*parts, ""]), encoding="utf-8")


def machine() -> str:
    """The machine in words, without its name."""
    memory_gb = psutil.virtual_memory().total / 1e9
    java = subprocess.run(
        [Path(java_home(), "bin", "java"), "-version"], capture_output=True, text=True, check=True
    )
    java_version = re.search(r'"(.+?)"', java.stderr)
    return (
        f"a machine with {os.cpu_count()} cores ({platform.machine()}) and {memory_gb:.0f} GB of "
        f"memory, {platform.system()}, Python {platform.python_version()}, "
        f"Java {java_version[1] if java_version else 'unknown'}, Spark {version('pyspark')}, "
        f"DuckDB {version('duckdb')}"
    )


def _builds(results: Results) -> Section:
    rows: Rows = []
    for size in results.page_bytes:
        ours = results.median(size, "ours", "seconds")
        for name, contestant in CONTESTANTS.items():
            seconds = results.median(size, name, "seconds")
            if seconds is None:
                continue
            rows.append(
                (
                    size,
                    contestant.label,
                    str(results.runs(size, name)),
                    f"{seconds:.1f}",
                    _text(results.median(size, name, "start seconds")),
                    _text(results.median(size, name, "work seconds")),
                    _text(results.median(size, name, "CPU seconds")),
                    _text(results.median(size, name, "peak MB"), digits=0),
                    f"{seconds / ours:.2f}" if ours else "",
                )
            )
    times = ("s", "start", "work", "CPU s")
    header = ("pages", "contestant", "runs", *times, "peak MB", "time / ours")
    return Section("Builds", header, rows, 2)


def _steps(results: Results) -> Section:
    rows: Rows = [
        (figure.size, figure.subject.removeprefix("step "), f"{seconds:.1f}")
        for figure, seconds in results.figures().items()
        if figure.subject.startswith("step ") and figure.size in SIZES
    ]
    return Section("Steps of playlist-lake build", ("size", "step", "seconds"), rows, 2)


def _one_more_day(results: Results) -> Section:
    measures: tuple[Measure, ...] = ("seconds", "CPU seconds", "MB read", "files read", "calls")
    sizes = [f"{dates} dates" for dates in sorted(DATES)]
    rows: Rows = [
        (
            figure.size,
            figure.subject.removeprefix("step "),
            *(_text(results.median(figure.size, figure.subject, one)) for one in measures[:3]),
            *(_text(results.median(*figure[:2], one), digits=0) for one in measures[3:]),
        )
        for size in sizes
        for figure in results.figures()
        if figure.size == size and figure.measure == "seconds"
    ]
    header = ("dates", "part", "seconds", "CPU s", "MB read", "files read", "calls")
    return Section("One more day", header, rows, 2)


def _extraction(results: Results) -> Section:
    rows: Rows = [
        (
            figure.size,
            f"{calls:.0f}",
            _text(results.median(figure.size, "extract", "seconds")),
            _text(results.median(figure.size, "extract", "peak MB"), digits=0),
        )
        for figure, calls in results.figures().items()
        if figure.measure == "calls" and figure.subject == "extract"
    ]
    header = ("list", "calls", "seconds", "peak MB")
    return Section("Extraction from the simulated Spotify", header, rows, 1)


def _requests(results: Results) -> Section:
    """Requests by kind at two numbers of lists, and on that line the requests for 10,000 lists."""
    few, many = DATES_OF_LISTS
    rows: Rows = []
    for figure, of_many in results.figures().items():
        if (figure.size, figure.measure) == (many.name, "requests"):
            of_few = results.median(few.name, figure.subject, "requests") or 0
            per_list = (of_many - of_few) / (many.lists - few.lists)
            estimate = of_many + per_list * (_ESTIMATED_LISTS - many.lists)
            numbers = (f"{of_few:,.0f}", f"{of_many:,.0f}", f"{per_list:.3f}", f"{estimate:,.0f}")
            rows.append((figure.subject, *numbers))
    header = (few.name, many.name, "per list", f"{_ESTIMATED_LISTS:,} lists, estimated")
    return Section("Requests to AWS of a date's build", ("kind", *header), rows, 1)


def _queries(results: Results) -> Section:
    rows: Rows = [
        (figure.size, figure.subject.removeprefix("query "), f"{seconds:.2f}")
        for figure, seconds in results.figures().items()
        if figure.subject.startswith("query ")
    ]
    return Section("Queries in DuckDB", ("size", "query", "seconds"), rows, 2)


def _page(results: Results) -> Section:
    units = {"seconds": "s", "file MB": "MB", "milliseconds": "ms"}
    names = {"report": {"seconds": "write the file", "file MB": "size of the file"}}
    rows: Rows = [
        (
            figure.size,
            names.get(figure.subject, {}).get(
                figure.measure, figure.subject.removeprefix("report ")
            ),
            f"{value:,.1f} {units[figure.measure]}",
        )
        for figure, value in results.figures().items()
        if figure.subject.startswith("report") and figure.size in SIZES
    ]
    return Section("The report in Chromium", ("size", "what", "figure"), rows, 2)


def _waiting(results: Results) -> Section:
    rows: Rows = [
        (
            figure.subject,
            _text(results.median(WAITING, figure.subject, "CPU seconds"), digits=2),
            f"{seconds:.2f}",
        )
        for figure, seconds in results.figures().items()
        if figure.size == WAITING and figure.measure == "seconds"
    ]
    return Section("Commands on the demo's lake", ("playlist-lake", "CPU s", "seconds"), rows, 1)


def _outputs(results: Results) -> Section:
    measured = {figure.subject for figure in results.figures()}
    rows: Rows = [(one.label, one.output) for one in CONTESTANTS.values() if one.name in measured]
    return Section("", ("contestant", "output"), rows, 2)


def _text(value: float | None, digits: int = 1) -> str:
    return "" if value is None else f"{value:,.{digits}f}"


def _markdown(section: Section) -> str:
    rule = ["---:" if n >= section.first_number else "---" for n in range(len(section.header))]
    rows: Sequence[Sequence[str]] = (section.header, rule, *section.rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _plot(results: Results) -> alt.VConcatChart:
    """Bars by size and contestant: seconds, split into the start of Spark and work, and memory."""
    chart: alt.VConcatChart = alt.vconcat(
        _bars(results, {"start seconds": "start of Spark", "work seconds": "work"}, "seconds"),
        _bars(results, {"peak MB": "peak memory"}, "MB"),
    ).resolve_scale(color="independent")
    return chart


def _bars(results: Results, parts: dict[Measure, str], unit: str) -> alt.FacetChart:
    values = [
        {
            "size": figure.size,
            "contestant": CONTESTANTS[figure.subject].label,
            "part": parts[figure.measure],
            "value": value,
        }
        for figure, value in results.figures().items()
        if figure.measure in parts and figure.subject in CONTESTANTS and value
    ]
    labels = [one.label for one in CONTESTANTS.values()]
    chart: alt.FacetChart = (
        alt.Chart(alt.Data.from_dict({"values": values}))
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title=unit),
            y=alt.Y("contestant:N", sort=labels, title=None),
            color=alt.Color("part:N", title=None, scale=alt.Scale(scheme="tableau10")),
            order=alt.Order("part:N"),
        )
        .properties(width=170, height=alt.Step(16))
        .facet(column=alt.Column("size:N", sort=list(SIZES), title=None))
        .resolve_scale(x="independent")
    )
    return chart
