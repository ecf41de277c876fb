"""The response is well formed, but a token, the list or the page is not what the client expects."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Response

from simulator.spotify.faults.fault import Exchange, Fault
from simulator.spotify.library import LIKED_SONGS
from simulator.spotify.responses import json_response

_OTHER_HOST = "https://api.spotify.example"

Page = dict[str, Any]


@dataclass(frozen=True)
class TokenExpired(Fault):
    """All access tokens expire at this request; a refresh gives a valid one."""

    def answer(self, exchange: Exchange) -> Response:
        exchange.accounts.expire_access_tokens()
        return exchange.ordinary()


@dataclass(frozen=True)
class TokenRevoked(Fault):
    """The user removes the app at this request: no token is valid any more."""

    def answer(self, exchange: Exchange) -> Response:
        exchange.accounts.revoke()
        return exchange.ordinary()


@dataclass(frozen=True)
class UnusableToken(Fault):
    """The token endpoint's response with a new refresh token that is not one."""

    refresh_token: object = ""

    def answer(self, exchange: Exchange) -> Response:
        body = exchange.ordinary().get_json()
        return json_response(body | {"refresh_token": self.refresh_token})


@dataclass(frozen=True)
class Edited(Fault):
    """The list, or Liked Songs, is edited just before this request: its first item is removed.

    `items=False` edits something else, such as the name. `snapshot_id=False` keeps Spotify's
    snapshot id, which sometimes changes late.
    """

    items: bool = True
    snapshot_id: bool = True

    def answer(self, exchange: Exchange) -> Response:
        match = re.match(r"/v1/playlists/([^/]+)", exchange.path)
        if match or exchange.path == "/v1/me/tracks":
            edited = match[1] if match else LIKED_SONGS
            exchange.library.edit(edited, items=self.items, snapshot_id=self.snapshot_id)
        return exchange.ordinary()


@dataclass(frozen=True)
class WrongNext(Fault):
    """A page whose `next` names another host, another path or the page itself."""

    to: Literal["host", "path", "loop"] = "host"

    def answer(self, exchange: Exchange) -> Response:
        def wrong_next(page: Page) -> Page:
            match self.to:
                case "host":
                    return {"next": f"{_OTHER_HOST}{exchange.path}?offset=50&limit=50"}
                case "path":
                    return {"next": page["href"].replace(exchange.path, "/v1/me/playlists")}
            return {"next": page["href"]}

        return _with_changed_page(exchange.ordinary(), wrong_next)


@dataclass(frozen=True)
class EmptyPage(Fault):
    """The page at `offset` has no items, and its `next` names the page itself."""

    offset: int = 50

    def answer(self, exchange: Exchange) -> Response:
        def emptied(page: Page) -> Page:
            return {"items": [], "next": page["href"]} if page["offset"] == self.offset else {}

        return _with_changed_page(exchange.ordinary(), emptied)


@dataclass(frozen=True)
class WrongTotal(Fault):
    """A page whose `total` is `by` too large."""

    by: int = 1

    def answer(self, exchange: Exchange) -> Response:
        return _with_changed_page(
            exchange.ordinary(), lambda page: {"total": page["total"] + self.by}
        )


@dataclass(frozen=True)
class LeftOut(Fault):
    """A page without one of its items, by index in the list; `total` and `next` stay."""

    index: int

    def answer(self, exchange: Exchange) -> Response:
        def without(page: Page) -> Page:
            at = self.index - page["offset"]
            rows = page["items"]
            return {"items": rows[:at] + rows[at + 1 :]} if 0 <= at < len(rows) else {}

        return _with_changed_page(exchange.ordinary(), without)


@dataclass(frozen=True)
class Shrunk(Fault):
    """The list has only its first `to` items; the playlist object and its pages agree."""

    to: int

    def answer(self, exchange: Exchange) -> Response:
        response = exchange.ordinary()
        body = response.get_json()
        inside = {
            key: body[key] | self._shrunk(body[key])
            for key in ("items", "tracks")
            if isinstance(body.get(key), dict)
        }
        if inside:
            return json_response(body | inside)
        return _with_changed_page(response, self._shrunk)

    def _shrunk(self, page: Page) -> Page:
        rows = page["items"][: max(0, self.to - page["offset"])]
        is_last = page["offset"] + page["limit"] >= self.to
        return {"items": rows, "next": None if is_last else page["next"], "total": self.to}


@dataclass(frozen=True)
class NullItems(Fault):
    """A page whose `items` is null."""

    def answer(self, exchange: Exchange) -> Response:
        return _with_changed_page(exchange.ordinary(), lambda _: {"items": None})


def _with_changed_page(response: Response, change: Callable[[Page], Page]) -> Response:
    """Replace some keys of a page; a response without a page stays as it is."""
    body = response.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("items"), list):
        return response
    return json_response(body | change(body))
