"""Faults of the simulated MusicBrainz and ListenBrainz, as with any server or proxy."""

import json
from collections.abc import Callable
from typing import Any

from flask import Response

from simulator.metadata_server import Fault

_PAGE = "<!doctype html><html><body><h1>{}</h1></body></html>\n"


def html_page(status: int = 200) -> Fault:
    """An HTML page, as from a proxy or a server that is down."""
    return lambda _: Response(_PAGE.format(status), status, mimetype="text/html")


def empty_body(_: Response) -> Response:
    """200 without a body."""
    return Response(b"", 200, content_type="application/json")


def half_json(response: Response) -> Response:
    """The first half of the body, with a Content-Length that fits."""
    body = response.get_data()
    response.set_data(body[: len(body) // 2])
    return response


def torn(response: Response) -> Response:
    """The connection ends in the middle of the body, before Content-Length is reached."""
    size = len(response.get_data())
    half_json(response).headers["Content-Length"] = str(size)
    return response


def cut(_: Response) -> Response:
    """The connection ends before the response begins."""
    raise ConnectionAbortedError("the cut fault sends no response")


def redirect(_: Response) -> Response:
    """A redirect to another address."""
    return Response("", 302, {"Location": "https://login.example/"})


def refused(status: int, headers: dict[str, str] | None = None) -> Fault:
    """Too many calls: 503 of MusicBrainz, 429 of ListenBrainz."""
    text = json.dumps({"error": "Your requests are exceeding the allowable rate limit."})
    return lambda _: Response(text, status, headers, mimetype="application/json")


def with_headers(headers: dict[str, str]) -> Fault:
    """The ordinary response with other headers."""

    def answer(response: Response) -> Response:
        response.headers.update(headers)
        return response

    return answer


def changed(change: Callable[[Any], object]) -> Fault:
    """The ordinary response with a changed body."""

    def answer(response: Response) -> Response:
        body = response.get_json()
        change(body)
        response.set_data(json.dumps(body))
        return response

    return answer
