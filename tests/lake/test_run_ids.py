"""The ids of runs."""

from datetime import UTC, datetime

from jobs.options import parse_options
from lake.run_ids import new_run_id


def test_run_ids_are_sorted_by_time_and_unique() -> None:
    made = [new_run_id(datetime(2026, 11, 23, 6, 0, second, tzinfo=UTC)) for second in (1, 2)]
    again = new_run_id(datetime(2026, 11, 23, 6, 0, 1, tzinfo=UTC))

    assert made == sorted(made)
    assert made[0].startswith("20261123T060001Z-")
    assert again != made[0]
    assert parse_options(["--lake", "x", "--run_id", made[0]]).run_id == made[0]
