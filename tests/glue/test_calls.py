"""The requests of a one-date flatten, Spark's and boto3's, by the dates of a lake and its lists."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from jobs.catalog import Switch
from jobs.dates import list_inputs, versions, write_inputs
from jobs.glue_catalog import GlueCatalog
from jobs.outcomes_plan import write_outcomes_inputs
from jobs.rules import RULES_VERSION
from jobs.run_folders import run_folder
from lake.s3 import S3Storage
from tests.support.cloud import cloud
from tests.support.glue_tables import BUCKET, DATABASE, LAKE, TABLE_NAMES
from tests.support.job_scripts import submit
from tests.support.outcomes_oracle import put_lines
from tests.support.raw_objects import put_raw, song
from tests.support.readers import tables_on_glue
from tests.support.runs import EMPTY_PARQUET, file_of

pytestmark = pytest.mark.slow


# `auto`, which the job runs with, looks at the raw objects of 14 days: the smaller lake has these
FEW, MANY = 20, 60


def test_more_dates_take_no_more_requests_and_each_list_of_the_date_takes_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lakes have as many lists on today's date as they have dates."""
    made = {}
    today = datetime.now(UTC).date()
    for dates in (FEW, MANY):
        folder = tmp_path / str(dates)
        folder.mkdir()
        with cloud(folder) as running:
            for name, value in running.environment.items():
                monkeypatch.setenv(name, value)
            fill(today, dates)
            before = running.request_count()

            ended = submit(running, "flatten_playlists", "--retention_days", "365", run_id="jr_1")

            made[dates] = running.requests(before)
            assert ended.status == 0, ended.said
            raw = f"some/prefix/raw/snapshot_date={today}/"
            assert running.requests(before, below=raw) == Counter({"s3 GET object": dates})
            assert len(tables_on_glue(running)["playlist_entries"][today]) == 2 * dates
    # Each raw object is read once
    made[MANY]["s3 GET object"] -= MANY - FEW
    # By the timing of its threads, S3A lists a folder more or less; a request per date is 40 more
    grown = {
        kind: (made[FEW][kind], made[MANY][kind])
        for kind in made[FEW] | made[MANY]
        if abs(made[MANY][kind] - made[FEW][kind]) > 2
    }
    assert grown == {}
    assert made[MANY]["glue BatchCreatePartition"] == len(TABLE_NAMES) + 1


def fill(today: date, dates: int) -> None:
    """Yesterday and the days before, as if a run r0 had built each; today was only extracted.

    Today has as many lists as there are days before.
    """
    storage = S3Storage(BUCKET, "some/prefix")
    days = [today - timedelta(days=number) for number in range(1, dates + 1)]
    for on in days:
        put_raw(storage, on, [song(1)])
        objects = versions(list_inputs(storage, on).objects)
        write_inputs(storage, on, objects, "r0", RULES_VERSION)
        key = put_lines(storage, on, "e0", {"a": "extracted"})
        (stored,) = storage.list_objects(f"outcomes/snapshot_date={on}/")
        write_outcomes_inputs(storage, on, {key: stored.version})
        for table in ("playlists", "outcomes"):
            storage.write(file_of(table, "r0", on), EMPTY_PARQUET)
    GlueCatalog(DATABASE, LAKE).point(
        [
            Switch(table, on, None, run_folder(table, "r0", on))
            for table in (*TABLE_NAMES, "outcomes")
            for on in days
        ]
    )
    for number in range(dates):
        put_raw(storage, today, [song(1), song(2)], f"list-{number}")
    put_lines(storage, today, "e0", {"a": "extracted"})
