"""Responses that are endless, too slow or too large, over HTTP: each call ends with one error."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from requests import Response

from extract_lambda.bounded_http import MAX_RESPONSE_BYTES
from extract_lambda.responses import (
    ApiError,
    NoResponse,
    NotFound,
    RateLimited,
    ResponseTooLarge,
    ServerFault,
    check_api_response,
)
from extract_lambda.retries import RetryBudget
from extract_lambda.sessions import network_errors, open_session
from simulator.spotify import SimulatedSpotify, faults
from tests.extract_lambda.extractor import Answer, Extractor

PARTS: Any = [
    "interim",
    "status",
    "headers",
    "header",
    "body",
    "chunk size",
    "chunks",
    "trailers",
]


def get(spotify: SimulatedSpotify, limit_s: float = 30) -> Response:
    session = open_session(spotify.api_url, check_api_response, lambda: limit_s)
    with network_errors("the page"), session:
        return session.get(f"{spotify.api_url}/me")


@contextmanager
def flat_memory() -> Iterator[None]:
    """Fails if the block needs much more memory than the largest response, server included."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * MAX_RESPONSE_BYTES


@pytest.mark.parametrize("part", PARTS)
def test_a_response_that_arrives_byte_by_byte_ends_at_the_deadline(
    spotify: SimulatedSpotify, part: Any
) -> None:
    spotify.fault(faults.Endless(part, pause_ms=5))

    with pytest.raises(NoResponse) as caught:
        get(spotify, limit_s=0.3)

    assert str(caught.value) == (
        "the page: no complete response within 0.3 s; check the network, run again"
    )


@pytest.mark.parametrize("part", PARTS)
def test_an_endless_response_ends_at_a_limit_of_its_size(
    spotify: SimulatedSpotify, part: Any
) -> None:
    spotify.fault(faults.Endless(part))

    with flat_memory(), pytest.raises(ApiError) as caught:
        get(spotify)

    # http.client and urllib3 limit lines and the number of headers
    is_limited = part in ("status", "headers", "header", "chunk size")
    assert type(caught.value) is (NoResponse if is_limited else ResponseTooLarge)
    assert "within" not in str(caught.value)


def test_a_small_response_that_unpacks_to_a_large_one_is_not_unpacked(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.spotify.fault(faults.GzipBomb(mib=200), path="/v1/**")

    with flat_memory(), pytest.raises(ResponseTooLarge) as caught:
        extractor.api().playlist(chart)

    assert str(caught.value) == (
        f"playlist {chart}: the response is larger than 8 MiB, so it was not read further; check "
        "the network for a proxy that changes it, then run again"
    )


def test_a_response_just_below_the_limit_is_read(extractor: Extractor) -> None:
    chart = extractor.spotify.playlist_ids[0]
    extractor.spotify.fault(faults.GzipBomb(mib=7), path="/v1/**")

    assert extractor.api().playlist(chart)["id"] == chart


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (429, RateLimited), (503, ServerFault)]
)
def test_the_status_decides_about_an_error_with_an_endless_body(
    spotify: SimulatedSpotify, status: int, error: type[Exception]
) -> None:
    spotify.fault(faults.Endless(status=status))

    with flat_memory(), pytest.raises(error):
        get(spotify)


@pytest.mark.parametrize("fault", [faults.Endless(), faults.GzipBomb()])
def test_a_token_response_that_is_too_large_fails_all_lists_after_one_request(
    extractor: Extractor, fault: faults.Fault
) -> None:
    extractor.spotify.fault(fault, path="/api/token", times=None)

    report = extractor.run(*extractor.spotify.playlist_ids)

    assert {(one.outcome, one.cause) for one in report.outcomes} == {
        ("failed", "response_too_large")
    }
    assert extractor.token_requests == 1


def test_a_large_page_fails_only_its_list(extractor: Extractor) -> None:
    chart, fresh, _ = extractor.spotify.playlist_ids
    extractor.spotify.fault(faults.Endless(), path=f"/v1/playlists/{chart}/items", times=None)

    report = extractor.run(chart, fresh)

    assert [(one.outcome, one.calls) for one in report.outcomes] == [
        ("failed", 2),
        ("extracted", 4),
    ]
    assert extractor.waits == []


@pytest.mark.parametrize(
    ("time_left_s", "limit_s"), [(900, 30), (45, 30), (35, 30), (20, 15), (5, 0), (-1, 0)]
)
def test_a_call_near_the_end_of_the_run_leaves_time_for_the_event(
    time_left_s: float, limit_s: float
) -> None:
    assert RetryBudget(time_left=lambda: time_left_s).call_limit_s() == limit_s


def test_a_run_without_time_makes_no_call(extractor: Extractor) -> None:
    budget = RetryBudget(time_left=lambda: 4)

    with pytest.raises(ApiError, match="no complete response within 0 s"):
        extractor.api(budget).playlist(extractor.spotify.playlist_ids[0])

    assert extractor.spotify.requests == []


def test_a_server_cannot_set_cookies(spotify: SimulatedSpotify) -> None:
    session = open_session(spotify.api_url, lambda _: None, lambda: 30.0)
    spotify.fault(Answer(headers=[("Set-Cookie", "mark=1")]))

    with session:
        session.get(f"{spotify.api_url}/me")

    assert len(session.cookies) == 0
