"""Stays and the snapshots of lists, compared with what was worked out by hand."""

import pytest
from pyspark.sql import SparkSession

from tests.jobs.stays_cases import Case, absences, drops, reissues, sightings
from tests.support.built_stays import built_rows
from tests.support.drawn_histories import (
    count_lines,
    expected_lines,
    list_snapshot_lines,
    snapshots_of,
    stay_lines,
)
from tests.support.oracle import Row, expected_tables
from tests.support.readers import by_repr
from tests.support.stays_oracle import expected_rows

CASES: dict[str, Case] = {
    **sightings.CASES,
    **absences.CASES,
    **drops.CASES,
    **reissues.CASES,
}
TABLES = expected_tables(
    snapshot
    for number, (name, case) in enumerate(CASES.items())
    for playlist_id, days in ((name, case.days), (f"beside {name}", case.other))
    for snapshot in snapshots_of(days, playlist_id, number)
)

Rows = tuple[list[Row], list[Row]]


@pytest.fixture(scope="module")
def of_oracle() -> Rows:
    """The rows of playlist_stays and list_snapshots as the oracle finds them."""
    return expected_rows(TABLES)


@pytest.fixture(scope="module")
def of_job(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """The rows that the job builds: all cases in one run."""
    return built_rows(spark, tmp_path_factory.mktemp("lake"), TABLES)


@pytest.mark.parametrize("name", CASES)
def test_the_oracle_finds_what_was_worked_out_by_hand(of_oracle: Rows, name: str) -> None:
    assert_as_worked_out(of_oracle, name)


@pytest.mark.parametrize("name", CASES)
def test_the_job_builds_what_was_worked_out_by_hand(of_job: Rows, name: str) -> None:
    assert_as_worked_out(of_job, name)


def assert_as_worked_out(rows: Rows, name: str) -> None:
    """The stays of a case's list, their counts and the list's snapshots."""
    stays, list_snapshots = rows
    of_list = [row for row in stays if row[0] == name]
    case = CASES[name]

    assert stay_lines(of_list) == expected_lines(case.stays)
    if case.counts:
        assert count_lines(of_list) == expected_lines(case.counts)
    if case.snapshots:
        found = [row for row in list_snapshots if row[0] == name]
        assert list_snapshot_lines(found) == expected_lines(case.snapshots)


def test_every_column_of_the_job_is_as_the_oracle_says(of_oracle: Rows, of_job: Rows) -> None:
    for expected, found in zip(of_oracle, of_job, strict=True):
        assert by_repr(found) == by_repr(expected)
