"""kill -9 at events and at random instants of flatten and stays, each with a Spark of its own."""

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
    Reader,
    a_day_later,
    read_tables,
    run_both,
    unreferenced,
)
from tests.jobs.killing import Death, SparkVictim, SparkVictims

pytestmark = pytest.mark.slow

INSTANTS = random.Random("spark")  # noqa: S311


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
    begin = read_tables(lake)
    assert begin in (lakes.old, lakes.flat)
    with Reader(lake, [begin, lakes.flat, lakes.new]):
        death = victim.strike(lake=lake, **how)
        victims.prepare()
        assert death.status == -SIGKILL
        run_both(spark, lake)
        assert read_tables(lake) == lakes.new, death
    assert victim.jvm_has_ended()
    with publish.open_lake(JobOptions(str(lake)), a_day_later()):
        pass
    assert unreferenced(lake) == [], death
    return death


@pytest.mark.parametrize(
    ("action", "begin", "point"),
    [
        ("flatten", "fresh", "before DataFrameSink.write 1"),
        ("flatten", "fresh", "after DataFrameSink.write 4"),
        ("flatten", "fresh", "after DataFrameSink.write 8"),
        ("flatten", "fresh", "after audit.audit 1"),
        ("flatten", "fresh", "after FileCatalog.point 1"),
        ("stays", "flattened", "after DataFrameSink.write 1"),
        ("stays", "flattened", "before FileCatalog.point 1"),
    ],
)
def test_a_kill_at_an_event_of_a_run_with_spark(
    lakes: Lakes,
    tmp_path: Path,
    spark: SparkSession,
    victims: SparkVictims,
    action: str,
    begin: str,
    point: str,
) -> None:
    lake = lakes.copy(begin, tmp_path / "lake")

    death = kill_and_rerun(lakes, victims.take(), victims, lake, spark, action=action, point=point)

    assert death.event == point


@pytest.fixture(scope="module")
def undisturbed_s(
    lakes: Lakes, victims: SparkVictims, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, float]:
    """How long each job takes in a victim that nobody kills."""
    seconds = {}
    for action, begin in (("flatten", "fresh"), ("stays", "flattened")):
        lake = lakes.copy(begin, tmp_path_factory.mktemp("whole") / "lake")
        death = victims.take().strike(action, lake)
        assert death.event == "done"
        assert read_tables(lake) == (lakes.flat if action == "flatten" else lakes.new)
        seconds[action] = death.seconds
        victims.prepare()
    return seconds


@pytest.mark.parametrize(
    ("action", "begin", "instant"),
    [("flatten", "fresh", INSTANTS.random()) for _ in range(6)]
    + [("stays", "flattened", INSTANTS.random()) for _ in range(4)],
)
def test_a_kill_at_a_random_instant_of_a_run_with_spark(
    lakes: Lakes,
    tmp_path: Path,
    spark: SparkSession,
    victims: SparkVictims,
    undisturbed_s: dict[str, float],
    action: str,
    begin: str,
    instant: float,
) -> None:
    lake = lakes.copy(begin, tmp_path / "lake")

    kill_and_rerun(
        lakes, victims.take(), victims, lake, spark,
        action=action, after_s=instant * undisturbed_s[action],
    )  # fmt: skip


def test_a_kill_of_the_very_first_build(
    lakes: Lakes, tmp_path: Path, spark: SparkSession, victims: SparkVictims
) -> None:
    lake = lakes.copy("raw", tmp_path / "lake")
    snapshots = {table: rows for table, rows in lakes.old.items() if table != STAYS}

    with Reader(lake, [{}, snapshots, lakes.old]):
        death = victims.take().strike("flatten", lake, "after DataFrameSink.write 8")
        assert death.status == -SIGKILL
        assert read_tables(lake) == {}
        run_both(spark, lake)

    assert read_tables(lake) == lakes.old
