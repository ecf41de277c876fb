"""Raw objects are read once, in the driver or in Spark's Python workers, with the same result."""

import pickle
from collections import Counter
from pathlib import Path
from typing import IO

import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession

from jobs import parsed_items
from jobs.dates import RawObject, list_inputs
from jobs.parsed_items import Parsed, parse_items
from jobs.scratch import SCRATCH, Scratch
from lake.errors import LakeError
from lake.folder import FolderStorage
from lake.storage import Storage, open_storage
from tests.jobs.odd_lists import put_odd_lists
from tests.support.raw_objects import DAY, put_raw, song


def parse(
    spark: SparkSession, storage: Storage, objects: list[RawObject], bytes_per_part: int = 10**9
) -> Parsed:
    scratch = Scratch(storage, f"tables/{SCRATCH}/{bytes_per_part}")
    return parse_items(spark, scratch, objects, bytes_per_part)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    put_odd_lists(tmp_path)
    return open_storage(tmp_path)


def test_workers_read_what_the_driver_reads(
    spark: SparkSession, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = list_inputs(storage, DAY).objects
    in_driver = parse(spark, storage, listed)
    monkeypatch.setattr(parsed_items, "DRIVER_BYTES", 0)
    in_workers = parse(spark, storage, listed, bytes_per_part=listed[0].size)

    assert in_driver.items.count() > 100
    assert_df_equality(in_workers.items, in_driver.items, ignore_row_order=True)
    assert in_workers.summaries == in_driver.summaries


def test_every_object_is_opened_once(
    spark: SparkSession, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: Counter[str] = Counter()
    really_open = FolderStorage.open

    def open_(self: FolderStorage, key: str) -> IO[bytes]:
        opened[key] += 1
        return really_open(self, key)

    monkeypatch.setattr(FolderStorage, "open", open_)
    listed = list_inputs(storage, DAY).objects
    parse(spark, storage, listed)

    assert opened == Counter(raw.key for raw in listed)


def test_what_the_driver_collects_of_a_list_does_not_grow_with_its_items(
    spark: SparkSession, tmp_path: Path
) -> None:
    storage = open_storage(tmp_path)
    put_raw(storage, DAY, [song(1)], "short")
    put_raw(storage, DAY, [song(number) for number in range(1, 101)], "large")
    summaries = parse(spark, storage, list_inputs(storage, DAY).objects).summaries

    large, short = (len(pickle.dumps(summary)) for summary in summaries)
    assert [summary.item_count for summary in summaries] == [100, 1]
    assert large == short < 2_000


def test_an_error_of_the_storage_in_a_worker_keeps_its_sentence(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = open_storage(tmp_path)
    put_raw(storage, DAY, [song(1)])
    listed = list_inputs(storage, DAY).objects
    monkeypatch.setattr(parsed_items, "DRIVER_BYTES", 0)
    scratch = Scratch(storage, f"tables/{SCRATCH}/run")
    Path(tmp_path, "tables").write_text("a file where a folder belongs")

    with pytest.raises(LakeError, match=f"{tmp_path}/tables"):
        parse_items(spark, scratch, listed, 1)
