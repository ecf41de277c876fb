"""The work of a run doesn't grow with the lake: calls to S3 and Glue, and files that are read."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from pyspark.sql import DataFrame, SparkSession

from jobs import publish
from jobs.catalog import GlueCatalog, Switch
from jobs.dates import list_inputs, versions, write_inputs
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.sink import DataFrameSink
from jobs.stays import build_stays
from jobs.storage import FolderStorage, S3Storage
from tests.jobs.small_lakes import (
    BUCKET,
    EMPTY_PARQUET,
    TABLE_NAMES,
    FakeClock,
    create_glue_tables,
    file_of,
    put_raw,
    song,
)

TODAY = date(2026, 11, 23)


class MirroredStorage(S3Storage):
    """A lake on S3 whose files are in a folder too, where a Spark without S3 finds them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(BUCKET, folder.name)
        self.root = str(folder)
        self.mirror = FolderStorage(folder)

    def write(self, key: str, content: bytes) -> None:
        super().write(key, content)
        self.mirror.write(key, content)


class MirroredSink(DataFrameSink):
    """Writes into the folder, and puts on S3 what is there then."""

    def __init__(self, storage: MirroredStorage) -> None:
        self._storage = storage

    def write(self, frame: DataFrame, location: str, *, is_partitioned: bool) -> None:
        super().write(frame, location, is_partitioned=is_partitioned)
        prefix = location.removeprefix(f"{self._storage.root}/")
        for stored in self._storage.mirror.list_objects(f"{prefix}/"):
            content = self._storage.mirror.read(stored.key)
            assert content is not None
            # not as a call of the job's: it writes through Spark
            with uncounted():
                self._storage.write(stored.key, content)


COUNTED: Counter[str] = Counter()


@contextmanager
def uncounted() -> Iterator[None]:
    """Forget the calls that are made meanwhile."""
    before = COUNTED.copy()
    yield
    COUNTED.clear()
    COUNTED.update(before)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Every call of a boto3 client from now on, by service and action."""
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def count(client: Any, action: str, arguments: Any) -> Any:
        COUNTED[f"{client.meta.service_model.service_name} {action}"] += 1
        return real(client, action, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", count)
    COUNTED.clear()
    return COUNTED


def lake_with(dates: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> MirroredStorage:
    """A lake with yesterday and the days before, as if a run r0 had built each, and today's raw.

    The next run opens it.
    """
    storage = MirroredStorage(folder)
    create_glue_tables(storage.root, folder.name)
    days = [TODAY - timedelta(days=number) for number in range(1, dates + 1)]
    for on in days:
        put_raw(storage, on, [song(1)])
        write_inputs(storage, on, versions(list_inputs(storage, on).objects), "r0")
        storage.write(file_of("playlists", "r0", on), EMPTY_PARQUET)
    GlueCatalog(folder.name, storage.root).point(
        [
            Switch(table, on, None, publish.location(table, "r0", on))
            for table in TABLE_NAMES
            for on in days
        ]
    )
    put_raw(storage, TODAY, [song(1), song(2)])
    monkeypatch.setattr(publish, "open_storage", lambda _lake: storage)
    monkeypatch.setattr(publish, "DataFrameSink", lambda: MirroredSink(storage))
    return storage


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("dates", "few"),
    # `auto` looks at the raw objects of 14 days, so there the smaller lake has these
    [pytest.param((TODAY,), 3, marks=pytest.mark.slow), ("auto", 20)],
    ids=["explicit", "auto"],
)
def test_a_flatten_of_one_date_makes_as_many_calls_in_a_large_lake_as_in_a_small_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    calls: Counter[str],
    clock: FakeClock,
    spark: SparkSession,
    dates: Any,
    few: int,
) -> None:
    made = []
    for name, count in (("small", few), ("large", 40)):
        storage = lake_with(count, tmp_path / name, monkeypatch)
        options = JobOptions(storage.root, dates, database=name, retention_days=365)
        calls.clear()
        record = flatten_playlists(spark, options, clock=clock)
        made.append(calls.copy())
        assert record.dates[TODAY].counts["playlist_entries"] == 2
        assert len(record.dates) == 1

    in_small, in_large = made
    assert in_large == in_small
    assert in_large["s3 ListObjectsV2"] > 0
    assert in_large["glue BatchGetPartition"] > 0


def files_read(spark: SparkSession, since: int) -> Counter[str]:
    """How many files the Parquet scans of the queries after `since` read, by table."""
    store = spark._jsparkSession.sharedState().statusStore()
    executions = store.executionsList()
    # A scan that feeds a cached frame stands in the plan wherever the frame is used
    scans: dict[int, tuple[str, int]] = {}
    for execution in map(executions.apply, range(executions.size())):
        if execution.executionId() <= since:
            continue
        values = store.executionMetrics(execution.executionId())
        nodes = store.planGraph(execution.executionId()).allNodes()
        for node in map(nodes.apply, range(nodes.size())):
            metrics = node.metrics()
            for metric in map(metrics.apply, range(metrics.size())):
                number = metric.accumulatorId()
                if metric.name() == "number of files read" and values.contains(number):
                    scans[number] = table_of(node.desc()), int(values.apply(number))
    read: Counter[str] = Counter()
    for table, files in scans.values():
        read[table] += files
    return read


def table_of(scan: str) -> str:
    """The table whose column a scan reads."""
    columns = {"is_complete": "playlists", "reason": "rejects", "linked_from_uri": "entries"}
    return next((table for column, table in columns.items() if f"{column}#" in scan), "others")


def last_query(spark: SparkSession) -> int:
    """The number of the last query that the session ran."""
    executions = spark._jsparkSession.sharedState().statusStore().executionsList()
    return max(int(executions.apply(n).executionId()) for n in range(executions.size()))


def test_stays_read_every_kept_date_once(
    tmp_path: Path, clock: FakeClock, spark: SparkSession
) -> None:
    days = [TODAY - timedelta(days=number) for number in range(3)]
    storage = FolderStorage(tmp_path)
    for number, on in enumerate(days):
        # a null row too, so that each table has a file for each date
        put_raw(storage, on, [song(1), song(number), None])
    flatten_playlists(spark, JobOptions(str(tmp_path)), clock=clock)
    since = last_query(spark)

    record = build_stays(spark, JobOptions(str(tmp_path)), clock=clock)

    assert record.dates[None].counts == {"playlist_stays": 3}
    read = files_read(spark, since)
    assert read.pop("others") == 1  # the audit of the stays that were written
    assert read == {"playlists": 3, "entries": 3, "rejects": 3}
