"""moto on a port of loopback that does what it is asked, and then drops some of its answers."""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from tests.support.moto_server import name_of


class LossyAws:
    """AWS over a network that loses answers: the client sees a closed connection."""

    def __init__(self) -> None:
        self._moto: Any = DomainDispatcherApplication(create_backend_app)
        self._to_lose = Counter[str]()
        self.requests: list[str] = []

    def lose(self, name: str, answers: int = 1) -> None:
        """Drop the next answers to requests of that name, such as `s3 PUT object`."""
        self.requests.clear()
        self._to_lose[name] = answers

    def __call__(self, request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request; a WSGI application."""
        name = name_of(request)
        self.requests.append(name)
        if not self._to_lose[name]:
            return self._moto(request, start)  # type: ignore[no-any-return]
        self._to_lose[name] -= 1
        list(self._moto(request, lambda *_: None))
        request["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError


@contextmanager
def serve_lossy_aws() -> Iterator[tuple[LossyAws, str]]:
    """A LossyAws and its address, until the block ends."""
    aws = LossyAws()
    server = make_server("127.0.0.1", 0, aws, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        # All of moto in a process has one state
        requests.post(f"http://127.0.0.1:{server.server_port}/moto-api/reset", timeout=10)
        yield aws, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
