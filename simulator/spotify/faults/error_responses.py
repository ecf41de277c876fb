"""Spotify refuses the request: status codes from 400 up, with the bodies that clients have seen."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal

from flask import Response

from simulator.spotify.faults.fault import Exchange, Fault
from simulator.spotify.responses import api_error, json_response

_BAD_GATEWAY = (
    "<!doctype html><html><head><title>Bad Gateway</title></head>"
    "<body><h1>Bad Gateway</h1></body></html>\n"
)


class _ErrorResponse(Fault):
    """A fault with the same response to every request."""

    def answer(self, exchange: Exchange) -> Response:  # noqa: ARG002
        return self.response()

    @abstractmethod
    def response(self) -> Response: ...


@dataclass(frozen=True)
class RateLimited(_ErrorResponse):
    """429: too many requests within 30 seconds."""

    retry_after_s: int | None = 1
    body: Literal["json", "text"] = "json"

    def response(self) -> Response:
        response = _too_many_requests(self.retry_after_s)
        if self.body == "text":
            response.content_type = "text/plain"
            response.set_data(b"Too many requests")
        return response


@dataclass(frozen=True)
class QuotaExceeded(_ErrorResponse):
    """429: too many requests within a day. Spotify sends Retry-After only sometimes."""

    retry_after_s: int | None = 79_892

    def response(self) -> Response:
        return _too_many_requests(self.retry_after_s, reason="QUOTA_EXCEEDED")


@dataclass(frozen=True)
class ServerError(_ErrorResponse):
    """500, 502, 503 and so on."""

    status: int = 503
    body: Literal["json", "html", "empty"] = "json"

    def response(self) -> Response:
        match self.body:
            case "json":
                return api_error(self.status, "Service temporarily unavailable")
            case "html":
                return Response(_BAD_GATEWAY, self.status, mimetype="text/html")
        return Response(b"", self.status)


@dataclass(frozen=True)
class Forbidden(_ErrorResponse):
    """403 for one of its causes. The message about Premium is plain text, the others are JSON."""

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
class NotFound(_ErrorResponse):
    """404: the list is deleted or private."""

    def response(self) -> Response:
        return api_error(404, "Resource not found")


@dataclass(frozen=True)
class ErrorText(_ErrorResponse):
    """A JSON body whose `error` is a text instead of an object."""

    status: int = 500
    text: str = "Something went wrong"

    def response(self) -> Response:
        return json_response({"error": self.text}, self.status)


def _too_many_requests(retry_after_s: int | None, **more: str) -> Response:
    response = api_error(429, "API rate limit exceeded", **more)
    if retry_after_s is not None:
        response.headers["Retry-After"] = str(retry_after_s)
    return response
