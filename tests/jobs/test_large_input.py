"""Input that is read in many tasks, or too large to be broadcast, becomes the same tables."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from pyspark.sql import SparkSession

from jobs import descriptions, flatten
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from tests.support.glue_tables import TABLE_NAMES
from tests.support.readers import by_repr, published, published_files

pytestmark = pytest.mark.slow

DATES = (date(2026, 10, 29), date(2026, 10, 30), date(2026, 10, 31))


def build(spark: SparkSession, raw: Path, lake: Path) -> Path:
    copytree(raw, lake)
    record = flatten_playlists(spark, JobOptions(str(lake), snapshot_dates=DATES))
    assert {on: result.status for on, result in record.dates.items()} == dict.fromkeys(
        DATES, "succeeded"
    )
    return lake


@pytest.mark.parametrize("broadcast_items", [5_000_000, 0], ids=["broadcast", "joined"])
def test_a_large_input_becomes_the_tables_that_a_small_one_does(
    spark: SparkSession,
    built_lake: Path,
    three_days: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    broadcast_items: int,
) -> None:
    size = sum(path.stat().st_size for path in three_days.rglob("*.jsonl.gz"))
    monkeypatch.setattr(flatten, "_BYTES_PER_TASK", size // 9)
    monkeypatch.setattr(descriptions, "_BROADCAST_ITEMS", broadcast_items)

    large = build(spark, three_days, tmp_path / "lake")

    # Read in nine tasks, so that a date's rows had to be brought together
    assert spark.conf.get("spark.sql.codegen.wholeStage") == "true"
    for table in TABLE_NAMES:
        assert by_repr(published(large, table)) == by_repr(published(built_lake, table)), table
        if table != "rejects":
            assert [len(paths) for paths in published_files(large, table).values()] == [1, 1, 1]
