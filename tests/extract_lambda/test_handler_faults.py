"""The Lambda: errors before the first list, and errors of its own."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from extract_lambda.credentials import InvalidCredentials, MissingCredentials
from extract_lambda.extraction import TooLate
from extract_lambda.handler import ExtractionIncomplete, NotAnnounced
from extract_lambda.lambda_event import InvalidEvent
from extract_lambda.playlists_file import NothingFollowed
from extract_lambda.runtime import MissingSetting
from extract_lambda.spotify_api import SpotifyApi
from lake.errors import MissingBucket
from tests.extract_lambda.cloud import BUCKET, LAKE, SECRET, Cloud
from tests.extract_lambda.extractor import NOON


def put_secret(text: str) -> Callable[[Cloud], object]:
    def put(_: Cloud) -> None:
        client: Any = boto3.client("secretsmanager")
        client.put_secret_value(SecretId=SECRET, SecretString=text)

    return put


def delete_secret(_: Cloud) -> None:
    client: Any = boto3.client("secretsmanager")
    client.delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)


def delete_file(_: Cloud) -> None:
    boto3.client("s3").delete_object(Bucket=BUCKET, Key="some/prefix/config/playlists.txt")


@pytest.mark.parametrize(
    ("spoil", "event", "error", "cause"),
    [
        (delete_secret, {}, MissingCredentials, "missing_credentials"),
        (put_secret("no JSON"), {}, InvalidCredentials, "invalid_credentials"),
        (delete_file, {}, NothingFollowed, "nothing_followed"),
        (lambda cloud: cloud.follow("nonsense"), {}, NothingFollowed, "nothing_followed"),
        (lambda cloud: cloud.environ.pop("LAKE"), {}, MissingSetting, "missing_setting"),
        (lambda cloud: cloud.environ.pop("EVENT_BUS"), {}, MissingSetting, "missing_setting"),
        (
            lambda cloud: cloud.environ.update(LAKE="s3://not-mine"),
            {},
            MissingBucket,
            "missing_bucket",
        ),
        (lambda _: None, {"snapshot_date": "2026-10-02"}, TooLate, "too_late"),
        (lambda _: None, {"snapshot": "2026-10-02"}, InvalidEvent, "invalid_event"),
    ],
)
def test_an_error_before_the_first_list_is_one_log_line_with_its_cause(
    cloud: Cloud,
    spoil: Callable[[Cloud], object],
    event: Any,
    error: type[Exception],
    cause: str,
) -> None:
    spoil(cloud)
    cloud.now = NOON if cause != "too_late" else NOON.replace(hour=6)

    with pytest.raises(error) as caught:
        cloud.run(event)

    (line,) = cloud.log("WARNING", "ERROR")
    assert (line["message"], line["cause"]) == (str(caught.value), cause)
    assert cloud.spotify.requests == []
    assert cloud.metrics()["run_failed"] == 1
    assert cloud.events() == []
    if cause != "missing_bucket":
        assert not [key for key in cloud.objects() if key.startswith("outcomes/")]


def test_an_invalid_line_fails_and_the_other_lists_are_extracted(cloud: Cloud) -> None:
    chart = cloud.spotify.playlist_ids[0]
    cloud.follow("\ufeff# mine\r", f"{chart}\r", "nonsense\r", f"{chart}\r")

    with pytest.raises(ExtractionIncomplete, match=r": 1 failed, 0 pending \(nonsense\); read"):
        cloud.run()

    (error,) = cloud.log("ERROR")
    assert f"{LAKE}/config/playlists.txt, line 3: 'nonsense' is not a playlist" in error["message"]
    (warning,) = cloud.log("WARNING")
    assert warning["message"].endswith(f"line 4: {chart} is in line 2 already")
    assert len(cloud.events()) == 1


class Events:
    """An EventBridge that does not accept an event."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def put_events(self, **_: Any) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]},
            "(ThrottlingException)",
        ),
        (
            ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutEvents"),
            "AccessDenied",
        ),
    ],
)
def test_an_event_that_is_not_accepted_is_an_error(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, answer: Any, why: str
) -> None:
    ordinary = boto3.client

    def client(service: str, **options: Any) -> Any:
        return Events(answer) if service == "events" else ordinary(service, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(boto3, "client", client)

    with pytest.raises(NotAnnounced) as caught:
        cloud.run()

    assert why in str(caught.value)
    assert str(caught.value).startswith(
        "the lake has new snapshots or outcomes of 2026-10-03, but the event bus"
    )
    assert [line["cause"] for line in cloud.log("ERROR")] == ["not_announced"]
    assert cloud.metrics()["extracted"] == 3


def test_the_event_is_sent_even_if_a_bug_ends_the_run(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = SpotifyApi.playlist

    def broken(api: Any, playlist_id: str) -> Any:
        if playlist_id == cloud.spotify.playlist_ids[1]:
            raise ZeroDivisionError
        return ordinary(api, playlist_id)

    monkeypatch.setattr(SpotifyApi, "playlist", broken)

    with pytest.raises(ZeroDivisionError):
        cloud.run()

    (event,) = cloud.events()
    assert event["detail"]["lists"] == 1
    assert cloud.metrics()["run_failed"] == 1
