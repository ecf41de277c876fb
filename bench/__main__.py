"""`python -m bench SIZE…`: measure, print the figures, and compare them with the budget.

The size `all` means every size except `quick`.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import report
from bench.budget import exceeded, read_budget
from bench.contestants import CONTESTANTS, Contestant, Run, measure
from bench.extraction import LISTS, extract
from bench.keys import WrongKeys, check, expected_keys
from bench.measuring import ProgramFailed
from bench.one_more_day import NAME, measure_days
from bench.page import measure_page
from bench.queries import query_seconds
from bench.raw_zones import zone
from bench.requests import DATES_OF_LISTS, requests_by_kind
from bench.results import Results
from bench.sizes import SIZES, Size
from bench.waiting import NAME as WAITING
from bench.waiting import waited
from playlist_lake.building.class_sharing import classes_are_kept

_DATA = Path(__file__).with_name("data")
_EXTRACTION_ROUNDS = 2
# This size counts requests; a date of fewer lists is measured with it, for comparison
REQUESTS = DATES_OF_LISTS[-1].name
# The quick size only shows that the queries run
_SIZES_WITH_QUERIES = ("quick", "year")


def main(arguments: Sequence[str]) -> int:
    """Return 1 if a program failed, wrote wrong keys, or is over the budget, else 0."""
    options = _options(arguments)
    console = Console(highlight=False)
    options.data.mkdir(parents=True, exist_ok=True)
    results = Results()
    try:
        _write_class_archives(options.data)
        for size in options.sizes:
            _measure_builds(size, options, results, console)
        if options.has_days:
            for line in measure_days(options.data, results):
                console.print(line, style="dim")
        if options.is_waiting_measured:
            _measure_waiting(options, results, console)
        if options.sizes and options.contestants == list(CONTESTANTS.values()):
            _measure_extraction(options, results, console)
        if options.counts_requests:
            _count_requests(options, results, console)
    except (ProgramFailed, WrongKeys) as error:
        console.print(f"error: {error}", style="red", soft_wrap=True)
        return 1
    report.show(console, results)
    if options.is_all:
        report.write_page(results, Path(__file__).parent)
    sentences = exceeded(results, read_budget())
    for sentence in sentences:
        console.print(f"over the budget: {sentence}", style="red", soft_wrap=True)
    return 1 if sentences else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument(
        "sizes", nargs="+", metavar="SIZE", choices=["all", *SIZES, REQUESTS, NAME, WAITING]
    )
    parser.add_argument("--data", type=Path, default=_DATA, help="folder for the raw zones")
    parser.add_argument(
        "--only", dest="contestants", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS)
    )
    options = parser.parse_args(arguments)
    options.is_all = "all" in options.sizes
    options.counts_requests = options.is_all or REQUESTS in options.sizes
    options.has_days = options.is_all or NAME in options.sizes
    options.is_waiting_measured = options.is_all or WAITING in options.sizes
    options.sizes = [
        size
        for size in SIZES.values()
        if size.name in options.sizes or (options.is_all and size.name != "quick")
    ]
    options.contestants = [CONTESTANTS[name] for name in options.contestants]
    return options


def _write_class_archives(data: Path) -> None:
    """Build until the archives of Java's classes exist, as on any day but the first."""
    raw = zone(data, SIZES["quick"])
    with tempfile.TemporaryDirectory(dir=data) as folder:
        for _ in range(2):
            if not classes_are_kept():
                measure(CONTESTANTS["ours"], raw, Path(folder))


def _measure_builds(
    size: Size, options: argparse.Namespace, results: Results, console: Console
) -> None:
    """Run the contestants in turns, so that other load on the machine slows all of them."""
    raw = zone(options.data, size)
    results.page_bytes[size.name] = raw.page_bytes
    expected = expected_keys(raw)
    contestants: list[Contestant] = [
        one for one in options.contestants if raw.page_bytes <= one.max_page_bytes
    ]
    with tempfile.TemporaryDirectory(dir=options.data) as folder:
        for _ in range(size.rounds):
            for contestant in contestants:
                run, output = measure(contestant, raw, Path(folder))
                check(expected, output)
                _add(results, size, contestant, run)
                seconds = run.usage.seconds
                console.print(f"{size.name}: {contestant.label} {seconds:.1f} s", style="dim")
                if contestant.name == "ours" and size.name in _SIZES_WITH_QUERIES:
                    _measure_queries(size, raw.folder, results)
                    _measure_page(size, raw.folder, Path(folder), results)


def _add(results: Results, size: Size, contestant: Contestant, run: Run) -> None:
    results.add(
        size.name,
        contestant.name,
        seconds=run.usage.seconds,
        work_seconds=run.usage.seconds - run.start_seconds,
        CPU_seconds=run.usage.cpu_seconds,
        peak_MB=run.usage.peak_bytes / 1e6,
    )
    if run.start_seconds:
        results.add(size.name, contestant.name, start_seconds=run.start_seconds)
    if contestant.name == "ours":
        for step, seconds in run.steps.items():
            results.add(size.name, f"step {step}", seconds=seconds)


def _measure_queries(size: Size, lake: Path, results: Results) -> None:
    seconds_by_query = query_seconds(lake)
    for name, seconds in seconds_by_query.items():
        results.add(size.name, f"query {name}", seconds=seconds)
    results.add(size.name, "slowest query", seconds=max(seconds_by_query.values()))


def _measure_page(size: Size, lake: Path, folder: Path, results: Results) -> None:
    page = measure_page(lake, folder / "report.html")
    if page:
        results.add(size.name, "report", seconds=page.write_seconds, file_MB=page.file_bytes / 1e6)
        results.add(size.name, "report first paint", milliseconds=page.first_paint_ms)
        for kind, milliseconds in page.click_ms.items():
            results.add(size.name, f"report click {kind}", milliseconds=milliseconds)
        results.add(size.name, "report slowest click", milliseconds=max(page.click_ms.values()))


def _measure_waiting(options: argparse.Namespace, results: Results, console: Console) -> None:
    for command, usage in waited(options.data):
        results.add(WAITING, command, seconds=usage.seconds, CPU_seconds=usage.cpu_seconds)
        console.print(f"{command}: {usage.seconds:.1f} s", style="dim")


def _measure_extraction(options: argparse.Namespace, results: Results, console: Console) -> None:
    for _ in range(_EXTRACTION_ROUNDS):
        for lists in LISTS:
            extraction = extract(lists, options.data)
            results.add(
                lists.name,
                "extract",
                calls=extraction.calls,
                seconds=extraction.usage.seconds,
                CPU_seconds=extraction.usage.cpu_seconds,
                peak_MB=extraction.usage.peak_bytes / 1e6,
            )
            console.print(
                f"{lists.name}: extracted in {extraction.usage.seconds:.1f} s", style="dim"
            )


def _count_requests(options: argparse.Namespace, results: Results, console: Console) -> None:
    for size in DATES_OF_LISTS:
        for kind, count in requests_by_kind(size, options.data).items():
            results.add(size.name, kind, requests=count)
        console.print(f"{size.name}: requests to AWS counted", style="dim")


if __name__ == "__main__":
    os.chdir(Path(__file__).parents[1])
    sys.exit(main(sys.argv[1:]))
