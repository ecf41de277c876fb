"""The event of an invocation."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extract_lambda.lambda_event import InvalidEvent, Request, read_event
from tests.support.json_values import JSON_VALUES, TEXTS

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
        # As EventBridge Scheduler writes <aws.scheduler.scheduled-time>
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
def test_the_defaults_are_today_and_all_lists(event: Any, request_: Request) -> None:
    assert read_event(event, NIGHT) == request_


A_DATE = (
    "snapshot_date in the event must be a date such as 2026-11-23, or a time such as "
    "2026-11-23T06:00:00Z"
)


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (None, "the event must be a JSON object with only these keys: snapshot_date, playlist_id"),
        ([], "the event must be a JSON object"),
        ({"playlist_id": "x"}, "the event must be a JSON object with only these keys"),
        ({"snapshot_date": "yesterday"}, f"{A_DATE}, not 'yesterday'"),
        ({"snapshot_date": "2026-02-30"}, f"{A_DATE}, not '2026-02-30'"),
        ({"snapshot_date": "<aws.scheduler.scheduled-time>"}, f"{A_DATE}, not '<aws.scheduler"),
        ({"snapshot_date": 20261003}, f"{A_DATE}, not 20261003"),
        (
            {"playlist_ids": "x"},
            "playlist_ids in the event must be a list of ids, URIs or links; leave",
        ),
        ({"playlist_ids": []}, "playlist_ids in the event must be a list"),
        ({"playlist_ids": ["x", 1]}, "playlist_ids in the event must be a list"),
        ({"refresh": "false"}, "refresh in the event must be true or false, not 'false'"),
        ({"refresh": 1}, "refresh in the event must be true or false, not 1"),
    ],
)
def test_an_invalid_event_is_refused(event: Any, sentence: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        read_event(event, NIGHT)

    assert str(caught.value).startswith(sentence)


KEYS = st.sampled_from(["snapshot_date", "playlist_ids", "refresh"])
TIMES = st.datetimes(
    timezones=st.none() | st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m)))
).map(datetime.isoformat)


@given(JSON_VALUES | st.dictionaries(KEYS | TEXTS, JSON_VALUES | TIMES, max_size=3))
@example({"snapshot_date": "0001-01-01T00:00:00+14:00"})
@example({"snapshot_date": "9999-12-31T23:59:59-14:00"})
@example({"snapshot_date": "9" * 100_000})
def test_any_event_is_a_request_or_refused_in_one_short_line(event: Any) -> None:
    refusal = ""
    try:
        read_event(event, NIGHT)
    except InvalidEvent as error:
        refusal = str(error)
    assert "\n" not in refusal
    assert len(refusal) < 500
