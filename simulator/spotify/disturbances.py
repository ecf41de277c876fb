"""Faults that spoil the ordinary answer, or change something before it is given."""

import re
import select
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Response

from simulator.spotify.exchange import Exchange, Fault
from simulator.spotify.responses import json_response

_ELSEWHERE = "https://api.spotify.example"


@dataclass(frozen=True)
class HalfJson(Fault):
    """The first half of the body, announced as if it were all."""

    def answer(self, exchange: Exchange) -> Response:
        response = exchange.ordinary()
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
        return response


@dataclass(frozen=True)
class Torn(Fault):
    """The connection ends in the middle of the body that was announced."""

    def answer(self, exchange: Exchange) -> Response:
        response = exchange.ordinary()
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
        response.headers["Content-Length"] = str(len(body))
        return response


@dataclass(frozen=True)
class Slow(Fault):
    """The ordinary answer, late."""

    delay_ms: int = 100

    def answer(self, exchange: Exchange) -> Response:
        exchange.stopping.wait(self.delay_ms / 1000)
        return exchange.ordinary()


@dataclass(frozen=True)
class Hang(Fault):
    """No answer at all until the client gives up."""

    def answer(self, exchange: Exchange) -> Response:
        while not exchange.stopping.is_set():
            # A client that hangs up makes its connection readable, with nothing to read.
            if select.select([exchange.connection], [], [], 0.02)[0]:
                break
        raise ConnectionAbortedError("the client gave up, as the fault demands")


@dataclass(frozen=True)
class Cut(Fault):
    """The connection ends before anything is answered."""

    def answer(self, _: Exchange) -> Response:
        raise ConnectionAbortedError("cut, as the fault demands")


@dataclass(frozen=True)
class TokenExpired(Fault):
    """Every access token there is expires just now; a refresh gives a good one."""

    def answer(self, exchange: Exchange) -> Response:
        exchange.accounts.expire_access_tokens()
        return exchange.ordinary()


@dataclass(frozen=True)
class TokenRevoked(Fault):
    """The user takes the app's permission back: every token is worthless from now on."""

    def answer(self, exchange: Exchange) -> Response:
        exchange.accounts.revoke()
        return exchange.ordinary()


@dataclass(frozen=True)
class Edited(Fault):
    """Somebody edits the list just before the request: its first item goes, or its name changes.

    Usually Spotify's snapshot id changes with every edit; without `snapshot_id` it is late.
    """

    items: bool = True
    snapshot_id: bool = True

    def answer(self, exchange: Exchange) -> Response:
        if named := re.match(r"/v1/playlists/([^/]+)", exchange.path):
            exchange.library.edit(named[1], items=self.items, snapshot_id=self.snapshot_id)
        return exchange.ordinary()


@dataclass(frozen=True)
class WrongNext(Fault):
    """A page whose `next` leads astray: to another host, another path, itself, or any `url`."""

    to: Literal["host", "path", "loop"] = "host"
    url: str | None = None

    def answer(self, exchange: Exchange) -> Response:
        def astray(page: dict[str, Any]) -> dict[str, Any]:
            match self.to:
                case _ if self.url is not None:
                    return {"next": self.url}
                case "host":
                    return {"next": f"{_ELSEWHERE}{exchange.path}?offset=50&limit=50"}
                case "path":
                    return {"next": page["href"].replace(exchange.path, "/v1/me/playlists")}
            return {"next": page["href"]}

        return _changed(exchange.ordinary(), astray)


@dataclass(frozen=True)
class WrongTotal(Fault):
    """A page that claims `by` more items than the list has."""

    by: int = 1

    def answer(self, exchange: Exchange) -> Response:
        return _changed(exchange.ordinary(), lambda page: {"total": page["total"] + self.by})


@dataclass(frozen=True)
class NullItems(Fault):
    """A page whose `items` is null."""

    def answer(self, exchange: Exchange) -> Response:
        return _changed(exchange.ordinary(), lambda _: {"items": None})


def _changed(response: Response, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Response:
    """The answer with some keys changed; one that is no page stays as it is."""
    body = response.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        return response
    return json_response(body | change(body))
