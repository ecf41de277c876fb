"""The record of a run, and the rows of the table `runs`."""

import io
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq

from jobs.catalog import Catalog, Switch
from jobs.file_catalog import FileCatalog
from jobs.glue_catalog import GlueCatalog
from jobs.list_counts import ListCounts
from jobs.run import DateResult, RefusedObject, RunRecord
from lake.s3 import S3Storage
from lake.storage import Storage
from tests.support.glue_tables import DATABASE
from tests.support.runs import day, keys

STARTED = datetime(2026, 11, 23, 6, 0, 0, 120_000, tzinfo=UTC)
FINISHED = datetime(2026, 11, 23, 6, 1, tzinfo=UTC)


def raw_key(number: int, name: str) -> str:
    return f"raw/snapshot_date={day(number)}/{name}.jsonl.gz"


def a_record() -> RunRecord:
    """A run over two dates that published one of them."""
    return RunRecord(
        "r1",
        "flatten_playlists",
        STARTED,
        status="partial",
        finished_at=FINISHED,
        dates={
            day(21): DateResult("partial", {"songs": 2, "raw_items": 3}, rejects={"no_uri": 1}),
            day(22): DateResult("failed", reason="all its raw objects are refused"),
        },
        refused=[
            RefusedObject(day(21), "a", "is not gzip"),
            RefusedObject(day(22), "b", 'says "é"'),
        ],
        warnings=["list a fell from 9 to 1 items"],
        seconds={"read": 1.25},
        switches=[
            Switch("songs", day(21), None, "tables/songs/r1/snapshot_date=2026-11-21"),
            Switch("songs", day(20), "tables/songs/r0/snapshot_date=2026-11-20", None),
        ],
        drifted_columns=["songs.isrc"],
        inputs={day(21): {raw_key(21, "a"): "5-1"}},
        lists={day(21): {"a": ListCounts("import", 1, 3, 4, {"songs.isrc": 3}, {"items[].x": 3})}},
        error=None,
    )


def runs_rows(storage: Storage, catalog: Catalog | None = None) -> list[dict[str, Any]]:
    """The table `runs`, as readers of the lake's catalog see it."""
    locations = (catalog or FileCatalog(storage)).locations("runs")
    if not locations and isinstance(storage, S3Storage):
        locations = GlueCatalog(DATABASE, storage.root).locations("runs")
    files = [
        storage.read(key) or b"" for one in locations.values() for key in keys(storage, f"{one}/")
    ]
    return [row for file in files for row in pq.read_table(io.BytesIO(file)).to_pylist()]


def runs_seen(storage: Storage, catalog: Catalog | None = None) -> set[str]:
    """The runs that the table `runs` has; fails if a row is there twice."""
    rows = [(row["run_id"], row["snapshot_date"]) for row in runs_rows(storage, catalog)]
    assert len(rows) == len(set(rows))
    return {run_id for run_id, _ in rows}
