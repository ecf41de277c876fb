"""The response is late, cut off or has no JSON body, as with any HTTP server or proxy."""

import select
from dataclasses import dataclass

from flask import Response

from simulator.spotify.faults.fault import Exchange, Fault

_HTML = (
    "<!doctype html><html><head><title>Welcome</title></head><body><h1>Welcome</h1></body></html>\n"
)
_HANG_POLL_S = 0.02


@dataclass(frozen=True)
class EmptyBody(Fault):
    """200 without a body."""

    def answer(self, exchange: Exchange) -> Response:  # noqa: ARG002
        return Response(b"", 200, content_type="application/json; charset=utf-8")


@dataclass(frozen=True)
class HtmlPage(Fault):
    """An HTML page with status 200, as from a proxy or the sign-in page of a hotel."""

    def answer(self, exchange: Exchange) -> Response:  # noqa: ARG002
        return Response(_HTML, 200, mimetype="text/html")


@dataclass(frozen=True)
class HalfJson(Fault):
    """The first half of the body, with a Content-Length that fits."""

    def answer(self, exchange: Exchange) -> Response:
        response = exchange.ordinary()
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
        return response


@dataclass(frozen=True)
class Torn(Fault):
    """The connection ends in the middle of the body, before Content-Length is reached."""

    def answer(self, exchange: Exchange) -> Response:
        response = exchange.ordinary()
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
        response.headers["Content-Length"] = str(len(body))
        return response


@dataclass(frozen=True)
class Slow(Fault):
    """The ordinary response after a delay."""

    delay_ms: int = 100

    def answer(self, exchange: Exchange) -> Response:
        exchange.stopping.wait(self.delay_ms / 1000)
        return exchange.ordinary()


@dataclass(frozen=True)
class Hang(Fault):
    """No response until the client gives up or the server stops."""

    def answer(self, exchange: Exchange) -> Response:
        while not exchange.stopping.is_set():
            # The connection becomes readable when the client closes it.
            if select.select([exchange.connection], [], [], _HANG_POLL_S)[0]:
                break
        raise ConnectionAbortedError("the Hang fault sends no response")


@dataclass(frozen=True)
class Cut(Fault):
    """The connection ends before the response begins."""

    def answer(self, exchange: Exchange) -> Response:  # noqa: ARG002
        raise ConnectionAbortedError("the Cut fault sends no response")
