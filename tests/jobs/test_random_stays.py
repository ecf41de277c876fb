"""Stays of random histories: the job's equal the oracle's, and keep what stays promise."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from pyspark.sql import SparkSession

from jobs import history
from tests.support.built_stays import built_rows, expected_items
from tests.support.compare_stays import contents, tables_of_histories
from tests.support.drawn_histories import Days
from tests.support.oracle import Row
from tests.support.random_histories import random_history
from tests.support.readers import by_repr, published
from tests.support.stays_inputs import LIST_SNAPSHOT_COLUMNS, Tables, lists_by_date
from tests.support.stays_oracle import expected_rows
from tests.support.walked_stay import STAY_COLUMNS

HISTORIES = [random_history(seed) for seed in range(500)]
# So many are built by the job as they were on each of their days too
CUT_HISTORIES = 50

pytestmark = pytest.mark.slow

Named = dict[str, Any]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return tables_of_histories(HISTORIES)


@pytest.fixture(scope="module")
def stays(tables: Tables) -> list[Named]:
    """The stays as the oracle finds them, which are the job's."""
    return named_stays(expected_rows(tables)[0])


def test_the_job_finds_the_rows_that_the_oracle_finds(spark: SparkSession, tmp_path: Path) -> None:
    cut = [early for lists in HISTORIES[:CUT_HISTORIES] for early in cuts(lists)]
    tables = tables_of_histories([*HISTORIES, *cut])

    # Each date is a part of its own, which a Python worker of Spark reads
    with patch.object(history, "_BYTES_PER_PART", 1):
        found = built_rows(spark, tmp_path, tables)
    expected = expected_rows(tables)

    for rows, expected_ones in zip(found, expected, strict=True):
        assert by_repr(rows) == by_repr(expected_ones)
    assert by_repr(published(tmp_path, "items")) == by_repr(expected_items(tables))


def test_the_histories_have_what_stays_must_stand(tables: Tables) -> None:
    counts = contents(*expected_rows(tables))

    assert min(counts.values()) >= 20, counts


def test_each_sighting_lies_in_one_stay(tables: Tables, stays: list[Named]) -> None:
    found: Counter[tuple[str, str, date]] = Counter()
    sightings = [
        (playlist_id, uri, snapshot.on)
        for playlist_id, snapshots in lists_by_date(tables).items()
        for snapshot in snapshots
        for uri in snapshot.positions
    ]
    of_item: dict[tuple[str, str], list[Named]] = {}
    for stay in stays:
        of_item.setdefault((stay["playlist_id"], stay["item_uri"]), []).append(stay)
    for playlist_id, uri, on in sightings:
        for stay in of_item[playlist_id, uri]:
            lies_in_it = stay["entered_on"] <= on <= stay["last_seen_on"]
            found[playlist_id, uri, on] += lies_in_it

    assert set(found.values()) == {1}
    assert sum(stay["snapshots_seen"] for stay in stays) == len(sightings)


def test_every_exit_is_on_a_complete_snapshot_without_the_item(
    tables: Tables, stays: list[Named]
) -> None:
    snapshots = {
        (playlist_id, one.on): one
        for playlist_id, of_list in lists_by_date(tables).items()
        for one in of_list
    }
    for stay in stays:
        assert stay["is_current"] == (stay["exited_on"] is None)
        assert stay["is_current"] or stay["missing_since"] is None
        if absent_from := stay["exited_on"] or stay["missing_since"]:
            snapshot = snapshots[stay["playlist_id"], absent_from]
            assert snapshot.is_complete
            assert stay["item_uri"] not in snapshot.positions
            assert absent_from > stay["last_seen_on"]


def test_something_is_missing_only_since_a_drop(tables: Tables, stays: list[Named]) -> None:
    names = LIST_SNAPSHOT_COLUMNS.split()
    snapshots = [dict(zip(names, row, strict=True)) for row in expected_rows(tables)[1]]
    drops = {(one["playlist_id"], one["snapshot_date"]) for one in snapshots if one["is_drop"]}

    missing = {(one["playlist_id"], one["missing_since"]) for one in stays if one["missing_since"]}

    assert missing <= drops


def test_chains_are_one_to_one(stays: list[Named]) -> None:
    ended = {(one["playlist_id"], one["exited_on"], one["item_uri"]): one for one in stays}
    continued = [one for one in stays if one["continued_by_uri"]]
    continuing = [one for one in stays if one["continues_uri"]]
    assert len(continued) == len(continuing)
    for new in continuing:
        old = ended[new["playlist_id"], new["entered_on"], new["continues_uri"]]
        assert old["continued_by_uri"] == new["item_uri"]
        assert (new["first_uri"], new["listed_since"]) == (old["first_uri"], old["listed_since"])
    for one in stays:
        if not one["continues_uri"]:
            assert (one["first_uri"], one["listed_since"]) == (one["item_uri"], one["entered_on"])
    chains = Counter((one["playlist_id"], one["first_uri"], one["listed_since"]) for one in stays)
    assert len(chains) == len(stays) - len(continuing)


def test_later_dates_change_an_ended_stay_only_by_what_continues_it() -> None:
    for seed, lists in enumerate(HISTORIES):
        before: dict[Any, Named] = {}
        for early in [*cuts(lists), lists]:
            stays = named_stays(expected_rows(tables_of_histories([early]))[0])
            ended = {
                (one["playlist_id"], one["item_uri"], one["stay_number"]): one
                for one in stays
                if one["exited_on"]
            }
            for key, old in before.items():
                new = ended[key]
                changed = {name for name in old if old[name] != new[name]}
                assert changed <= {"continued_by_uri"}, (seed, old, new)
                assert old["continued_by_uri"] in (None, new["continued_by_uri"])
            before = ended


def cuts(lists: list[Days]) -> Iterator[list[Days]]:
    """A history as it was on each of its days but the last."""
    for until in sorted({day for days in lists for day in days})[:-1]:
        yield [{day: text for day, text in days.items() if day <= until} for days in lists]


def named_stays(rows: list[Row]) -> list[Named]:
    """Stays with the names of their columns."""
    return [dict(zip(STAY_COLUMNS.split(), row, strict=True)) for row in rows]
