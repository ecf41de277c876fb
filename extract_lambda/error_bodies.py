"""Reads the bodies of error responses, and removes the secrets that the request held."""

import base64
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from requests import PreparedRequest, Response

_MAX_QUOTE_LENGTH = 200


class ErrorBody(NamedTuple):
    """The parts of an error's body; each may be empty."""

    code: str
    message: str
    reason: str


def read_error_body(response: Response) -> ErrorBody:
    """The parts of an error's body, free of secrets.

    Observed shapes: `{"error": {"message", "reason"}}`, `{"error": "code", "error_description"}`,
    plain text.
    """
    code: Any = ""
    reason: Any = ""
    message: Any
    body = json_body(response)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        message, reason = error.get("message"), error.get("reason")
    elif isinstance(body, dict):
        code, message = error, body.get("error_description") or error
    else:
        message = "" if "<" in response.text else response.text
    return ErrorBody(*(_clean(part, response.request) for part in (code, message, reason)))


def json_body(response: Response) -> Any:
    """The body as JSON; None if it is not JSON."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _clean(text: Any, request: PreparedRequest) -> str:
    """A part of a body, fit for a log: short, on one line, without the request's secrets."""
    if not isinstance(text, str):
        return ""
    for secret in _secrets(request):
        text = text.replace(secret, "***")
    return " ".join(text.split())[:_MAX_QUOTE_LENGTH]


def _secrets(request: PreparedRequest) -> list[str]:
    scheme, _, credentials = str(request.headers.get("Authorization", "")).partition(" ")
    secrets = [credentials]
    if scheme == "Basic":
        secrets += base64.b64decode(credentials).decode().split(":")
    if isinstance(request.body, str):
        form = parse_qsl(request.body)
        secrets += [value for key, value in form if key in ("refresh_token", "code")]
    return [secret for secret in secrets if secret]
