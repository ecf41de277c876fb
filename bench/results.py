"""What was measured, run by run, and the medians of it by name."""

import statistics
from collections import defaultdict
from typing import Literal, NamedTuple

Measure = Literal["seconds", "start seconds", "work seconds", "CPU seconds", "peak MB", "calls"]


class Figure(NamedTuple):
    """What was measured of whom at which size."""

    size: str
    of: str
    measure: Measure


class Results:
    """The figures of a whole bench; each may be measured many times."""

    def __init__(self) -> None:
        self._values: dict[Figure, list[float]] = defaultdict(list)
        self.page_bytes: dict[str, int] = {}

    def add(self, size: str, of: str, **measured: float) -> None:
        """Add what a run took, such as `peak_MB=812`."""
        for name, value in measured.items():
            measure: Measure = name.replace("_", " ")  # type: ignore[assignment]
            self._values[Figure(size, of, measure)].append(value)

    def median(self, size: str, of: str, measure: Measure) -> float | None:
        """A figure's median; None if it was not measured."""
        values = self._values.get(Figure(size, of, measure))
        return statistics.median(values) if values else None

    def runs(self, size: str, of: str) -> int:
        """How many runs a figure is the median of."""
        return len(self._values.get(Figure(size, of, "seconds"), ()))

    def figures(self) -> dict[Figure, float]:
        """All medians, in the order in which they were first measured."""
        return {figure: statistics.median(values) for figure, values in self._values.items()}
