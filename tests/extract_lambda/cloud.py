"""AWS for the Lambda: moto's S3, Secrets Manager and EventBridge, beside the simulated Spotify."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws

from extract_lambda import handler as lambda_
from extract_lambda.handler import run
from extract_lambda.runtime import Runtime
from lake.outcomes import OutcomeRecord, parse_outcomes
from simulator.spotify import SimulatedSpotify
from tests.extract_lambda.extractor import NOON
from tests.support.aws_clients import own_client

BUCKET, SECRET, BUS = "my-lake", "spotify", "lake-events"
LAKE = f"s3://{BUCKET}/some/prefix"


@dataclass
class Cloud:
    """What the function works with, and what it wrote, sent and logged."""

    spotify: SimulatedSpotify
    capfd: pytest.CaptureFixture[str]
    environ: dict[str, str]
    now: datetime = NOON
    time_left_s: float = 900.0
    waits: list[float] = field(default_factory=list)
    _lines: list[Any] = field(default_factory=list)

    def run(self, event: Any = None) -> dict[str, Any]:
        runtime = Runtime(
            clock=lambda: self.now,
            sleep=self.waits.append,
            random=lambda: 0.5,
            time_left=lambda: self.time_left_s,
        )
        flushed: Callable[..., dict[str, Any]] = lambda_._metrics.log_metrics(
            lambda asked, _context: run(asked, self.environ, runtime)
        )
        return flushed({} if event is None else event, None)

    def follow(self, *lines: str) -> None:
        content = "".join(f"{line}\n" for line in lines).encode()
        own_client("s3").put_object(
            Bucket=BUCKET, Key="some/prefix/config/playlists.txt", Body=content
        )

    def objects(self) -> dict[str, bytes]:
        client = own_client("s3")
        listed = client.list_objects_v2(Bucket=BUCKET, Prefix="some/prefix/").get("Contents", [])
        return {
            found["Key"].removeprefix("some/prefix/"): client.get_object(
                Bucket=BUCKET, Key=found["Key"]
            )["Body"].read()
            for found in listed
        }

    def outcomes(self) -> list[list[OutcomeRecord]]:
        """The records of each outcomes object, in the order of the runs."""
        objects = self.objects()
        keys = sorted(key for key in objects if key.startswith("outcomes/"))
        return [parse_outcomes(key, objects[key]) for key in keys]

    def events(self) -> list[Any]:
        """The events since the last call."""
        queue = own_client("sqs")
        url = queue.get_queue_url(QueueName="events")["QueueUrl"]
        messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def _written(self) -> list[Any]:
        self._lines += map(json.loads, self.capfd.readouterr().out.splitlines())
        return self._lines

    def log(self, *levels: str) -> list[Any]:
        return [line for line in self._written() if line.get("level") in levels]

    def metrics(self) -> dict[str, float]:
        """The last run's metrics."""
        (*_, last) = [line for line in self._written() if "_aws" in line]
        return {name: value[0] for name, value in last.items() if isinstance(value, list)}


class Context(LambdaContext):
    """What Lambda tells about an invocation."""

    _function_name = "extract"
    _memory_limit_in_mb = 256
    _invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:extract"
    _aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


@contextmanager
def open_cloud(
    spotify: SimulatedSpotify,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Cloud]:
    """A bucket with a lake that follows three lists, a secret, and a bus with a queue behind it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    environ = {
        "LAKE": LAKE,
        "SPOTIFY_SECRET": SECRET,
        "EVENT_BUS": BUS,
        "SPOTIFY_API_URL": spotify.api_url,
        "SPOTIFY_TOKEN_URL": f"{spotify.accounts_url}/api/token",
    }
    with mock_aws():
        own_client("s3").create_bucket(Bucket=BUCKET)
        content = spotify.credentials._asdict() | {"authorized_at": "2026-09-03T12:00:00Z"}
        secrets = own_client("secretsmanager")
        secrets.create_secret(Name=SECRET, SecretString=json.dumps(content))
        _queue_events()
        found = Cloud(spotify, capfd, environ)
        found.follow(*spotify.playlist_ids)
        print_log(monkeypatch)
        yield found


def print_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the functions' logger print, where pytest captures it.

    Its handler writes to the stdout of the time when it was created.
    """
    handlers = logging.getLogger("extract_lambda").handlers
    (own,) = [one for one in handlers if isinstance(one, logging.StreamHandler)]
    monkeypatch.setattr(own, "stream", _Printer())


class _Printer:
    def write(self, text: str) -> None:
        print(text, end="")  # noqa: T201

    def flush(self) -> None:
        pass


def _queue_events() -> None:
    queue = own_client("sqs")
    url = queue.create_queue(QueueName="events")["QueueUrl"]
    arn = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events = own_client("events")
    events.create_event_bus(Name=BUS)
    pattern = {"source": ["playlist-lake"], "detail-type": ["PlaylistSnapshotsReady"]}
    events.put_rule(Name="ready", EventBusName=BUS, EventPattern=json.dumps(pattern))
    events.put_targets(
        Rule="ready", EventBusName=BUS, Targets=[{"Id": "1", "Arn": arn["QueueArn"]}]
    )
