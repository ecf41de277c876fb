"""The response has a key under another name, as `track` became `item` in February 2026."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from simulator.spotify.faults.fault import Exchange, Fault
from simulator.spotify.responses import json_response


@dataclass(frozen=True)
class RenamedKey(Fault):
    """The ordinary response with another name for a key.

    `key` is the key's path from the root of the body, such as `items.item.external_ids.isrc`; it
    leads through arrays.
    """

    key: str
    name: str

    def answer(self, exchange: Exchange) -> Response:
        response = exchange.ordinary()
        if response.status_code != 200:
            return response
        return json_response(renamed(response.get_json(), self.key.split("."), self.name))


def renamed(body: Any, path: Sequence[str], name: str) -> Any:
    """A copy of a body with another name for the key at a path."""
    if isinstance(body, list):
        return [renamed(element, path, name) for element in body]
    if not isinstance(body, dict) or path[0] not in body:
        return body
    first, *rest = path
    if rest:
        return {**body, first: renamed(body[first], rest, name)}
    return {name if key == first else key: value for key, value in body.items()}
