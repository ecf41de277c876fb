"""Print the results of a command: what it did, then what changed on the lists."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date

from rich.table import Table

from extract_lambda.personal_data import dropped_keys_text
from jobs.run import JobName, RunRecord
from jobs.tables import TABLES
from playlist_lake.building.build import Build
from playlist_lake.console import counted, out, print_block, remark
from playlist_lake.errors import ListsUnavailable, Partial
from playlist_lake.importing.import_report import ImportReport
from playlist_lake.importing.printing import remark_names, remark_twice
from playlist_lake.spotify.extracting import Extraction, print_extraction

MAX_NAMES = 5
MAX_REMARKS = 20
_UNDATED: Mapping[JobName, str] = {"build_stays": "the stays", "build_genres": "the genres"}

Report = ImportReport | Extraction


def print_results(lake: str, built: Build | None, report: Report | None = None) -> None:
    """Print the command's work, then what changed on the report's lists, or on all lists."""
    if report:
        print_report(report)
    if not built:
        return
    print_build(built)
    # Imported here because a run that finds nothing new prints no summary, and needs no DuckDB
    from playlist_lake.answers.database import connect
    from playlist_lake.answers.outdated_tables import warn_of_outdated_tables
    from playlist_lake.answers.table_files import EmptyLake
    from playlist_lake.summary.printing import print_summary
    from playlist_lake.summary.states import list_states, never_read

    # If every snapshot was refused, a new lake still has no tables
    with suppress(EmptyLake):
        con = connect(lake)
        warn_of_outdated_tables(lake)
        lists = _lists(report) if report else ()
        names = report.playlists.comments if isinstance(report, Extraction) else {}
        out.print()
        print_summary(con, lake, list_states(con, lists), never_read(con, lists), names)


def raise_if_partial(built: Build | None, report: Report | None = None) -> None:
    """Raise Partial if something could not be imported, extracted or built.

    Raise ListsUnavailable if nothing failed, but a followed list is forbidden or not found.
    """
    if isinstance(report, ImportReport) and report.failures:
        raise Partial("some files could not be imported; see above")
    if isinstance(report, ImportReport) and not report.dates:
        raise Partial("no file has a list; see above")
    if isinstance(report, Extraction) and report.failure:
        raise Partial(f"{report.failure}; see above")
    if built and built.incomplete_jobs:
        what = "outcomes" if built.incomplete_jobs == {"build_outcomes"} else "snapshots"
        raise Partial(f"some {what} could not be built; see above")
    if isinstance(report, Extraction) and report.has_unavailable:
        raise ListsUnavailable


def print_report(report: Report) -> None:
    """Print what was imported or extracted."""
    if isinstance(report, ImportReport):
        print_import(report)
    else:
        print_extraction(report)


def print_import(report: ImportReport, did: str = "Imported") -> None:
    """Print how many files were imported."""
    ignored = f"{counted(len(report.ignored), 'file')} ignored, " if report.ignored else ""
    versions = counted(len(report.passed_over), "version")
    passed_over = f"{versions} passed over, " if report.passed_over else ""
    out.print(
        f"{did} {counted(len(report.written), 'snapshot')}, "
        f"{len(report.already_present)} already there, "
        f"{counted(len(report.superseded), 'file')} superseded, {ignored}{passed_over}"
        f"{counted(len(report.failures), 'failure')}",
        soft_wrap=True,
    )


def remark_import(report: ImportReport) -> None:
    """Print to stderr what is missing or was dropped, and a line for each reason of failures."""
    _remark_first([f"superseded: {one.file.label} by {one.by.label}" for one in report.superseded])
    ignored = [(one.file.label, one.message) for one in report.ignored]
    for sentence in _grouped("file", ignored):
        remark(f"ignored: {sentence}")
    remark_names(report)
    remark_twice(report)
    _remark_first(report.remarks, "yellow")
    if report.dropped_keys:
        remark(dropped_keys_text(report.dropped_keys), "yellow")
    for sentence in _grouped("version", report.passed_over):
        remark(f"passed over: {sentence}", "yellow")
    failures = [(failure.file.label, failure.message) for failure in report.failures]
    for sentence in _grouped("file", failures):
        remark(f"not imported: {sentence}", "red")


def _remark_first(sentences: Sequence[str], style: str = "") -> None:
    """Print the first sentences to stderr, and how many there are more."""
    for sentence in sentences[:MAX_REMARKS]:
        remark(sentence, style)
    if (more := len(sentences) - MAX_REMARKS) > 0:
        remark(f"… and {more:,} more like these", style)


def print_build(build: Build) -> None:
    """Print what was built; warnings and refusals go to stderr, one line each."""
    if not build.records:
        out.print("Nothing to build: the tables are up to date.")
        return
    counts, rejects = Counter[str](), Counter[str]()
    for record in build.records:
        for result in record.dates.values():
            if result.status != "failed":
                counts.update(result.counts)
                rejects.update(result.rejects)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column()
    grid.add_row("Built", _extent(build, counts["raw_items"]))
    grid.add_row("Rows", _listed({name: counts[name] for name in TABLES if counts[name]}))
    grid.add_row("Rejects", _listed(rejects))
    grid.add_row("Seconds", _seconds(build))
    print_block(grid)
    for record in build.records:
        _remark_findings(record)


def _lists(report: Report) -> set[str]:
    if isinstance(report, Extraction):
        return set(report.playlists.ids)
    return {one.playlist_id for one in (*report.written, *report.already_present)}


def _remark_findings(record: RunRecord) -> None:
    for warning in record.warnings:
        remark(f"warning: {warning}", "yellow")
    refused = [(one.key, f"{one.key} {one.reason}") for one in record.refused]
    for sentence in _grouped("object", refused):
        remark(f"refused: {sentence}", "red")
    failed = [
        (str(on or record.job), f"{on or record.job} {result.reason}")
        for on, result in record.dates.items()
        if result.status == "failed"
    ]
    for sentence in _grouped("date", failed):
        remark(f"not built: {sentence}", "red")


def _grouped(noun: str, sentences: Sequence[tuple[str, str]]) -> list[str]:
    """One sentence for all that differ only in their subject: (subject, sentence) in.

    It is the first one, followed by the other subjects, of many only the first ones.
    """
    groups = defaultdict(list)
    for subject, sentence in sentences:
        groups[sentence.replace(subject, "", 1)].append((subject, sentence))
    grouped = []
    for (_, sentence), *others in groups.values():
        names = ", ".join(subject for subject, _ in others[:MAX_NAMES])
        more = ", …" if len(others) > MAX_NAMES else ""
        same = f" (the same for {counted(len(others), noun)}: {names}{more})" if others else ""
        grouped.append(sentence + same)
    return grouped


def _extent(build: Build, items: int) -> str:
    built = _dates_built(build, "flatten_playlists")
    if built:
        return (
            f"{counted(len(built), 'snapshot date')} ({_span(built)}) from {counted(items, 'item')}"
        )
    others = []
    if with_outcomes := _dates_built(build, "build_outcomes"):
        others.append(f"the outcomes of {_span(with_outcomes)}")
    succeeded = {record.job for record in build.records if record.status == "succeeded"}
    others += [name for job, name in _UNDATED.items() if job in succeeded]
    return f"no snapshot date, only {_and(others)}" if others else "nothing"


def _and(names: Sequence[str]) -> str:
    """The names as `a, b and c`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _dates_built(build: Build, job: JobName) -> list[date]:
    return [
        on
        for record in build.records
        for on, result in record.dates.items()
        if on and record.job == job and result.status != "failed"
    ]


def _span(dates: Sequence[date]) -> str:
    first, last = min(dates), max(dates)
    return f"{first}" if first == last else f"{first} to {last}"


def _listed(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in numbers.items()) or "none"


def _seconds(build: Build) -> str:
    parts = [f"{step} {seconds:.1f}" for step, seconds in build.seconds.items()]
    for record in build.records:
        steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in record.seconds.items())
        parts.append(f"{record.job} ({steps})")
    return ", ".join(parts)
