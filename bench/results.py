"""The measured figures of all runs, and their medians."""

import statistics
from collections import defaultdict
from typing import Literal, NamedTuple

Measure = Literal[
    "seconds",
    "start seconds",
    "work seconds",
    "CPU seconds",
    "peak MB",
    "calls",
    "requests",
    "file MB",
    "milliseconds",
    "MB read",
    "files read",
]


class Figure(NamedTuple):
    """Names a figure: a measure of a subject, such as a contestant, at a size."""

    size: str
    subject: str
    measure: Measure


class Results:
    """The figures of a whole benchmark; each may be measured several times."""

    def __init__(self) -> None:
        self._values: dict[Figure, list[float]] = defaultdict(list)
        self.page_bytes: dict[str, int] = {}

    def add(self, size: str, subject: str, **measured: float) -> None:
        """Add the figures of one run, such as `peak_MB=812`."""
        for name, value in measured.items():
            measure: Measure = name.replace("_", " ")  # type: ignore[assignment]
            self._values[Figure(size, subject, measure)].append(value)

    def median(self, size: str, subject: str, measure: Measure) -> float | None:
        """The median of a figure; None if it was not measured."""
        values = self._values.get(Figure(size, subject, measure))
        return statistics.median(values) if values else None

    def runs(self, size: str, subject: str) -> int:
        """The number of runs of a subject at a size."""
        return len(self._values.get(Figure(size, subject, "seconds"), ()))

    def figures(self) -> dict[Figure, float]:
        """All medians, in the order of their first measurement."""
        return {figure: statistics.median(values) for figure, values in self._values.items()}
