"""The errors of single responses, and that none of them shows a secret of the request."""

import base64
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from requests import Request, Response

from extract_lambda.errors import ExtractError
from extract_lambda.responses import (
    ApiError,
    Forbidden,
    RateLimited,
    check_api_response,
    check_token_response,
)
from simulator.spotify import faults
from tests.extract_lambda.extractor import Answer, Extractor
from tests.support.secrets_in_text import assert_no_secret


def response_with(status: int, body: str = "", **headers: str) -> Response:
    response = Response()
    response.status_code = status
    response._content = body.encode()
    response.url = "https://api.spotify.com/v1/playlists/x?fields=y"
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    response.request = Request(
        "GET", response.url, headers={"Authorization": "Bearer BQabc"}
    ).prepare()
    return response


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("0", 0),
        ("86400", 86_400),
        (" 7 ", 7),
        ("Sat, 03 Oct 2026 12:00:10 GMT", 10),
        ("Saturday, 03-Oct-26 12:00:10 GMT", 10),
        ("Sat, 03 Oct 2026 12:00:10 -0000", 10),
        ("Sat, 03 Oct 2026 14:00:10 +0200", 10),
        ("Sat, 03 Oct 2026 11:59:59 GMT", None),
        ("-1", None),
        ("1.5", None),
        ("\u0661", None),
        ("soon", None),
        ("", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(retry_after: str, seconds: float | None) -> None:
    limited = response_with(429, Retry_After=retry_after, Date="Sat, 03 Oct 2026 12:00:00 GMT")

    with pytest.raises(RateLimited) as caught:
        check_api_response(limited)

    assert caught.value.retry_after_s == seconds
    assert not caught.value.is_quota


def test_a_retry_after_date_needs_the_servers_own_date() -> None:
    with pytest.raises(RateLimited) as caught:
        check_api_response(response_with(429, Retry_After="Sat, 03 Oct 2026 12:00:10 GMT"))

    assert caught.value.retry_after_s is None


def test_a_message_is_quoted_short_and_on_one_line() -> None:
    with pytest.raises(Forbidden) as caught:
        check_api_response(response_with(403, "No,\r\n\tno " + "no " * 1000))

    assert '("No, no no' in str(caught.value)
    assert len(str(caught.value)) < 600
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("check", [check_api_response, check_token_response])
def test_every_status_except_success_raises_a_spotify_error(
    check: Callable[[Response], None],
) -> None:
    for status in [*range(300, 512), 599]:
        with pytest.raises(ApiError, match="GET /v1/playlists/x"):
            check(response_with(status, '{"error": {"message": 1, "reason": ["QUOTA_EXCEEDED"]}}'))


ECHOES = [
    pytest.param(Answer(body, status, content_type=kind), id=f"{status} {kind} {body[:20]}")
    for status in (200, 400, 401, 403, 404, 418, 429, 500)
    for kind, body in [
        ("application/json", '{"error": {"message": "{sent}", "reason": "{sent}"}}'),
        ("application/json", '{"error": "{sent}", "error_description": "{sent}"}'),
        ("text/plain", "{sent}"),
        ("text/html", "<p>{sent}</p>"),
    ]
]


@pytest.mark.parametrize("fault", ECHOES)
@pytest.mark.parametrize("path", ["/v1/**", "/api/token"])
def test_a_response_that_echoes_the_request_puts_no_secret_into_the_error(
    extractor: Extractor, fault: Answer, path: str
) -> None:
    extractor.spotify.fault(fault, path=path, times=None)

    with pytest.raises(ExtractError) as caught:
        extractor.api().playlist(extractor.spotify.playlist_ids[0])

    assert_no_secret(shown(caught.value), extractor.spotify)
    given = extractor.spotify.credentials
    basic = base64.b64encode(f"{given.client_id}:{given.client_secret}".encode()).decode()
    assert basic not in shown(caught.value)


@pytest.mark.parametrize(
    "fault",
    [
        faults.ServerError(),
        faults.EmptyBody(),
        faults.Torn(),
        faults.Cut(),
        faults.TokenRevoked(),
        faults.QuotaExceeded(),
        faults.RateLimited(),
        faults.Forbidden(),
        faults.ErrorText(),
    ],
)
@pytest.mark.parametrize("path", ["/v1/**", "/api/token"])
def test_no_traceback_shows_a_secret(extractor: Extractor, fault: Any, path: str) -> None:
    extractor.spotify.fault(fault, path=path, times=None)

    with pytest.raises(ExtractError) as caught:
        extractor.api().playlist(extractor.spotify.playlist_ids[0])

    assert_no_secret(shown(caught.value), extractor.spotify)


def shown(error: BaseException) -> str:
    """Everything that a traceback shows of an error and of its causes."""
    printed = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
    before = error.__cause__ or error.__context__
    return printed + (shown(before) if before else "")
