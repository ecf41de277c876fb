"""Checks Spotify's responses: a success passes, any other response raises the error of its cause.

A session checks every response before spotipy sees it. spotipy itself turns a 503 into a 429, an
empty body into None and `{"error": "text"}` into an AttributeError, and hides Retry-After.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from extract_lambda.error_bodies import json_body, read_error_body
from extract_lambda.errors import ExtractError


class ApiError(ExtractError):
    """A call to a web API failed."""


class RetryableError(ApiError):
    """The same call may succeed a little later."""


class PermanentError(ApiError):
    """The same call would fail again, so it is not repeated."""


class ServerFault(RetryableError):
    """The service itself fails: 5xx or 408."""


class NoResponse(RetryableError):
    """No connection, a timeout, or only a part of a response."""


class UnreadableResponse(RetryableError):
    """A success whose body is empty, not JSON, or not the requested object."""


class ResponseTooLarge(PermanentError):
    """The response is larger than any that is expected."""


class RateLimited(RetryableError):
    """Too many calls. `retry_after_s` is None if the service gives no usable time."""

    def __init__(self, message: str, retry_after_s: float | None, *, is_quota: bool) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.is_quota = is_quota


class NotFound(PermanentError):
    """404: this account cannot see such a list."""


class Forbidden(PermanentError):
    """403: the list exists, but this account or app may not read it."""


class AccessTokenRefused(PermanentError):
    """401: the access token has expired or is not accepted."""


class RequestRefused(PermanentError):
    """Any other 4xx."""


class Redirected(PermanentError):
    """A redirect. The services send none; following one could send credentials elsewhere."""


class LoginNeeded(PermanentError):
    """The refresh token was revoked or has expired: `invalid_grant`."""


class AppRefused(PermanentError):
    """The app's client id or secret is not accepted: `invalid_client`."""


def check_api_response(response: Response, **_: Any) -> None:
    """Raise an ApiError if a response of the Web API is not a success."""
    status, where = response.status_code, _where(response)
    if 200 <= status < 300:
        return
    check_any(response)
    message = read_error_body(response).message
    if status == 401:
        raise AccessTokenRefused(
            f"Spotify refuses every access token for {where}{_quoted(message)}, even a new one; "
            "run playlist-lake login"
        )
    if status == 403:
        why = _why_forbidden(message, urlsplit(response.url).path)
        raise Forbidden(f"Spotify forbids {where}{_quoted(message)}: {why}")
    if status == 404:
        raise NotFound(
            f"Spotify has no list for {where}: it does not exist, is private, or is one of "
            "Spotify's own, which new apps cannot read since November 2024; check the link, or "
            "copy the list into one of your own and follow that"
        )
    raise _refused(response)


def check_token_response(response: Response, **_: Any) -> None:
    """Raise an ApiError if a response of the token URL has no access token."""
    status, where = response.status_code, _where(response)
    if 200 <= status < 300:
        if not _has_token(json_body(response)):
            raise UnreadableResponse(
                f"Spotify answers {where} without an access token; run again later"
            )
        return
    check_any(response)
    error = read_error_body(response)
    if error.code == "invalid_grant":
        raise LoginNeeded(
            f"Spotify no longer accepts the refresh token{_quoted(error.message)}: access was "
            "revoked, or the login is over six months old; run playlist-lake login"
        )
    if error.code == "invalid_client":
        raise AppRefused(
            f"Spotify does not accept the app's client id and secret{_quoted(error.message)}; "
            "compare them with the app's page at developer.spotify.com, then run playlist-lake "
            "login"
        )
    raise _refused(response)


def check_any(response: Response, service: str = "Spotify") -> None:
    """Raise an ApiError for a redirect, too many calls, and what a server does wrong."""
    status, where = response.status_code, _where(response)
    if 300 <= status < 400:
        raise Redirected(
            f"{service} redirects {where} ({status}), and redirects are not followed; check the "
            "address and the network"
        )
    if status == 429:
        is_quota = read_error_body(response).reason == "QUOTA_EXCEEDED"
        raise RateLimited(
            f"{service} refuses {where} after too many calls "
            f"({'quota' if is_quota else 'rate limit'}); run again later",
            retry_after_s(response),
            is_quota=is_quota,
        )
    if status == 408 or status >= 500:
        raise ServerFault(f"{service} answers {where} with {status}; run again later")


def _refused(response: Response) -> RequestRefused:
    message = read_error_body(response).message
    return RequestRefused(
        f"Spotify refuses {_where(response)} with {response.status_code}{_quoted(message)}; "
        "check the link"
    )


def _where(response: Response) -> str:
    return f"{response.request.method} {urlsplit(response.url).path}"


def _why_forbidden(message: str, path: str) -> str:
    lower = message.lower()
    if "premium" in lower:
        return "the owner of the Spotify app has no Premium, which apps need; renew it"
    if "registered" in lower:
        return "the account is not on the app's allow-list; add it on the app's page"
    if "scope" in lower:
        lists = "Liked Songs" if path.endswith("/me/tracks") else "private lists"
        return f"the login does not cover {lists}; run playlist-lake login again"
    return (
        "since 2026 Spotify serves a list only to an account that owns it or collaborates on it; "
        "copy it into a list of your own and follow that. If it is your own, the app's owner has "
        "no Premium, or the account is not on the app's allow-list"
    )


def _has_token(body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    token, lifetime_s = body.get("access_token"), body.get("expires_in")
    return (
        isinstance(token, str)
        and re.fullmatch(r"[\x21-\x7e]+", token) is not None
        and isinstance(lifetime_s, int)
    )


def retry_after_s(response: Response) -> float | None:
    """Seconds to wait, from the Retry-After header: a number or a date (RFC 9110)."""
    header = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", header):
        return float(header)
    try:
        until = parsedate_to_datetime(header)
        sent = parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, OverflowError):
        return None
    seconds = (_utc(until) - _utc(sent)).total_seconds()
    return seconds if seconds >= 0 else None


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _quoted(message: str) -> str:
    return f' ("{message}")' if message else ""
