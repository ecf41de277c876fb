"""Bodies of the simulated Spotify's answers that carry no playlist."""

import json
from typing import Any

from flask import Response


def json_response(body: Any, status: int = 200) -> Response:
    """An answer as Spotify's: UTF-8, names as they are written."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=utf-8")


def api_error(status: int, message: str, **more: str) -> Response:
    """The Web API's error body."""
    return json_response({"error": {"status": status, "message": message, **more}}, status)


def token_error(error: str, description: str) -> Response:
    """The token endpoint's error body."""
    return json_response({"error": error, "error_description": description}, 400)
