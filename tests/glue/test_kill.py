"""kill -9 of the job script on Glue and S3: readers see whole tables, the next run completes.

Before the first switch and in the middle: tests/jobs/test_publication_on_glue.py fails every call.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from jobs import publish
from jobs.lock import LakeIsLocked
from jobs.options import JobOptions
from jobs.pending import read_pending
from lake.s3 import S3Storage
from tests.support.cloud import Cloud
from tests.support.glue_tables import BUCKET, DATABASE, LAKE, TABLE_NAMES
from tests.support.job_scripts import submit
from tests.support.raw_objects import put_raw, song
from tests.support.readers import Rows, locations_on_glue, rows_on_s3, tables_on_glue
from tests.support.runs import day
from tests.support.watching import Watcher

pytestmark = pytest.mark.slow

ON = day(22)
WRAPPER = str(Path(__file__).with_name("failing_script.py"))
OLD, NEW = [song(1), song(2), None], [song(3), song(1), song(4), "odd"]
# Of a point: how many tables readers find in the new state right after the kill
POINTS = {
    "after DynamicFrameSink.write 5": 0,
    "before GlueCatalog._point_partitions 5": 4,
}


@pytest.fixture
def s3(aws: Cloud, monkeypatch: pytest.MonkeyPatch) -> S3Storage:
    """The lake's files, for this process too."""
    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    return S3Storage(BUCKET, "some/prefix")


def readers(running: Cloud, states: Sequence[dict[str, list[Any]]]) -> Watcher:
    """Reads every table of the catalog again and again: each must be in one of the states."""

    def look() -> bool:
        for (table, on), location in locations_on_glue(running).items():
            if on == ON:
                rows = rows_on_s3(running, location)
                assert rows in [state[table] for state in states], (table, rows)
        return True

    return Watcher(look, pause_s=1)


def test_a_kill_leaves_whole_tables_and_the_next_run_completes(aws: Cloud, s3: S3Storage) -> None:
    put_raw(s3, ON, NEW)
    assert submit(aws, "flatten_playlists", "--snapshot_dates", str(ON), run_id="new").status == 0
    new = rows_of(tables_on_glue(aws))
    put_raw(s3, ON, OLD)
    assert submit(aws, "flatten_playlists", "--snapshot_dates", str(ON), run_id="old").status == 0
    old = rows_of(tables_on_glue(aws))
    assert all(old[table] != new[table] for table in ("songs", "rejects", "playlist_entries"))
    at_old = locations_on_glue(aws)
    put_raw(s3, ON, NEW)

    for number, (point, switched) in enumerate(POINTS.items()):
        with readers(aws, [old, new]):
            killed = submit(
                aws, "flatten_playlists", "--snapshot_dates", str(ON),
                run_id=f"killed{number}", wrapper=(WRAPPER, point),
            )  # fmt: skip
            assert killed.status != 0
            assert f"at {point}" in killed.said
            after = locations_on_glue(aws)
            moved = [table for table in TABLE_NAMES if f"/killed{number}/" in after[table, ON]]
            # dimensions first, entries last
            assert moved == list(TABLE_NAMES[:switched]), point
            expire_lock(s3)
            complete(aws, s3, number, new, switched)
        point_back(aws, at_old)


def rows_of(tables: Rows) -> dict[str, list[Any]]:
    return {table: tables[table][ON] for table in TABLE_NAMES}


def complete(aws: Cloud, s3: S3Storage, number: int, new: dict[str, Any], switched: int) -> None:
    """Let the next run come by: a publication that was begun is completed, else it is built."""
    if switched or read_pending(s3).publication:
        with publish.open_lake(JobOptions(LAKE, database=DATABASE)):
            pass
    else:
        again = submit(
            aws, "flatten_playlists", "--snapshot_dates", str(ON), run_id=f"again{number}"
        )
        assert again.status == 0, again.said
    assert rows_of(tables_on_glue(aws)) == new
    assert read_pending(s3).publication is None


def expire_lock(s3: S3Storage) -> None:
    """Find the lake locked by the killed run, and let the lock's time pass."""
    with (
        pytest.raises(LakeIsLocked, match="run killed"),
        publish.open_lake(JobOptions(LAKE, database=DATABASE)),
    ):
        pass
    holder = json.loads(s3.read("state/lock") or b"")
    s3.write(
        "state/lock", json.dumps(holder | {"expires_at": "2026-01-01T00:00:00+00:00"}).encode()
    )


def point_back(aws: Cloud, places: dict[Any, str]) -> None:
    """Undo by hand what was published, as a record read backwards says."""
    glue = aws.client("glue")
    for table in TABLE_NAMES:
        now = glue.get_partition(DatabaseName=DATABASE, TableName=table, PartitionValues=[str(ON)])
        descriptor = now["Partition"]["StorageDescriptor"] | {"Location": places[table, ON]}
        glue.update_partition(
            DatabaseName=DATABASE,
            TableName=table,
            PartitionValueList=[str(ON)],
            PartitionInput={"Values": [str(ON)], "StorageDescriptor": descriptor},
        )
