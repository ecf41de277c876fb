"""The benchmark of one more day, on a lake of one date."""

from pathlib import Path

import pytest

from bench.one_more_day import measure_days
from bench.results import Measure, Results


@pytest.mark.slow
def test_a_day_has_figures_for_the_stays_and_for_the_rest(tmp_path: Path) -> None:
    results = Results()

    lines = list(measure_days(tmp_path, results, dates=(2,), rounds=1, lists=2))

    assert len(lines) == 1

    def median(subject: str, measure: Measure) -> float:
        return results.median("2 dates", subject, measure) or 0

    # Two dates of each table that the stays read, the entries three times, and what Spark reads
    assert median("the stays", "files read") > 2 * 4
    for subject in ("the rest", "the stays"):
        assert 0 < median(subject, "CPU seconds") < 600
        assert median(subject, "calls") > 0
        assert median(subject, "MB read") > 0
    assert median("step build_stays write", "seconds") > 0
    assert median("status", "CPU seconds") > 0
