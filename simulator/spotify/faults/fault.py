"""The base class of all faults: a fault answers a request instead of the endpoint."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Event
from typing import NamedTuple

from flask import Response

from simulator.spotify.accounts import Accounts
from simulator.spotify.library import Library


class Exchange(NamedTuple):
    """One request, and what a fault may use to answer it.

    `ordinary` calls the endpoint; `stopping` is set when the server stops.
    """

    path: str
    connection: socket.socket
    ordinary: Callable[[], Response]
    accounts: Accounts
    library: Library
    stopping: Event


class Fault(ABC):
    """Something that goes wrong with one request."""

    @abstractmethod
    def answer(self, exchange: Exchange) -> Response:
        """The response that replaces the endpoint's."""
