"""The limits that figures are held to: bench/budget.toml."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from bench.results import Measure, Results

BUDGET = Path(__file__).with_name("budget.toml")


class InvalidBudget(Exception):
    """A limit cannot be understood."""


@dataclass(frozen=True)
class Limit:
    """A figure and its limit; with `to` or `to_size` its ratio to that figure is limited."""

    size: str
    of: str
    measure: Measure
    at_most: float
    to: str | None = None
    to_size: str | None = None

    def __post_init__(self) -> None:
        if self.measure not in get_args(Measure):
            raise InvalidBudget(
                f"{BUDGET.name}: {self.measure!r} is no measure; write one of "
                f"{', '.join(get_args(Measure))}"
            )


def read_budget(path: Path = BUDGET) -> list[Limit]:
    """The limits of a file; raises InvalidBudget."""
    limits = tomllib.loads(path.read_text(encoding="utf-8"))["limit"]
    try:
        return [Limit(**limit) for limit in limits]
    except TypeError as error:
        raise InvalidBudget(f"{path.name}: {error}; see its first lines") from error


def exceeded(results: Results, limits: Sequence[Limit]) -> list[str]:
    """A sentence for each limit that is exceeded."""
    return [sentence for limit in limits if (sentence := _exceeded(results, limit))]


def _exceeded(results: Results, limit: Limit) -> str | None:
    found = results.median(limit.size, limit.of, limit.measure)
    if found is None:
        return None
    name = f"{limit.measure} of {limit.of} at {limit.size}"
    if limit.to is None and limit.to_size is None:
        if found <= limit.at_most:
            return None
        return f"{name}: {found:,.1f} is over the budget of {limit.at_most:,g}"
    to, to_size = limit.to or limit.of, limit.to_size or limit.size
    base = results.median(to_size, to, limit.measure)
    if not base or found <= limit.at_most * base:
        return None
    other = f"{base:,.1f} of {to}" + (f" at {to_size}" if limit.to_size else "")
    return (
        f"{name}: {found:,.1f} is {found / base:.2f} times the {other}, "
        f"over the budget of {limit.at_most:g}"
    )
