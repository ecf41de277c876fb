"""What an invocation asks for."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from extract_lambda.lambda_event import InvalidEvent, Request, read_event

NIGHT = datetime(2026, 10, 3, 23, 59, tzinfo=UTC)
TODAY = date(2026, 10, 3)


@pytest.mark.parametrize(
    ("event", "request_"),
    [
        ({}, Request(TODAY, None, refresh=False)),
        (
            {"snapshot_date": None, "playlist_ids": None, "refresh": None},
            Request(TODAY, None, refresh=False),
        ),
        ({"snapshot_date": "2026-10-02"}, Request(date(2026, 10, 2), None, refresh=False)),
        # As EventBridge Scheduler puts its time in the place of <aws.scheduler.scheduled-time>
        (
            {"snapshot_date": "2026-10-02T06:00:00Z"},
            Request(date(2026, 10, 2), None, refresh=False),
        ),
        (
            {"snapshot_date": "2026-10-02T23:30:00-01:00"},
            Request(date(2026, 10, 3), None, refresh=False),
        ),
        ({"snapshot_date": "2026-10-02T23:30:00"}, Request(date(2026, 10, 2), None, refresh=False)),
        (
            {"playlist_ids": ["x", "y"], "refresh": True},
            Request(TODAY, ("x", "y"), refresh=True),
        ),
    ],
)
def test_what_is_absent_is_today_and_all_lists(event: Any, request_: Request) -> None:
    assert read_event(event, NIGHT) == request_


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (None, "the event is no object with no other keys than snapshot_date, playlist_ids, ref"),
        ([], "the event is no object"),
        ({"playlist_id": "x"}, "the event is no object with no other keys"),
        ({"snapshot_date": "yesterday"}, "snapshot_date is 'yesterday' in the event; give a date"),
        ({"snapshot_date": "2026-02-30"}, "snapshot_date is '2026-02-30'"),
        ({"snapshot_date": "<aws.scheduler.scheduled-time>"}, "snapshot_date is '<aws.scheduler"),
        ({"snapshot_date": 20261003}, "snapshot_date is 20261003"),
        ({"playlist_ids": "x"}, "playlist_ids is no list of ids, URIs or links"),
        ({"playlist_ids": []}, "playlist_ids is no list"),
        ({"playlist_ids": ["x", 1]}, "playlist_ids is no list"),
        ({"refresh": "false"}, "refresh is 'false' in the event; give true or false"),
        ({"refresh": 1}, "refresh is 1"),
    ],
)
def test_an_event_of_another_form_is_refused(event: Any, sentence: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        read_event(event, NIGHT)

    assert str(caught.value).startswith(sentence)
