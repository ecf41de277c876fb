"""kill -9 of flatten and stays while Spark works: at three points and at a random instant.

Each victim starts a Spark of its own. test_kill.py kills a publication at every event, without.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs import publish
from jobs.options import JobOptions
from tests.jobs.kill_lake import (
    STAYS,
    Lakes,
    a_day_later,
    readers,
    run_both,
    unreferenced,
)
from tests.jobs.killing import Death, SparkVictim, SparkVictims
from tests.support.readers import tables_in_folder

pytestmark = pytest.mark.slow

# About what a victim's flatten takes on two idle cores; a victim that is done waits to be killed
FLATTEN_S = 6
# Between two looks of the readers, so that they leave the processors to Spark
PAUSE_S = 0.1


@pytest.fixture(scope="module")
def victims() -> Iterator[SparkVictims]:
    """Processes with a Spark of their own."""
    victims = SparkVictims()
    victims.prepare()
    yield victims
    victims.close()


def kill_and_rerun(
    lakes: Lakes, victim: SparkVictim, victims: SparkVictims, lake: Path, spark: SparkSession,
    **how: Any,
) -> Death:  # fmt: skip
    """Kill a victim at its work on a lake, build it anew while a reader watches all the time."""
    begin = tables_in_folder(lake)
    assert begin in (lakes.old, lakes.flat)
    with readers(lake, [begin, lakes.flat, lakes.new], pause_s=PAUSE_S):
        death = victim.strike(lake=lake, **how)
        victims.prepare()
        assert death.status == -SIGKILL
        run_both(spark, lake)
        assert tables_in_folder(lake) == lakes.new, death
    assert victim.jvm_has_ended()
    with publish.open_lake(JobOptions(str(lake)), a_day_later()):
        pass
    assert unreferenced(lake) == [], death
    return death


def test_a_kill_of_flatten_after_its_last_write(
    lakes: Lakes, tmp_path: Path, spark: SparkSession, victims: SparkVictims
) -> None:
    lake, point = lakes.copy("fresh", tmp_path / "lake"), "after DataFrameSink.write 8"

    death = kill_and_rerun(
        lakes, victims.take(), victims, lake, spark, action="flatten", point=point
    )

    assert death.event == point


def test_a_kill_of_flatten_at_a_random_instant(
    lakes: Lakes, tmp_path: Path, spark: SparkSession, victims: SparkVictims
) -> None:
    lake = lakes.copy("fresh", tmp_path / "lake")
    instant_s = random.uniform(0, FLATTEN_S)  # noqa: S311

    kill_and_rerun(lakes, victims.take(), victims, lake, spark, action="flatten", after_s=instant_s)


def test_a_kill_of_the_stays_before_they_are_published(
    lakes: Lakes, tmp_path: Path, spark: SparkSession, victims: SparkVictims
) -> None:
    lake, point = lakes.copy("flattened", tmp_path / "lake"), "before FileCatalog.point 1"

    death = kill_and_rerun(lakes, victims.take(), victims, lake, spark, action="stays", point=point)

    assert death.event == point


def test_a_kill_of_the_very_first_build(
    lakes: Lakes, tmp_path: Path, spark: SparkSession, victims: SparkVictims
) -> None:
    lake = lakes.copy("raw", tmp_path / "lake")
    snapshots = {table: rows for table, rows in lakes.old.items() if table not in STAYS}

    with readers(lake, [{}, snapshots, lakes.old], pause_s=PAUSE_S):
        death = victims.take().strike("flatten", lake, "after DataFrameSink.write 4")
        assert death.status == -SIGKILL
        assert tables_in_folder(lake) == {}
        run_both(spark, lake)

    assert tables_in_folder(lake) == lakes.old
