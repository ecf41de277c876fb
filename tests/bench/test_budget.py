"""The budget: what is over it, and in which words."""

from pathlib import Path

import pytest

from bench.budget import InvalidBudget, Limit, exceeded, read_budget
from bench.contestants import CONTESTANTS
from bench.extraction import LISTS
from bench.results import Results
from bench.sizes import SIZES


@pytest.fixture
def results() -> Results:
    found = Results()
    for seconds in (9.0, 30.0, 11.0):
        found.add("day", "ours", seconds=seconds, peak_MB=800)
    found.add("day", "tutorial", seconds=10.0, peak_MB=900)
    found.add("year", "ours", seconds=40.0, peak_MB=1200)
    return found


def test_a_ratio_is_that_of_medians(results: Results) -> None:
    limit = Limit("day", "ours", "seconds", 1.1, to="tutorial")
    assert exceeded(results, [limit]) == []
    assert exceeded(results, [Limit("day", "ours", "seconds", 1.0, to="tutorial")]) == [
        "seconds of ours at day: 11.0 is 1.10 times the 10.0 of tutorial, over the budget of 1"
    ]


def test_a_figure_is_held_to_its_own_at_another_size(results: Results) -> None:
    assert exceeded(results, [Limit("year", "ours", "peak MB", 1.1, to_size="day")]) == [
        "peak MB of ours at year: 1,200.0 is 1.50 times the 800.0 of ours at day, "
        "over the budget of 1.1"
    ]


def test_a_figure_is_held_to_a_number(results: Results) -> None:
    assert exceeded(results, [Limit("year", "ours", "peak MB", 1200)]) == []
    assert exceeded(results, [Limit("year", "ours", "peak MB", 1000)]) == [
        "peak MB of ours at year: 1,200.0 is over the budget of 1,000"
    ]


@pytest.mark.parametrize(
    "limit",
    [
        Limit("quick", "ours", "seconds", 0),
        Limit("day", "ours", "seconds", 0, to="polars"),
        Limit("day", "ours", "peak MB", 0, to_size="quick"),
    ],
)
def test_what_was_not_measured_is_passed_over(results: Results, limit: Limit) -> None:
    assert exceeded(results, [limit]) == []


def test_the_budget_names_what_is_measured() -> None:
    limits = read_budget()
    sizes = {*SIZES, *(lists.name for lists in LISTS)}
    of = {*CONTESTANTS, "extract", "slowest query"}
    for limit in limits:
        assert {limit.size, limit.to_size or limit.size} <= sizes
        assert {limit.of, limit.to or limit.of} <= of
    assert any(limit.size == "quick" for limit in limits)


def test_a_limit_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "budget.toml"
    path.write_text('[[limit]]\nsize = "day"\nof = "ours"\nmeasure = "hours"\nat_most = 1\n')
    with pytest.raises(InvalidBudget, match="'hours' is no measure"):
        read_budget(path)
    path.write_text('[[limit]]\nsize = "day"\n')
    with pytest.raises(InvalidBudget, match="missing"):
        read_budget(path)
