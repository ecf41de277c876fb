"""Rate limit and quota: short limits are waited for, long ones stop all calls until they end."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extract_lambda.pages import items_of
from extract_lambda.retries import RetryBudget
from simulator.spotify import faults
from simulator.spotify.faults import Fault
from tests.extract_lambda.extractor import NOON, Answer, Extractor

ITEMS = "/v1/playlists/*/items"
STATE = "state/throttled_until.json"


def state(extractor: Extractor) -> Any:
    return json.loads((extractor.lake / STATE).read_text())


def limited(retry_after: str) -> Answer:
    return Answer(
        '{"error": {"status": 429, "message": "slow"}}', 429, [("Retry-After", retry_after)]
    )


# What Spotify asks for, plus a second, plus half a second of jitter
@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        (faults.RateLimited(retry_after_s=2), 3.5),
        (faults.RateLimited(retry_after_s=0), 1.5),
        (faults.RateLimited(retry_after_s=30), 31.5),
        (faults.RateLimited(retry_after_s=2, body="text"), 3.5),
    ],
)
def test_a_short_limit_is_waited_for(extractor: Extractor, fault: Fault, wait_s: float) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(fault, path=ITEMS, after=1, times=2)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 6)
    assert extractor.waits == [wait_s, wait_s]
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{fresh}.jsonl.gz"]


@pytest.mark.parametrize(
    ("fault", "until", "reason"),
    [
        (faults.RateLimited(retry_after_s=31), "2026-10-03T12:00:31Z", "rate_limit"),
        (faults.QuotaExceeded(retry_after_s=79_892), "2026-10-04T10:11:32Z", "quota"),
        (faults.QuotaExceeded(retry_after_s=1), "2026-10-03T12:00:01Z", "quota"),
        (faults.QuotaExceeded(retry_after_s=0), "2026-10-03T18:00:00Z", "quota"),
        (faults.QuotaExceeded(retry_after_s=None), "2026-10-03T18:00:00Z", "quota"),
        (faults.QuotaExceeded(retry_after_s=86_401), "2026-10-04T12:00:00Z", "quota"),
        (faults.RateLimited(retry_after_s=None), "2026-10-03T18:00:00Z", "rate_limit"),
        (limited("soon"), "2026-10-03T18:00:00Z", "rate_limit"),
        (limited("-5"), "2026-10-03T18:00:00Z", "rate_limit"),
        (limited("9" * 30), "2026-10-03T18:00:00Z", "rate_limit"),
        (limited("9" * 5000), "2026-10-03T18:00:00Z", "rate_limit"),
        (limited(f"Sat, 03 Oct {'9' * 20} 12:00:00 GMT"), "2026-10-03T18:00:00Z", "rate_limit"),
        (limited(f"Sat, 03 Oct 2026 12:00:00 +{'9' * 20}"), "2026-10-03T18:00:00Z", "rate_limit"),
        (limited("Fri, 31 Dec 9999 23:59:59 -2300"), "2026-10-04T12:00:00Z", "rate_limit"),
    ],
)
def test_a_long_limit_stops_all_calls_at_once_and_is_stored(
    extractor: Extractor, fault: Fault, until: str, reason: str
) -> None:
    chart, fresh, mixtape = extractor.spotify.playlist_ids
    extractor.run(chart)
    extractor.spotify.fault(fault, path=ITEMS, after=1)

    report = extractor.run(fresh, mixtape, chart)

    assert [(one.outcome, one.calls) for one in report.outcomes] == [
        ("throttled", 3),
        ("throttled", 0),
        ("already_present", 0),
    ]
    moment = datetime.fromisoformat(until)
    assert (
        report.outcomes[0].sentence
        == report.outcomes[1].sentence
        == (
            f"Spotify accepts no calls before {moment:%Y-%m-%d %H:%M:%S} UTC "
            "(rate limit or quota); "
            "run again after that"
        )
    )
    assert not report.is_failure
    assert extractor.waits == []
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{chart}.jsonl.gz", STATE]
    assert state(extractor) == {"throttled_until": until, "reason": reason}


def test_later_runs_make_no_call_during_the_pause(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.spotify.fault(faults.QuotaExceeded(retry_after_s=3600), path=ITEMS)
    extractor.run(chart)
    before = len(extractor.spotify.requests)
    extractor.now = NOON + timedelta(seconds=3599)

    assert extractor.throttle().until() == datetime(2026, 10, 3, 13, tzinfo=UTC)
    assert extractor.run_one(chart).outcome == "throttled"
    assert len(extractor.spotify.requests) == before

    extractor.now = NOON + timedelta(seconds=3600)
    assert extractor.throttle().until() is None
    assert extractor.run_one(chart).outcome == "extracted"


def test_a_lasting_limit_stops_all_calls_after_three_waits(extractor: Extractor) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    extractor.spotify.fault(faults.RateLimited(retry_after_s=2), path=ITEMS, times=None)

    report = extractor.run(chart, fresh)

    assert [(one.outcome, one.calls) for one in report.outcomes] == [
        ("throttled", 5),
        ("throttled", 0),
    ]
    assert extractor.waits == [3.5, 3.5, 3.5]
    # 10.5 s of waits, then 2 s more
    assert state(extractor)["throttled_until"] == "2026-10-03T12:00:12.500000Z"


def test_short_limits_are_waited_for_within_the_budget_of_the_run(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.RateLimited(retry_after_s=8), path=ITEMS, times=None)

    api = extractor.api(RetryBudget(total_s=20))
    with pytest.raises(Exception, match="Spotify accepts no calls before"):
        next(api.pages(items_of(extractor.spotify.playlist_ids[0])))

    assert extractor.waits == [9.5, 9.5]


def test_a_limit_longer_than_a_third_of_the_time_left_is_not_waited_for(
    extractor: Extractor,
) -> None:
    extractor.spotify.fault(faults.RateLimited(retry_after_s=21), path=ITEMS)

    outcome = extractor.run(extractor.spotify.playlist_ids[0], time_left=lambda: 62.9).outcomes[0]

    assert (outcome.outcome, outcome.calls, extractor.waits) == ("throttled", 2, [])


def test_a_limit_on_tokens_is_treated_like_any_other(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.RateLimited(retry_after_s=2), path="/api/token")
    assert extractor.run_one(extractor.spotify.playlist_ids[0]).outcome == "extracted"
    assert extractor.waits == [3.5]
    extractor.spotify.fault(faults.RateLimited(retry_after_s=100), path="/api/token")

    outcome = extractor.run_one(extractor.spotify.playlist_ids[1])

    assert (outcome.outcome, outcome.calls) == ("throttled", 0)
    assert state(extractor)["throttled_until"] == "2026-10-03T12:01:43.500000Z"


def test_a_pause_that_cannot_be_stored_is_reported_and_stops_the_calls_of_this_run(
    extractor: Extractor,
) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    # The draft cannot be opened, so there is no file to read and none can be written
    (extractor.lake / "state" / ".throttled_until.json.tmp").mkdir(parents=True)
    extractor.spotify.fault(faults.QuotaExceeded(), path=ITEMS)

    report = extractor.run(chart, fresh)

    assert [(one.outcome, one.cause, one.calls) for one in report.outcomes] == [
        ("failed", "storage_error", 2),
        ("throttled", "throttled", 0),
    ]
    assert f"{STATE} could not be written: Is a directory" in report.outcomes[0].sentence
