"""The metrics that a run sends to CloudWatch."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws
from pyspark.sql import SparkSession

from jobs import flatten, metrics, publish, stays
from jobs.catalog import Switch
from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.run import RefusedObject, RunRecord
from jobs.stays import build_stays
from lake.folder import FolderStorage
from tests.support.raw_objects import put_raw, song
from tests.support.runs import FakeClock, day, with_run_id, write_run

REFUSED = RefusedObject(day(2), "a", "it has no end record")


def a_record() -> RunRecord:
    """A run with one new date, one date that was published before, and one refused object."""
    return RunRecord(
        run_id="r1",
        job="flatten_playlists",
        started_at=datetime(2026, 11, 23, tzinfo=UTC),
        status="partial",
        refused=[REFUSED],
        shrunk_lists=2,
        drifted_columns=["songs.isrc", "songs.name"],
        switches=[
            Switch("songs", day(1), None, "tables/songs/r1/1"),
            Switch("playlist_entries", day(1), None, "tables/playlist_entries/r1/1"),
            Switch("playlist_entries", day(2), "tables/playlist_entries/r0/2", "…/r1/2"),
        ],
    )


@mock_aws
def test_the_metrics_have_the_names_that_the_alarms_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    metrics.put_metrics(a_record())

    cloudwatch = boto3.client("cloudwatch", region_name="us-east-1")
    listed = cloudwatch.list_metrics(Namespace="PlaylistLake")["Metrics"]
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=[
            {"Id": f"m{n}", "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Sum"}}
            for n, metric in enumerate(listed)
        ],
        StartTime=datetime(2020, 1, 1, tzinfo=UTC),
        EndTime=datetime(2100, 1, 1, tzinfo=UTC),
    )
    found = {
        (metric["MetricName"], *(one["Value"] for one in metric["Dimensions"])): sum(data["Values"])
        for metric, data in zip(listed, answer["MetricDataResults"], strict=True)
    }
    assert found == {
        ("new_dates", "jobs"): 1,
        ("partial", "jobs"): 1,
        ("refused_objects", "jobs"): 1,
        ("shrunk_lists", "jobs"): 2,
        ("drifted_columns", "jobs"): 2,
        ("drifted_columns", "jobs", "songs.isrc"): 1,
        ("drifted_columns", "jobs", "songs.name"): 1,
    }


def test_metrics_that_cannot_be_sent_are_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Nowhere:
        def put_metric_data(self, **_: object) -> None:
            raise EndpointConnectionError(endpoint_url="https://monitoring.example.org")

    monkeypatch.setattr(boto3, "client", lambda _: Nowhere())

    with caplog.at_level(logging.WARNING, "playlist_lake.jobs"):
        metrics.put_metrics(a_record())

    assert "the metrics of run r1 could not be sent: Could not connect" in caplog.text


@pytest.mark.parametrize(
    ("module", "job", "locked_job"),
    [
        (flatten, flatten_playlists, "flatten_locked"),
        (stays, build_stays, "build_stays_locked"),
    ],
)
def test_a_run_that_completes_a_killed_run_reports_its_new_dates(
    lake: JobOptions,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    job: Callable[..., RunRecord],
    locked_job: str,
) -> None:
    reported: list[RunRecord] = []
    with publish.open_lake(with_run_id(lake, "killed"), clock) as opened:
        record = write_run(opened, [day(1), day(2)])
        # The process ends when the publication has begun
        with monkeypatch.context() as patch:
            patch.setattr(publish, "complete", lambda *_: None)
            publish.publish(opened, record)
    monkeypatch.setattr(module, "report", lambda _spark, record: reported.append(record))
    monkeypatch.setattr(module, locked_job, lambda *_, **_named: a_record())

    job(None, lake, clock=clock)
    job(None, lake, clock=clock)

    assert [record.run_id for record in reported] == ["killed"]
    assert metrics.measures(reported[0])["new_dates"] == 2


@pytest.mark.slow
def test_a_list_that_dropped_is_counted_and_published(spark: SparkSession, tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    put_raw(storage, day(1), [song(number) for number in range(10)])
    put_raw(storage, day(2), [song(number) for number in range(4)])

    record = flatten_playlists(spark, JobOptions(lake=str(tmp_path)), clock=FakeClock())

    assert record.shrunk_lists == 1
    assert [text for text in record.warnings if "fell from 10 to 4 items" in text]
    assert record.status == "succeeded"
