"""The limits of the budget, and how an exceeded one is reported."""

import pytest

from bench.budget import Limit, exceeded, read_budget
from bench.contestants import CONTESTANTS
from bench.extraction import LISTS
from bench.one_more_day import DATES
from bench.requests import DATES_OF_LISTS, OTHER_REQUESTS, RAW_OBJECTS
from bench.results import Results
from bench.sizes import SIZES
from bench.waiting import COMMANDS, NAME


@pytest.fixture
def results() -> Results:
    measured = Results()
    for seconds in (9.0, 30.0, 11.0):
        measured.add("day", "ours", seconds=seconds, peak_MB=800)
    measured.add("day", "tutorial", seconds=10.0, peak_MB=900)
    measured.add("year", "ours", seconds=40.0, peak_MB=1200)
    return measured


@pytest.mark.parametrize(
    ("limit", "sentences"),
    [
        (Limit("year", "ours", "peak MB", 1200), []),
        (
            Limit("year", "ours", "peak MB", 1000),
            ["peak MB of ours at year: 1,200.0 is over the budget of 1,000"],
        ),
        (Limit("day", "ours", "seconds", 1.1, relative_to="tutorial"), []),
        (
            Limit("day", "ours", "seconds", 1.0, relative_to="tutorial"),
            [
                "seconds of ours at day: 11.0 is 1.10 times the 10.0 of tutorial at day, over the "
                "budget of 1"
            ],
        ),
        (
            Limit("year", "ours", "peak MB", 1.1, relative_to_size="day"),
            [
                "peak MB of ours at year: 1,200.0 is 1.50 times the 800.0 of ours at day, over the "
                "budget of 1.1"
            ],
        ),
        (Limit("quick", "ours", "seconds", 0), []),
        (Limit("day", "ours", "seconds", 0, relative_to="polars"), []),
    ],
)
def test_a_limit_is_compared_with_the_median(
    results: Results, limit: Limit, sentences: list[str]
) -> None:
    assert exceeded(results, [limit]) == sentences


def test_the_budget_names_measured_figures() -> None:
    limits = read_budget()
    sizes = {*SIZES, *(one.name for one in (*LISTS, *DATES_OF_LISTS))}
    sizes |= {f"{dates} dates" for dates in DATES}
    subjects = {*CONTESTANTS, "extract", "slowest query", RAW_OBJECTS, OTHER_REQUESTS}
    subjects |= {"report", "report first paint", "report slowest click"}
    subjects |= {"the rest", "the stays", "status"}
    sizes |= {NAME}
    subjects |= {*COMMANDS}
    for limit in limits:
        assert {limit.size, limit.relative_to_size or limit.size} <= sizes
        assert {limit.subject, limit.relative_to or limit.subject} <= subjects
    assert any(limit.size == "quick" for limit in limits)
