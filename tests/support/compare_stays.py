"""Compare the stays that the job builds with the oracle's, over random histories.

`python -m tests.support.compare_stays 25000` compares that many, in batches.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pyspark.sql import SparkSession

from playlist_lake.building.local_session import local_session
from tests.support.built_stays import built_rows
from tests.support.drawn_histories import Days, snapshots_of
from tests.support.oracle import Row, expected_tables
from tests.support.random_histories import random_history
from tests.support.stays_inputs import LIST_SNAPSHOT_COLUMNS
from tests.support.stays_oracle import expected_rows
from tests.support.walked_stay import STAY_COLUMNS

BATCH = 1000


def main() -> int:
    """Compare histories; the exit status is 1 if any row differs."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.compare_stays", description=__doc__
    )
    parser.add_argument("histories", type=int, nargs="?", default=BATCH)
    parser.add_argument("--first-seed", type=int, default=0)
    options = parser.parse_args()
    spark, started = local_session(), time.monotonic()
    counts: Counter[str] = Counter()
    for first in range(options.first_seed, options.first_seed + options.histories, BATCH):
        last = min(first + BATCH, options.first_seed + options.histories)
        counts += compare(spark, range(first, last))
        seconds = time.monotonic() - started
        sys.stdout.write(f"seeds to {last - 1}, {seconds:.0f} s: {dict(counts)}\n")
        sys.stdout.flush()
    spark.stop()
    return int(counts["different rows"] > 0)


def compare(spark: SparkSession, seeds: Iterable[int]) -> Counter[str]:
    """What the histories of these seeds have, and how many rows differ; those are printed."""
    tables = tables_of(seeds)
    with tempfile.TemporaryDirectory() as lake:
        found = built_rows(spark, Path(lake), tables)
    expected = expected_rows(tables)
    counts = contents(*expected)
    for one, other, sign in ((found, expected, "+"), (expected, found, "-")):
        for rows, others in zip(one, other, strict=True):
            different = Counter(rows) - Counter(others)
            counts["different rows"] += different.total()
            sys.stdout.writelines(f"{sign} {row}\n" for row in different)
    return counts


def tables_of(seeds: Iterable[int]) -> dict[str, list[Row]]:
    """The tables of a lake that has the histories of these seeds, each with lists of its own."""
    return tables_of_histories(map(random_history, seeds))


def tables_of_histories(histories: Iterable[list[Days]]) -> dict[str, list[Row]]:
    """The tables of a lake that has these histories, each with lists and songs of its own."""
    return expected_tables(
        snapshot
        for history, lists in enumerate(histories)
        for number, days in enumerate(lists)
        for snapshot in snapshots_of(days, f"{history}-{number}", history)
    )


def contents(stays: list[Row], list_snapshots: list[Row]) -> Counter[str]:
    """How often things happen in histories, to show that nothing is left untested."""
    counts: Counter[str] = Counter(stays=len(stays), snapshots=len(list_snapshots))
    for row in stays:
        stay = dict(zip(STAY_COLUMNS.split(), row, strict=True))
        counts["exits"] += stay["exited_on"] is not None
        counts["missing"] += stay["missing_since"] is not None
        counts["links"] += stay["continues_uri"] is not None
        counts["links of links"] += stay["continues_uri"] not in (None, stay["first_uri"])
        counts["returns"] += stay["stay_number"] > 1
    for row in list_snapshots:
        snapshot = dict(zip(LIST_SNAPSHOT_COLUMNS.split(), row, strict=True))
        counts["drops"] += snapshot["is_drop"]
        counts["incomplete"] += not snapshot["is_complete"]
        counts["with rejects"] += snapshot["reject_count"] > 0
    return counts


if __name__ == "__main__":
    sys.exit(main())
