"""For any pages, every raw item is one entry or one reject, and all references hold."""

import gzip
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
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
from tests.support.json_values import JSON_VALUES
from tests.support.oracle import Row, Snapshot, content, item_uri, reject_reason
from tests.support.raw_objects import write_raw
from tests.support.readers import columns, published

pytestmark = pytest.mark.slow

DATES = (date(2026, 11, 21), date(2026, 11, 22))
LISTS, ITEMS_PER_PAGE, CHANGES_PER_LIST = 40, 12, 6
KEYS = {
    "playlists": ("playlist_id",),
    "playlist_entries": ("playlist_id", "position"),
    "rejects": ("playlist_id", "position"),
    "songs": ("song_id",),
    "albums": ("album_id",),
    "artists": ("artist_id",),
    "song_artists": ("song_id", "artist_position"),
    "album_artists": ("album_id", "artist_position"),
}
REFERENCES = (
    ("playlist_entries", "playlists", "playlist_id"),
    ("rejects", "playlists", "playlist_id"),
    ("playlist_entries", "songs", "song_id"),
    ("song_artists", "songs", "song_id"),
    ("songs", "albums", "album_id"),
    ("album_artists", "albums", "album_id"),
    ("song_artists", "artists", "artist_id"),
    ("album_artists", "artists", "artist_id"),
)

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
        raw = dict(_raw_items(lake))
        tables = {table: published(lake, table) for table in KEYS}

    assert (record.status, record.refused) == ("succeeded", [])
    accounted = Counter(
        row[:3] for table in ("playlist_entries", "rejects") for row in tables[table]
    )
    assert accounted - Counter(raw.keys()) == Counter(raw.keys()) - accounted == Counter()
    reasons: dict[Any, Any] = dict.fromkeys(raw) | {row[:3]: row[3] for row in tables["rejects"]}
    uris = {row[:3]: row[4] for row in tables["playlist_entries"]}
    for item_key, item in raw.items():
        assert (item_key, reasons[item_key]) == (item_key, reject_reason(item))
        if reasons[item_key] is None and "uri" in content(item):
            assert (item_key, uris[item_key]) == (item_key, item_uri(content(item)))
    for table, key in KEYS.items():
        counts = Counter(_values(table, tables[table], key))
        assert (table, [found for found, count in counts.items() if count > 1]) == (table, [])
    for child, parent, column in REFERENCES:
        wanted = {key for key in _values(child, tables[child], (column,)) if key[1] is not None}
        assert (child, wanted - set(_values(parent, tables[parent], (column,)))) == (child, set())


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
            _change(items, deepcopy(rng.choice(values)), rng)
        found.append((offset, items))
        offset += len(items)
    return Snapshot(rng.choice(DATES), f"list-{number}", found, offset + rng.choice((0, 5)))


def _change(items: list[Any], value: Any, rng: random.Random) -> None:
    """Replace, delete or insert a random value in the items."""
    node: Any = items
    while True:
        keys = list(range(len(node)) if isinstance(node, list) else node)
        inner = [key for key in keys if isinstance(node[key], dict | list) and node[key]]
        if not inner or rng.random() < 0.25:
            break
        node = node[rng.choice(inner)]
    change = rng.choice(("replace", "delete", "insert"))
    if change == "insert" and isinstance(node, list):
        node.insert(rng.randint(0, len(node)), value)
    elif change == "insert":
        node["inserted"] = value
    elif keys and change == "replace":
        node[rng.choice(keys)] = value
    elif keys:
        del node[rng.choice(keys)]


def _raw_items(lake: Path) -> Iterable[tuple[tuple[date, str, int], Any]]:
    """Every item of the raw zone by date, list and position."""
    for path in lake.glob("raw/*/*.jsonl.gz"):
        on = date.fromisoformat(path.parent.name.removeprefix("snapshot_date="))
        playlist_id = path.name.removesuffix(".jsonl.gz")
        for line in gzip.decompress(path.read_bytes()).splitlines():
            record = json.loads(line)
            for index, item in enumerate(record.get("page", {}).get("items", ()), start=1):
                yield (on, playlist_id, record["offset"] + index), item


def _values(table: str, rows: list[Row], key: tuple[str, ...]) -> list[Row]:
    indexes = [columns(table).index(column) for column in ("snapshot_date", *key)]
    return [tuple(row[index] for index in indexes) for row in rows]
