"""What an answer of Spotify means: nothing at all, or one class of error per cause.

A session judges every answer before spotipy sees it. spotipy itself turns a spent 503 into a 429,
an empty body into None, and `{"error": "text"}` into an AttributeError, and hides Retry-After.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from extract_lambda.error_bodies import json_of, said_in
from extract_lambda.errors import ExtractError


class SpotifyError(ExtractError):
    """Spotify has not given what it was asked for."""


class RetryableError(SpotifyError):
    """The same question may be answered a little later."""


class PermanentError(SpotifyError):
    """The same question gets the same answer; it is not asked again."""


class ServerFault(RetryableError):
    """Spotify has trouble of its own: 5xx, or 408."""


class NoAnswer(RetryableError):
    """No connection, no answer in time, or only a part of one."""


class UnreadableAnswer(RetryableError):
    """A success whose body is empty, no JSON, or not what was asked for."""


class RateLimited(RetryableError):
    """429: too many calls. `retry_after_s` is None where Spotify names no usable time."""

    def __init__(self, message: str, retry_after_s: float | None, *, is_quota: bool) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.is_quota = is_quota


class NotFound(PermanentError):
    """404: there is no such list for this account."""


class Forbidden(PermanentError):
    """403: the list is there, but not for this account or this app."""


class AccessTokenRefused(PermanentError):
    """401: the access token has expired, or is not accepted."""


class RequestRefused(PermanentError):
    """Any other 4xx."""


class Redirected(PermanentError):
    """A redirection. Spotify sends none, and credentials follow none."""


class LoginNeeded(PermanentError):
    """The refresh token was revoked or has expired: `invalid_grant`."""


class AppRefused(PermanentError):
    """The app's client id or secret is not accepted: `invalid_client`."""


def judge_api_answer(response: Response, **_: Any) -> None:
    """Raise what an answer of the Web API means, if it is no success."""
    status, where = response.status_code, _where(response)
    if 200 <= status < 300:
        return
    _judge_any(response)
    message = said_in(response).message
    if status == 401:
        raise AccessTokenRefused(
            f"Spotify accepts no access token for {where}{_quoted(message)}, not even a new one; "
            "run playlist-lake login"
        )
    if status == 403:
        raise Forbidden(f"Spotify forbids {where}{_quoted(message)}: {_why_forbidden(message)}")
    if status == 404:
        raise NotFound(
            f"Spotify has no list for {where}: it does not exist, is private, or is one of "
            "Spotify's own, which are closed to new apps since November 2024; check the link, or "
            "follow a copy in a list of your own"
        )
    raise _refused(response)


def judge_token_answer(response: Response, **_: Any) -> None:
    """Raise what an answer of the token address means, if it holds no access token."""
    status, where = response.status_code, _where(response)
    if 200 <= status < 300:
        if not _has_token(json_of(response)):
            raise UnreadableAnswer(
                f"Spotify answers {where} without an access token; run again later"
            )
        return
    _judge_any(response)
    said = said_in(response)
    if said.code == "invalid_grant":
        raise LoginNeeded(
            f"Spotify no longer accepts the refresh token{_quoted(said.message)}: access was "
            "revoked, or given over six months ago; run playlist-lake login"
        )
    if said.code == "invalid_client":
        raise AppRefused(
            f"Spotify does not accept the app's client id and secret{_quoted(said.message)}; "
            "compare them with the app's page at developer.spotify.com, then run playlist-lake "
            "login"
        )
    raise _refused(response)


def _judge_any(response: Response) -> None:
    status, where = response.status_code, _where(response)
    if 300 <= status < 400:
        raise Redirected(
            f"{where} is answered by a redirection ({status}), which was not followed; check the "
            "address and the network"
        )
    if status == 429:
        is_quota = said_in(response).reason == "QUOTA_EXCEEDED"
        raise RateLimited(
            f"Spotify refuses {where}, since there were too many calls "
            f"({'quota' if is_quota else 'rate limit'}); run again later",
            _retry_after_s(response),
            is_quota=is_quota,
        )
    if status == 408 or status >= 500:
        raise ServerFault(f"Spotify answers {where} with {status}; run again later")


def _refused(response: Response) -> RequestRefused:
    message = said_in(response).message
    return RequestRefused(
        f"Spotify refuses {_where(response)} with {response.status_code}{_quoted(message)}; "
        "check the link"
    )


def _where(response: Response) -> str:
    return f"{response.request.method} {urlsplit(response.url).path}"


def _why_forbidden(message: str) -> str:
    said = message.lower()
    if "premium" in said:
        return "the owner of the Spotify app needs Premium; renew it, nothing is served without"
    if "registered" in said:
        return "the account is not on the app's allow-list; add it on the app's page"
    if "scope" in said:
        return "the login did not include private lists; run playlist-lake login"
    return (
        "since 2026 Spotify serves a list only to an account that owns it or collaborates on it; "
        "follow a copy in a list of your own. If it is yours, the app's owner has no Premium, or "
        "the account is not on the app's allow-list"
    )


def _has_token(body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    token, lifetime_s = body.get("access_token"), body.get("expires_in")
    return (
        isinstance(token, str)
        and re.fullmatch(r"[\x21-\x7e]+", token) is not None
        and isinstance(lifetime_s, int)
        and isinstance(body.get("refresh_token", ""), str)
    )


def _retry_after_s(response: Response) -> float | None:
    """Seconds to wait by the Retry-After header, which is a number or a date (RFC 9110)."""
    header = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", header):
        return float(header)
    try:
        until = parsedate_to_datetime(header)
        served = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return None
    seconds = (_utc(until) - _utc(served)).total_seconds()
    return seconds if seconds >= 0 else None


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _quoted(message: str) -> str:
    return f' ("{message}")' if message else ""
