"""What a fault is: something that stands between a request and its ordinary answer."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Event
from typing import NamedTuple

from flask import Response

from simulator.spotify.accounts import Accounts
from simulator.spotify.library import Library


class Exchange(NamedTuple):
    """One request, and what a fault may do about it."""

    path: str
    connection: socket.socket
    ordinary: Callable[[], Response]
    accounts: Accounts
    library: Library
    stopping: Event


class Fault(ABC):
    """Something that goes wrong; its fields are parameters of the control endpoint too."""

    @abstractmethod
    def answer(self, exchange: Exchange) -> Response:
        """What comes instead of the ordinary answer."""
