"""The limits of the figures, from bench/budget.toml."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from bench.results import Measure, Results

BUDGET = Path(__file__).with_name("budget.toml")


class InvalidBudget(Exception):
    """A limit in budget.toml is not valid."""


@dataclass(frozen=True)
class Limit:
    """The limit of a figure, or of its ratio to the figure of another subject or size."""

    size: str
    subject: str
    measure: Measure
    at_most: float
    relative_to: str | None = None
    relative_to_size: str | None = None

    def __post_init__(self) -> None:
        if self.measure not in get_args(Measure):
            raise InvalidBudget(
                f"{BUDGET.name}: {self.measure!r} is not a measure; use one of "
                f"{', '.join(get_args(Measure))}"
            )


def read_budget(path: Path = BUDGET) -> list[Limit]:
    """Read the limits of a file; raises InvalidBudget."""
    limits = tomllib.loads(path.read_text(encoding="utf-8"))["limit"]
    try:
        return [Limit(**limit) for limit in limits]
    except TypeError as error:
        raise InvalidBudget(
            f"{path.name}: {error}; see the comment at the top of the file"
        ) from error


def exceeded(results: Results, limits: Sequence[Limit]) -> list[str]:
    """A sentence for each limit that is exceeded."""
    return [sentence for limit in limits if (sentence := _exceeded(results, limit))]


def _exceeded(results: Results, limit: Limit) -> str | None:
    value = results.median(limit.size, limit.subject, limit.measure)
    if value is None:
        return None
    name = f"{limit.measure} of {limit.subject} at {limit.size}"
    if limit.relative_to is None and limit.relative_to_size is None:
        if value <= limit.at_most:
            return None
        return f"{name}: {value:,.1f} is over the budget of {limit.at_most:,g}"
    base_subject = limit.relative_to or limit.subject
    base_size = limit.relative_to_size or limit.size
    base = results.median(base_size, base_subject, limit.measure)
    if not base or value <= limit.at_most * base:
        return None
    return (
        f"{name}: {value:,.1f} is {value / base:.2f} times the {base:,.1f} of {base_subject} at "
        f"{base_size}, over the budget of {limit.at_most:g}"
    )
