"""Faulty responses: outcomes, number of calls, waits, and what is in the raw zone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from extract_lambda.retries import RetryBudget
from extract_lambda.spotify_api import MisleadingPage
from simulator.spotify import faults, library
from simulator.spotify.faults import Fault
from tests.extract_lambda.extractor import Answer, Changed, Extractor

HEAD, ITEMS = "/v1/playlists/*", "/v1/playlists/*/items"


def set_key(key: str, value: Any) -> Changed:
    return Changed(lambda body: body.update({key: value}))


def drop_key(key: str) -> Changed:
    return Changed(lambda body: body.pop(key))


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
}


def next_with(before: str, after: str) -> Changed:
    return Changed(lambda body: body.update(next=body["next"].replace(before, after)))


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


@pytest.mark.parametrize(
    "fault",
    [
        faults.WrongNext("host"),
        faults.WrongNext("path"),
        faults.WrongNext("loop"),
        *(
            next_with(before, after)
            for before, after in [
                ("http:", "https:"),
                ("127.0.0.1", "localhost"),
                ("http://", "http://user@"),
                ("http://", "http://example.org\\@"),
                ("http://127.0.0.1", "//127.0.0.1"),
                ("/v1/playlists/", "/v1/playlists/x"),
                ("offset=50", "offset=100"),
                ("offset=50", "offset=0"),
                ("offset=50", "offset=-50"),
                ("offset=50", "offset=5e1"),
                ("offset=50", "offset=50&offset=0"),
                ("offset=50&", ""),
                (":", ":x"),
            ]
        ),
        set_key("next", 50),
        set_key("next", {"offset": 50}),
        set_key("next", ["http"]),
    ],
)
def test_a_misleading_next_is_not_followed(extractor: Extractor, fault: Fault) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(fault, path=ITEMS)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "misleading_page", 2)
    assert (
        f"the page of playlist {fresh} at offset 0: its `next` is not the following page"
        in outcome.sentence
    )
    assert len(extractor.requests) == 2
    assert extractor.waits == []
    assert extractor.files == []


def test_a_next_in_another_spelling_is_followed(extractor: Extractor) -> None:
    extractor.spotify.fault(next_with("http://", "HTTP://"), path=ITEMS)

    assert extractor.run_one(extractor.spotify.playlist_ids[1]).outcome == "extracted"


def test_an_empty_page_with_a_next_is_read_again_and_then_fails(extractor: Extractor) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    path = f"/v1/playlists/{fresh}/items"
    # An extractor that follows `next` without end gets an end
    extractor.spotify.fault(faults.EmptyPage(), path=path, times=50)

    failed, extracted = extractor.run(fresh, chart).outcomes

    # In each of four readings the playlist object and two pages
    assert (failed.outcome, failed.cause, failed.calls) == ("failed", "list_changed", 4 * 3)
    assert extracted.outcome == "extracted"
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{chart}.jsonl.gz"]


def test_a_page_that_is_empty_once_costs_a_second_reading(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.EmptyPage(), path=ITEMS, times=2)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 3 + 4)


def test_no_page_follows_an_empty_one(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.EmptyPage(offset=0), path=ITEMS)

    with pytest.raises(MisleadingPage, match="has a `next`, but no items; run again later"):
        list(extractor.api().pages(extractor.spotify.playlist_ids[0]))


def test_a_list_edited_between_pages_is_read_again(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.Edited(), path=ITEMS, after=1)

    outcome = extractor.run_one(fresh)

    # The playlist object and two pages with different totals; then all four calls
    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 99, 7)
    assert extractor.waits == []
    assert extractor.records(fresh)[-1]["item_count"] == 99
    assert len({str(item) for item in extractor.items(fresh)}) == 99


def test_the_snapshot_id_reveals_an_edit_that_keeps_the_number_of_items(
    extractor: Extractor,
) -> None:
    fresh = extractor.spotify.playlist_ids[1]

    def other_songs(body: dict[str, Any]) -> None:
        body["items"].reverse()

    extractor.spotify.fault(Changed(other_songs), path=ITEMS, after=1)
    extractor.spotify.fault(faults.Edited(items=False), path=HEAD, after=1)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.calls) == ("extracted", 8)
    records = extractor.records(fresh)
    assert records[-1]["spotify_snapshot_id"] == records[0]["playlist"]["snapshot_id"]


def test_a_list_edited_during_every_reading_fails_after_four_readings(extractor: Extractor) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    path = f"/v1/playlists/{fresh}/items"
    extractor.spotify.fault(faults.Edited(snapshot_id=False), path=path, times=None)

    failed, extracted = extractor.run(fresh, chart).outcomes

    assert (failed.outcome, failed.cause, failed.calls) == ("failed", "list_changed", 4 * 3)
    assert failed.sentence == (
        f"playlist {fresh} changed during each of 4 readings, or Spotify counts its items "
        "wrongly; nothing was stored, run again later"
    )
    assert extracted.outcome == "extracted"
    assert extractor.files == [f"raw/snapshot_date=2026-10-03/{chart}.jsonl.gz"]


def test_two_equal_readings_are_enough_if_the_snapshot_id_changes_with_every_call(
    extractor: Extractor,
) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.Edited(items=False), path=HEAD, times=None)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 100, 8)


def test_a_list_fails_if_items_and_snapshot_id_change_with_every_call(extractor: Extractor) -> None:
    fresh = extractor.spotify.playlist_ids[1]
    extractor.spotify.fault(faults.Edited(items=False), path=HEAD, times=None)
    readings = iter(range(100))

    def other_songs(body: dict[str, Any]) -> None:
        body["items"][0]["added_at"] = f"2026-01-01T00:00:{next(readings):02}Z"

    extractor.spotify.fault(Changed(other_songs), path=ITEMS, times=None)

    outcome = extractor.run_one(fresh)

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "list_changed", 4 * 4)
    assert extractor.files == []


@pytest.mark.parametrize(
    ("playlist_id", "calls"),
    # Per reading: the playlist object and three pages, without the snapshot id
    [(library.WRONG_TOTAL_ID, 4 * 4)],
)
def test_a_list_with_a_wrong_total_is_not_written(
    extractor: Extractor, playlist_id: str, calls: int
) -> None:
    outcome = extractor.run_one(playlist_id)

    assert (outcome.outcome, outcome.cause, outcome.calls) == ("failed", "list_changed", calls)
    assert extractor.files == []


@pytest.mark.parametrize("by", [1, -1])
def test_a_total_that_is_wrong_once_causes_a_second_reading(extractor: Extractor, by: int) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.spotify.fault(faults.WrongTotal(by=by), path=ITEMS)

    outcome = extractor.run_one(chart)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 50, 2 + 3)


def test_the_snapshot_id_is_read_if_the_playlist_object_contradicts_an_empty_page(
    extractor: Extractor,
) -> None:
    extractor.spotify.fault(drop_key("items"), path=HEAD)

    outcome = extractor.run_one(library.EMPTY_ID)

    assert (outcome.outcome, outcome.items, outcome.calls) == ("extracted", 0, 3)


def test_waits_end_with_the_budget(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.ServerError(), times=None, path=ITEMS)
    api = extractor.api(RetryBudget(total_s=4))

    with pytest.raises(Exception, match="with 503"):
        next(api.pages(extractor.spotify.playlist_ids[0]))
    with pytest.raises(Exception, match="with 503"):
        next(api.pages(extractor.spotify.playlist_ids[1]))

    # First call: 1 + 2, then 4 is too long. Second call: 1, then 2 is too long
    assert extractor.waits == [1.0, 2.0, 1.0]
    assert api.calls == 5


def test_a_wait_leaves_enough_time_for_the_next_call(extractor: Extractor) -> None:
    extractor.spotify.fault(faults.ServerError(), times=None, path=ITEMS)
    time_left: Callable[[], float] = lambda: 31.5 - sum(extractor.waits)  # noqa: E731

    outcome = extractor.run(extractor.spotify.playlist_ids[0], time_left=time_left).outcomes[0]

    assert (outcome.outcome, outcome.calls) == ("failed", 3)
    assert extractor.waits == [1.0]
