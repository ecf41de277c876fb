"""Faults whose answer is the same whatever was asked: errors, and bodies that say nothing."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal

from flask import Response

from simulator.spotify.exchange import Exchange, Fault
from simulator.spotify.responses import api_error, json_response

_HTML = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>\n"


class Refusal(Fault):
    """A fault that doesn't look at the request."""

    def answer(self, exchange: Exchange) -> Response:  # noqa: ARG002
        return self.response()

    @abstractmethod
    def response(self) -> Response:
        """The answer."""


@dataclass(frozen=True)
class RateLimited(Refusal):
    """429 for too many calls within half a minute."""

    retry_after_s: int | None = 1
    body: Literal["json", "text"] = "json"

    def response(self) -> Response:
        response = _too_many(self.retry_after_s)
        if self.body == "text":
            response.content_type = "text/plain"
            response.set_data(b"Too many requests")
        return response


@dataclass(frozen=True)
class QuotaExceeded(Refusal):
    """429 for too many calls within a day; Spotify doesn't always say when to come back."""

    retry_after_s: int | None = 79_892

    def response(self) -> Response:
        return _too_many(self.retry_after_s, reason="QUOTA_EXCEEDED")


@dataclass(frozen=True)
class ServerError(Refusal):
    """500, 502 or 503 and the like, with one of the bodies that have been seen."""

    status: int = 503
    body: Literal["json", "html", "empty"] = "json"

    def response(self) -> Response:
        match self.body:
            case "json":
                return api_error(self.status, "Service temporarily unavailable")
            case "html":
                return Response(_HTML.format("Bad Gateway"), self.status, mimetype="text/html")
        return Response(b"", self.status)


@dataclass(frozen=True)
class Forbidden(Refusal):
    """403 for one of its causes: two come as JSON, a lapsed Premium as plain text."""

    cause: Literal["not_owner", "not_registered", "no_premium"] = "not_owner"

    def response(self) -> Response:
        match self.cause:
            case "not_owner":
                return api_error(403, "Forbidden")
            case "not_registered":
                return api_error(403, "User not registered in the Developer Dashboard")
        text = "Active premium subscription required for the owner of the app."
        return Response(text, 403, mimetype="text/plain")


@dataclass(frozen=True)
class NotFound(Refusal):
    """404, as for a list that somebody deleted or made private."""

    def response(self) -> Response:
        return api_error(404, "Resource not found")


@dataclass(frozen=True)
class ErrorText(Refusal):
    """An error body whose `error` is a text instead of an object."""

    status: int = 500
    text: str = "Something went wrong"

    def response(self) -> Response:
        return json_response({"error": self.text}, self.status)


@dataclass(frozen=True)
class EmptyBody(Refusal):
    """200 with nothing in it."""

    def response(self) -> Response:
        return Response(b"", 200, content_type="application/json; charset=utf-8")


@dataclass(frozen=True)
class HtmlPage(Refusal):
    """A page for people, with 200 as proxies and sign-in pages of hotels send it."""

    status: int = 200

    def response(self) -> Response:
        return Response(_HTML.format("Welcome"), self.status, mimetype="text/html")


def _too_many(retry_after_s: int | None, **more: str) -> Response:
    response = api_error(429, "API rate limit exceeded", **more)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response
