"""The Lambda: the outcomes that it stores, and the event and the metrics that follow from them."""

from datetime import timedelta
from typing import Any

import boto3
import pytest

from extract_lambda.handler import ExtractionIncomplete
from lake.errors import AccessDenied
from lake.s3 import S3Storage
from simulator.spotify import faults, library
from tests.extract_lambda.cloud import BUCKET, LAKE, Cloud

HOURS = timedelta(hours=3)


def test_an_unchanged_situation_sends_one_event_a_day(cloud: Cloud) -> None:
    cloud.follow(cloud.spotify.playlist_ids[0], library.SOMEBODY_ELSES_ID)

    sent = []
    for _ in range(16):
        cloud.run()
        sent.append([event["detail"]["lists"] for event in cloud.events()])
        cloud.now += HOURS

    # From 12:00 to 21:00, then from 00:00 to 21:00, then from 00:00 to 09:00
    assert sent == [[1], *[[]] * 3, [1], *[[]] * 7, [1], *[[]] * 3]
    assert len(cloud.outcomes()) == 16


def test_the_next_run_announces_what_a_killed_one_wrote(cloud: Cloud) -> None:
    cloud.run()
    cloud.events()
    # AWS killed the function before it stored the outcomes
    for key in cloud.objects():
        if key.startswith("outcomes/"):
            boto3.client("s3").delete_object(Bucket=BUCKET, Key=f"some/prefix/{key}")

    assert cloud.run()["lists"]["already_present"] == 3

    assert [event["detail"]["lists"] for event in cloud.events()] == [0]


def test_another_outcome_of_a_list_sends_an_event_without_a_snapshot(cloud: Cloud) -> None:
    chart, fresh = cloud.spotify.playlist_ids[:2]
    cloud.follow(chart, fresh)
    cloud.spotify.fault(faults.ServerError(), path=f"/v1/playlists/{fresh}", times=None)
    for _ in range(2):
        with pytest.raises(ExtractionIncomplete):
            cloud.run()
        cloud.now += HOURS
    assert [event["detail"]["lists"] for event in cloud.events()] == [1]

    cloud.spotify.clear_faults()
    cloud.spotify.fault(faults.Forbidden(), path=f"/v1/playlists/{fresh}", times=None)
    for _ in range(2):
        cloud.run()
        cloud.now += HOURS

    (event,) = cloud.events()
    assert event["detail"] == {"lake": LAKE, "snapshot_date": "2026-10-03", "lists": 0}
    found = [{one.playlist_id: one.outcome for one in run} for run in cloud.outcomes()]
    assert [one[fresh] for one in found] == ["failed", "failed", "forbidden", "forbidden"]


def test_a_list_becomes_unavailable_once(cloud: Cloud) -> None:
    gone = cloud.spotify.playlist_ids[0]
    cloud.follow(gone, library.SOMEBODY_ELSES_ID)
    cloud.run()
    counts = [cloud.metrics()["newly_unavailable"]]
    cloud.now += timedelta(days=1)
    # A day on which no list can be read does not hide what follows
    cloud.spotify.fault(faults.QuotaExceeded(3600), times=None)
    cloud.run()
    counts.append(cloud.metrics()["newly_unavailable"])
    cloud.spotify.clear_faults()
    cloud.spotify.fault(faults.NotFound(), path=f"/v1/playlists/{gone}", times=None)

    for _ in range(3):
        cloud.now += timedelta(hours=12)
        cloud.run()
        counts.append(cloud.metrics()["newly_unavailable"])

    assert counts == [0, 0, 1, 0, 0]
    (line,) = [line for line in cloud.log("WARNING") if line["message"].startswith("these lists")]
    assert line["message"] == "these lists were read until now, and are forbidden or not found"
    assert line["playlist_ids"] == [gone]


def test_lists_of_an_event_are_the_only_ones_with_an_outcome(cloud: Cloud) -> None:
    chart = cloud.spotify.playlist_ids[0]

    cloud.run({"playlist_ids": [chart]})

    assert [[one.playlist_id for one in run] for run in cloud.outcomes()] == [[chart]]


@pytest.mark.parametrize(("lists", "events"), [(["chart", "somebody"], [1]), (["somebody"], [])])
def test_outcomes_that_cannot_be_stored_lose_neither_snapshots_nor_their_event(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, lists: list[str], events: list[int]
) -> None:
    ids = {"chart": cloud.spotify.playlist_ids[0], "somebody": library.SOMEBODY_ELSES_ID}
    cloud.follow(*(ids[one] for one in lists))
    ordinary = S3Storage.stage

    def refusing(storage: S3Storage, key: str) -> Any:
        if key.startswith("outcomes/"):
            raise AccessDenied(
                f"{storage.root}/{key} could not be written: S3 answers AccessDenied"
            )
        return ordinary(storage, key)

    monkeypatch.setattr(S3Storage, "stage", refusing)

    with pytest.raises(ExtractionIncomplete, match="the outcomes of 2026-10-03 could not be "):
        cloud.run()

    # Without the outcomes in the lake, there is nothing to build from a list that is forbidden
    assert [event["detail"]["lists"] for event in cloud.events()] == events
    (line,) = cloud.log("ERROR")
    assert "outcomes/snapshot_date=2026-10-03/" in line["message"]
    assert cloud.metrics()["run_failed"] == 1


def test_outcomes_that_cannot_be_read_stop_no_list(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(storage: S3Storage, prefix: str) -> Any:
        raise AccessDenied(f"{storage.root}/{prefix} could not be listed: S3 answers AccessDenied")

    monkeypatch.setattr(S3Storage, "list_folders", refusing)
    cloud.follow(cloud.spotify.playlist_ids[0], library.SOMEBODY_ELSES_ID)

    assert cloud.run()["lists"]["extracted"] == 1

    messages = [line["message"] for line in cloud.log("WARNING")]
    assert any(one.startswith("the earlier outcomes cannot be read: ") for one in messages)
    assert [event["detail"]["lists"] for event in cloud.events()] == [1]
