"""For any pages, every raw item is one entry or one reject, and all references hold."""

import json
import random
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from simulator.world.catalogue import Generation, SimulatedCatalogue
from tests.support.accounting import KEYS, key_faults, raw_snapshots, row_faults
from tests.support.json_values import JSON_VALUES
from tests.support.mutations import mutate
from tests.support.oracle import Snapshot
from tests.support.raw_objects import write_raw
from tests.support.readers import published

pytestmark = pytest.mark.slow

DATES = (date(2026, 11, 21), date(2026, 11, 22))
LISTS, ITEMS_PER_PAGE, CHANGES_PER_LIST = 40, 12, 6
# A run of Spark takes seconds. So one example is a lake of many mutated lists, and a failure is not
# shrunk but names list and position
mutations = given(
    values=st.lists(JSON_VALUES, min_size=25, max_size=25, unique_by=repr),
    seed=st.integers(0, 2**32),
)
few_examples = settings(
    max_examples=3,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@few_examples
@mutations
def test_every_item_of_mutated_simulated_pages_is_accounted_for(
    spark: SparkSession, values: list[Any], seed: int
) -> None:
    catalogue = SimulatedCatalogue(11)
    generations: tuple[Generation, ...] = ("legacy", "transitional", "2026")
    pages = [
        catalogue.items_page(playlist_id, on, generation)["items"]
        for playlist_id in catalogue.playlist_ids
        for on in DATES
        for generation in generations
    ]

    assert_accounted_for(spark, pages, values, seed)


@few_examples
@mutations
def test_every_item_of_mutated_real_pages_is_accounted_for(
    spark: SparkSession, real: Path, values: list[Any], seed: int
) -> None:
    captures = [json.loads(path.read_text()) for path in sorted(real.glob("*/*.json"))]
    bodies = [capture[0] if isinstance(capture, list) else capture for capture in captures]

    assert_accounted_for(
        spark, [body.get("tracks", body)["items"] for body in bodies], values, seed
    )


def assert_accounted_for(
    spark: SparkSession, pages: list[list[Any]], values: list[Any], seed: int
) -> None:
    """Build a lake of lists with mutated pages, and compare its raw zone with its tables."""
    # A seed, since thousands of choices are too many for one example of hypothesis
    rng = random.Random(seed)  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder)
        for number in range(LISTS):
            write_raw(lake, _mutated_list(number, pages, values, rng))
        record = flatten_playlists(spark, JobOptions(lake=folder))
        snapshots = list(raw_snapshots(lake))
        tables = {table: published(lake, table) for table in KEYS}

    assert (record.status, record.refused, len(snapshots)) == ("succeeded", [], LISTS)
    assert [*row_faults(snapshots, tables), *key_faults(tables)] == []


def _mutated_list(
    number: int, pages: list[list[Any]], values: list[Any], rng: random.Random
) -> Snapshot:
    """A list of one or two mutated pages, with a gap before, between or after them."""
    offset, found = 0, []
    for _ in range(rng.randint(1, 2)):
        offset += rng.choice((0, 0, 3))
        page = rng.choice(pages)
        start = rng.randrange(max(1, len(page) - ITEMS_PER_PAGE))
        # Copied, so that a mutation changes this page only
        items = json.loads(json.dumps(page[start : start + ITEMS_PER_PAGE]))
        for _ in range(CHANGES_PER_LIST):
            mutate(items, values, rng)
        found.append((offset, items))
        offset += len(items)
    return Snapshot(rng.choice(DATES), f"list-{number}", found, offset + rng.choice((0, 5)))
