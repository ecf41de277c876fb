"""Which lists a build warns of because they shrank: those that list_snapshots calls drops."""

from datetime import date
from pathlib import Path

import pytest

from jobs.findings import compare_dates, counts_by_date
from jobs.raw_objects import ObjectSummary, Page
from lake.folder import FolderStorage
from tests.support.runs import day

BEFORE, ON = day(1), day(2)


def read(on: date, items: int, total: int | None = None) -> ObjectSummary:
    """The summary of a list of which `items` of `total` items were read; None: all of them."""
    total = items if total is None else total
    return ObjectSummary(on, "chart", pages=[Page(0, items, None, None)], total=total)


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        (read(BEFORE, 10), read(ON, 4), True),
        (read(BEFORE, 10), read(ON, 5), False),
        (read(BEFORE, 9), read(ON, 0), False),
        (read(BEFORE, 10), read(ON, 4, total=10), False),
        (read(BEFORE, 10, total=20), read(ON, 4), False),
    ],
)
def test_a_list_that_dropped_is_told(
    tmp_path: Path, before: ObjectSummary, now: ObjectSummary, is_told: bool
) -> None:
    counts = counts_by_date([before, now], {BEFORE, ON})

    found = compare_dates(FolderStorage(tmp_path), counts)

    warning = f"list chart fell from {before.item_count} to {now.item_count} items on {ON}"
    assert found.warnings == [warning] * is_told
    assert found.shrunk_lists == is_told
