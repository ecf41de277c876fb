"""Response bodies in the form in which Spotify writes them."""

import json
from typing import Any

from flask import Response


def json_response(body: Any, status: int = 200) -> Response:
    """UTF-8 JSON without escaped letters."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=utf-8")


def api_error(status: int, message: str, **more: str) -> Response:
    """The Web API's error body."""
    return json_response({"error": {"status": status, "message": message, **more}}, status)
