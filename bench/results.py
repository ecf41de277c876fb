"""What was measured, and what is read from it: medians, ratios, a table, a plot, a page."""

import statistics
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from bench.contestants import CONTESTANTS, Run
from bench.sizes import Size


class Cell(NamedTuple):
    """A contestant at a size: medians of its runs."""

    size: str
    contestant: str
    seconds: float
    start_seconds: float
    peak_bytes: float
    runs: int

    @property
    def work_seconds(self) -> float:
        """Seconds without the start of the session."""
        return self.seconds - self.start_seconds


class Results:
    """The runs of all sizes and contestants."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], list[Run]] = defaultdict(list)
        self.page_bytes: dict[str, int] = {}

    def add(self, size: Size, contestant: str, run: Run) -> None:
        """Add a run."""
        self._runs[size.name, contestant].append(run)

    def cell(self, size: str, contestant: str) -> Cell | None:
        """A contestant at a size; None if it was not measured."""
        runs = self._runs.get((size, contestant))
        if not runs:
            return None
        return Cell(
            size,
            contestant,
            statistics.median(run.seconds for run in runs),
            statistics.median(run.start_seconds for run in runs),
            statistics.median(run.peak_bytes for run in runs),
            len(runs),
        )

    def cells(self) -> list[Cell]:
        """All that was measured, size by size, contestants in their order."""
        order = list(CONTESTANTS)
        sizes = list(dict.fromkeys(size for size, _ in self._runs))
        found = [self.cell(size, name) for size in sizes for name in order]
        return [cell for cell in found if cell]

    def steps(self, size: str, contestant: str) -> dict[str, float]:
        """Seconds by step of one of ours: medians of its runs."""
        runs = self._runs.get((size, contestant), [])
        names = dict.fromkeys(step for run in runs for step in run.steps)
        return {name: statistics.median(run.steps.get(name, 0.0) for run in runs) for name in names}


HEADER = ("size", "contestant", "seconds", "start", "work", "peak MB", "of ours")


def table(results: Results) -> list[tuple[str, ...]]:
    """The rows of the table, as texts."""
    rows: list[tuple[str, ...]] = []
    for cell in results.cells():
        ours = results.cell(cell.size, "ours")
        ratio = f"{cell.seconds / ours.seconds:.2f}" if ours else ""
        rows.append(
            (
                cell.size,
                CONTESTANTS[cell.contestant].label,
                f"{cell.seconds:.1f}",
                f"{cell.start_seconds:.1f}" if cell.start_seconds else "",
                f"{cell.work_seconds:.1f}",
                f"{cell.peak_bytes / 1e6:,.0f}",
                ratio,
            )
        )
    return rows


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; columns after the second are numbers."""
    rule = ["---" if number < 2 else "---:" for number in range(len(header))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))
