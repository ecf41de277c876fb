"""Structural mutation of JSON: any node is replaced, deleted, repeated, moved or wrapped."""

import json
import random
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

_OPERATIONS = ("replace", "delete", "insert", "repeat", "swap", "rename", "wrap", "retype")
_NEW_KEYS = ("inserted", "item", "track", "id", "uri", "name", "type", "artists", "offset", "total")
_STOP_PROBABILITY = 0.25


def mutate(document: dict[str, Any] | list[Any], values: Sequence[Any], rng: random.Random) -> None:
    """Change one node of a document in place; new values are copies of some of these."""
    node, keys = _container(document, rng)
    if not keys:
        _insert(node, deepcopy(rng.choice(values)), rng)
        return
    key, other = rng.choice(keys), rng.choice(keys)
    match rng.choice(_OPERATIONS):
        case "replace":
            node[key] = deepcopy(rng.choice(values))
        case "delete":
            del node[key]
        case "insert":
            _insert(node, deepcopy(rng.choice(values)), rng)
        case "repeat":
            _insert(node, deepcopy(node[key]), rng)
        case "swap":
            node[key], node[other] = node[other], node[key]
        case "rename":
            value = node.pop(key)
            _insert(node, value, rng)
        case "wrap":
            node[key] = rng.choice(([node[key]], {f"{key}": node[key]}))
        case "retype":
            node[key] = _retyped(node[key], rng)


def _container(document: Any, rng: random.Random) -> tuple[Any, list[Any]]:
    """An object or array in a document, and its keys; those near the root are chosen often."""
    node = document
    while True:
        keys = list(range(len(node)) if isinstance(node, list) else node)
        inner = [key for key in keys if isinstance(node[key], dict | list) and node[key]]
        if not inner or rng.random() < _STOP_PROBABILITY:
            return node, keys
        node = node[rng.choice(inner)]


def _insert(node: Any, value: Any, rng: random.Random) -> None:
    if isinstance(node, list):
        node.insert(rng.randint(0, len(node)), value)
    else:
        node[rng.choice(_NEW_KEYS)] = value


def _retyped(value: Any, rng: random.Random) -> Any:
    """The same value in another JSON type, as careless programs write it."""
    match value:
        case list():
            return {str(index): element for index, element in enumerate(value)}
        case dict():
            return list(value.values())
        # The exponents of larger integers don't fit into a float
        case int() if value.bit_length() < 1000 and rng.random() < 0.75:
            return rng.choice((float(value), value + 0.5, -value))
    return json.dumps(value)
