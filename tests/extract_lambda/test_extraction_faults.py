"""Faulty responses: outcomes, number of calls, waits, and what is in the raw zone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from extract_lambda.pages import items_of
from extract_lambda.retries import RetryBudget
from simulator.spotify import faults
from simulator.spotify.faults import Fault
from tests.extract_lambda.extractor import Answer, Extractor, drop_key, set_key

HEAD, ITEMS = "/v1/playlists/*", "/v1/playlists/*/items"


PASSING: dict[str, Fault] = {
    "500": faults.ServerError(500),
    "502 in HTML": faults.ServerError(502, body="html"),
    "503": faults.ServerError(503),
    "504 without a body": faults.ServerError(504, body="empty"),
    "408": Answer(status=408),
    "an error that is a text": faults.ErrorText(status=500, text="oops"),
    "an error body nested too deeply": Answer("[" * 100_000, 500),
    "an empty body": faults.EmptyBody(),
    "no content": Answer(status=204),
    "a page of HTML": faults.HtmlPage(),
    "half a JSON text": faults.HalfJson(),
    "JSON nested too deeply": Answer("[" * 100_000),
    "a JSON list": Answer("[]"),
    "a JSON null": Answer("null"),
    "an error with status 200": Answer('{"error": {"status": 500}}'),
    "a torn body": faults.Torn(),
    "a cut connection": faults.Cut(),
    "a torn error": Answer("{", 500, [("Content-Length", "100")]),
    "bytes that are not gzip": Answer("{}", 200, [("Content-Encoding", "gzip")]),
    "bytes that are no text": Answer(b'{"items": "\xff"}'),
}
SPOILT_PAGES: dict[str, Fault] = {
    "items null": faults.NullItems(),
    "items an object": set_key("items", {}),
    "no items": drop_key("items"),
    "no total": drop_key("total"),
    "total a text": set_key("total", "100"),
    "total a truth": set_key("total", True),
    "total negative": set_key("total", -1),
    "total absurd": set_key("total", 100_001),
    "another page's offset": set_key("offset", 10),
    "another list's address": set_key("href", f"https://x/v1/playlists/{'N' * 22}/items"),
}


def each(cases: dict[str, Fault]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", cases.values(), ids=cases.keys())


@each(PASSING | SPOILT_PAGES)
def test_a_single_fault_costs_one_call_and_one_second(extractor: Extractor, fault: Fault) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(fault, path=ITEMS, after=1)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 5)
    assert len(extractor.requests) == 5
    assert extractor.waits == [1.0]
    assert len(extractor.items(fresh)) == 100
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{fresh}.jsonl.gz"]


@each(PASSING | SPOILT_PAGES)
def test_a_lasting_fault_fails_only_its_list_after_four_attempts(
    extractor: Extractor, fault: Fault
) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    extractor.spotify.fault(fault, path=f"/v1/playlists/{fresh}/items", times=None, after=1)

    report = extractor.run(fresh, chart)

    failed, extracted = report.outcomes
    # The playlist object, the first page, four times the second page
    assert (failed.outcome, failed.items, failed.calls) == ("failed", None, 6)
    assert fresh in failed.sentence
    assert "run again" in failed.sentence
    assert failed.cause in ("server_fault", "unreadable_response", "no_response")
    assert (extracted.outcome, extracted.calls) == ("extracted", 3)
    assert report.is_failure
    assert extractor.waits == [1.0, 2.0, 4.0]
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{chart}.jsonl.gz"]


@pytest.mark.parametrize("after", [0, 1], ids=["head", "snapshot id"])
@each(
    {name: PASSING[name] for name in ("503", "an empty body", "a page of HTML", "a cut connection")}
    | {"no version": drop_key("snapshot_id"), "a number for a version": set_key("snapshot_id", 1)}
)
def test_the_call_for_the_playlist_object_is_retried_too(
    extractor: Extractor, fault: Fault, after: int
) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.spotify.fault(fault, path=HEAD, after=after, times=2)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.calls) == ("extracted", 5)
    assert extractor.waits == [1.0, 2.0]


def test_the_playlist_object_of_another_list_is_refused(extractor: Extractor) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    extractor.spotify.fault(set_key("id", fresh), path=HEAD)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.calls, extractor.waits) == ("extracted", 4, [1.0])


def test_a_timeout_is_retried(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.call_max_s = 2
    extractor.spotify.fault(faults.Hang(), path=ITEMS)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.calls, extractor.waits) == ("extracted", 4, [1.0])


def test_a_timeout_of_every_attempt_fails_the_list(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.call_max_s = 0.5
    extractor.spotify.fault(faults.Hang(), times=None, path=ITEMS)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "no_response", 5)
    assert "no complete response within 0.5 s; check the network, run again" in outcome.sentence
    assert extractor.files == []


def test_a_slow_response_is_waited_for(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.Slow(delay_ms=150), path=ITEMS)

    outcome = extractor.run_one(extractor.spotify.playlist_ids[0])

    assert (outcome.outcome, outcome.calls, extractor.waits) == ("extracted", 3, [])


def test_a_refused_connection_fails_the_list(extractor: Extractor) -> None:
    extractor.settings = replace(extractor.settings, api_url="http://127.0.0.1:9/v1")

    outcome = extractor.run_one(extractor.spotify.playlist_ids[0])

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "no_response", 4)
    assert "(ConnectionError)" in outcome.sentence


@pytest.mark.parametrize(
    ("fault", "outcome", "cause", "sentence"),
    [
        (faults.NotFound(), "not_found", "not_found", "new apps cannot read since November 2024"),
        (faults.Forbidden("not_owner"), "forbidden", "forbidden", "owns it or collaborates on it"),
        (faults.Forbidden("not_registered"), "forbidden", "forbidden", "not on the app's allow-l"),
        (
            faults.Forbidden("no_premium"),
            "forbidden",
            "forbidden",
            "has no Premium, which apps need; renew it",
        ),
        (Answer('{"error": "x"}', 403), "forbidden", "forbidden", '("x"): since 2026 Spotify'),
        (Answer("<h1>No</h1>", 403), "forbidden", "forbidden", "items: since 2026 Spotify"),
        (
            Answer('{"error": {"message": "Insufficient client scope"}}', 403),
            "forbidden",
            "forbidden",
            "the login does not cover private lists; run playlist-lake login",
        ),
        (
            Answer('{"error": {"message": "Invalid base62 id"}}', 400),
            "failed",
            "request_refused",
            'with 400 ("Invalid base62 id"); check the link',
        ),
        (faults.ErrorText(status=418, text="no\ntea"), "failed", "request_refused", '("no tea")'),
        (Answer("gone", 410), "failed", "request_refused", 'with 410 ("gone")'),
        (
            Answer(status=302, headers=[("Location", "http://127.0.0.1:9/elsewhere")]),
            "failed",
            "redirected",
            "(302), and redirects are not followed",
        ),
    ],
)
def test_a_refusal_is_not_retried_and_fails_only_its_list(
    extractor: Extractor, fault: Fault, outcome: str, cause: str, sentence: str
) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    extractor.spotify.fault(fault, path=ITEMS, times=1)

    refused, extracted = extractor.run(chart, fresh).outcomes

    assert (refused.outcome, refused.cause, refused.calls) == (outcome, cause, 2)
    assert sentence in refused.sentence
    assert chart in refused.sentence
    assert extracted.outcome == "extracted"
    assert extractor.waits == []
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{fresh}.jsonl.gz"]


def test_waits_end_with_the_budget(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.ServerError(), times=None, path=ITEMS)
    api = extractor.api(RetryBudget(total_s=4))

    with pytest.raises(Exception, match="with 503"):
        next(api.pages(items_of(extractor.spotify.playlist_ids[0])))
    with pytest.raises(Exception, match="with 503"):
        next(api.pages(items_of(extractor.spotify.playlist_ids[1])))

    # First call: 1 + 2, then 4 is too long. Second call: 1, then 2 is too long
    assert extractor.waits == [1.0, 2.0, 1.0]
    assert api.calls == 5


def test_a_wait_leaves_enough_time_for_the_next_call(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.ServerError(), times=None, path=ITEMS)
    time_left: Callable[[], float] = lambda: 31.5 - sum(extractor.waits)  # noqa: E731

    outcome = extractor.run(extractor.spotify.playlist_ids[0], time_left=time_left).outcomes[0]

    assert (outcome.outcome, outcome.calls) == ("failed", 3)
    assert extractor.waits == [1.0]
