"""What the body of an error says, without what was sent in secret."""

import base64
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from requests import PreparedRequest, Response

_LONGEST_QUOTE = 200


class Said(NamedTuple):
    """Parts of an error's body; each may be empty."""

    code: str
    message: str
    reason: str


def said_in(response: Response) -> Said:
    """What an error's body says.

    Seen: `{"error": {"message", "reason"}}`, `{"error": "code", "error_description"}`, plain text.
    """
    code: Any = ""
    reason: Any = ""
    message: Any
    body = json_of(response)
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        message, reason = error.get("message"), error.get("reason")
    elif isinstance(body, dict):
        code, message = error, body.get("error_description") or error
    else:
        message = "" if "<" in response.text else response.text
    return Said(*(_clean(part, response.request) for part in (code, message, reason)))


def json_of(response: Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _clean(text: Any, request: PreparedRequest) -> str:
    """A part of an answer, fit for a log: short, on one line, without what was sent in secret."""
    if not isinstance(text, str):
        return ""
    for secret in _secrets(request):
        text = text.replace(secret, "***")
    return " ".join(text.split())[:_LONGEST_QUOTE]


def _secrets(request: PreparedRequest) -> list[str]:
    scheme, _, sent = str(request.headers.get("Authorization", "")).partition(" ")
    secrets = [sent]
    if scheme == "Basic":
        secrets += base64.b64decode(sent).decode().split(":")
    if isinstance(request.body, str):
        form = parse_qsl(request.body)
        secrets += [value for key, value in form if key in ("refresh_token", "code")]
    return [secret for secret in secrets if secret]
