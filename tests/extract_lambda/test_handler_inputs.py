"""Extreme inputs of the Lambda: each ends in a result, or in one error with one log line."""

import json
from contextlib import suppress
from functools import reduce
from typing import Any

import boto3
import pytest

from extract_lambda.errors import ExtractError
from tests.extract_lambda.cloud import BUCKET, SECRET, Cloud

DEEP: list[Any] = reduce(lambda inner, _: [inner], range(100_000), [])
DEEP_JSON = "[" * 60_000
TOO_EARLY, TOO_LATE = "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"
"""In UTC they are in the years 0 and 10000."""


def causes(cloud: Cloud, event: Any) -> list[str | None]:
    """The causes of a run's warnings and errors; the run must end in a result or one error."""
    with suppress(ExtractError):
        cloud.run(event)
    lines = cloud.log("WARNING", "ERROR")
    assert all(len(json.dumps(line)) < 2_000 for line in lines)
    return [line.get("cause") for line in lines]


def put(key: str, content: bytes) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key=f"some/prefix/{key}", Body=content)


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("0001-01-01", "too_late"),
        ("9999-12-31", "too_early"),
        (TOO_EARLY, "invalid_event"),
        (TOO_LATE, "invalid_event"),
        ("9" * 1_000_000, "invalid_event"),
        pytest.param(DEEP, "invalid_event", id="deep"),
    ],
)
def test_an_extreme_date_in_the_event_is_one_line(cloud: Cloud, value: Any, cause: str) -> None:
    assert causes(cloud, {"snapshot_date": value}) == [cause]
    assert cloud.spotify.requests == []


@pytest.mark.parametrize("key", ["playlist_ids", "refresh"])
def test_a_deeply_nested_event_is_one_line(cloud: Cloud, key: str) -> None:
    assert causes(cloud, {key: DEEP}) == ["invalid_event"]


@pytest.mark.parametrize("text", ["\ud800", "\x00", "x" * 1_000_000, "<" * 1_000_000, "\n" * 1000])
def test_an_extreme_text_for_a_playlist_fails_alone(cloud: Cloud, text: str) -> None:
    chart = cloud.spotify.playlist_ids[0]

    assert causes(cloud, {"playlist_ids": [text, chart]}) == ["not_a_playlist"]

    assert cloud.metrics()["extracted"] == 1


@pytest.mark.parametrize(
    ("authorized_at", "expected"),
    [
        ("0001-01-01", []),
        ("9999-12-31", []),
        (TOO_EARLY, ["invalid_credentials"]),
        (TOO_LATE, ["invalid_credentials"]),
        ([[[]]], ["invalid_credentials"]),
    ],
)
def test_an_extreme_time_in_the_secret_is_read_or_one_line(
    cloud: Cloud, authorized_at: Any, expected: list[str]
) -> None:
    content = cloud.spotify.credentials._asdict() | {"authorized_at": authorized_at}
    put_secret(json.dumps(content))

    assert causes(cloud, {"playlist_ids": [cloud.spotify.playlist_ids[0]]}) == expected


def test_a_deeply_nested_secret_is_one_line(cloud: Cloud) -> None:
    put_secret(DEEP_JSON)

    assert causes(cloud, {}) == ["invalid_credentials"]


def put_secret(text: str) -> None:
    secrets: Any = boto3.client("secretsmanager")
    secrets.put_secret_value(SecretId=SECRET, SecretString=text)


@pytest.mark.parametrize(
    "content",
    [
        DEEP_JSON.encode(),
        b"\xff\xfe",
        b"[]",
        b" " * 10_000_000,
        b'{"throttled_until": "%s"}' % TOO_EARLY.encode(),
        b'{"throttled_until": "%s"}' % TOO_LATE.encode(),
    ],
    ids=["deep", "not UTF-8", "list", "large", "year 0", "year 10000"],
)
def test_a_damaged_throttle_file_is_ignored_with_a_warning(cloud: Cloud, content: bytes) -> None:
    put("state/throttled_until.json", content)

    result = cloud.run({"playlist_ids": [cloud.spotify.playlist_ids[0]]})

    assert result["lists"]["extracted"] == 1
    (line,) = cloud.log("WARNING", "ERROR")
    assert line["message"].endswith("state/throttled_until.json is damaged and was ignored")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"\xff\xfe", "playlists_unreadable"),
        (b"#\n" * 3_000_000, "playlists_unreadable"),
        (DEEP_JSON.encode(), "nothing_followed"),
        (b"\x00" * 1_000_000, "nothing_followed"),
        (b"<" * 3_000_000, "nothing_followed"),
    ],
    ids=["not UTF-8", "large", "deep", "NUL", "brackets"],
)
def test_an_extreme_list_of_playlists_is_one_line(cloud: Cloud, content: bytes, cause: str) -> None:
    put("config/playlists.txt", content)

    assert causes(cloud, {}) == [cause]
