"""What the simulated MusicBrainz and ListenBrainz share: server, requests, faults, rate limit."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple, Self

from flask import Flask, Response, request

from simulator.local_server import LocalServer

Fault = Callable[[Response], Response]
"""Makes the response that is sent from the ordinary one; it may raise to cut the connection."""


class MetadataRequest(NamedTuple):
    """One request; `values` are the parameters of its query, in order."""

    path: str
    values: tuple[tuple[str, str], ...]
    user_agent: str
    status: int


@dataclass
class _QueuedFault:
    fault: Fault
    times: int | None
    after: int


class MetadataServer:
    """A service on 127.0.0.1 inside a `with` block, on a free port.

    Requests are answered one after the other, as the only client sends them. `clock` decides about
    the rate limit.
    """

    root = ""
    """The path of the API."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.requests: list[MetadataRequest] = []
        """All requests so far that were answered, in order."""
        self._faults: list[_QueuedFault] = []

    def __enter__(self) -> Self:
        self._server = LocalServer(_application(self), 0)
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """The base URL of the API."""
        return f"{self._server.url}{self.root}"

    def fault(self, fault: Fault, *, times: int | None = 1, after: int = 0) -> None:
        """Apply a fault to `times` requests (None: to all), after `after` normal ones."""
        self._faults.append(_QueuedFault(fault, times, after))

    def clear_faults(self) -> None:
        """Apply no fault to further requests."""
        self._faults.clear()

    def answer(self) -> Response:
        """The ordinary response to the current request of Flask."""
        raise NotImplementedError

    def answer_or_fault(self) -> Response:
        """The response to the current request; records the request."""
        response = self.answer()
        status = response.status_code
        try:
            if fault := self._take_fault():
                response = fault(response)
                status = response.status_code
        finally:
            values = tuple(request.args.items(multi=True))
            agent = request.headers.get("User-Agent", "")
            self.requests.append(MetadataRequest(request.path, values, agent, status))
        return response

    def _take_fault(self) -> Fault | None:
        for queued in self._faults:
            if queued.times == 0:
                continue
            if queued.after:
                queued.after -= 1
                return None
            if queued.times is not None:
                queued.times -= 1
            return queued.fault
        return None


class RateLimit:
    """At most `calls` in a window of `window_s` seconds; refused calls count, too."""

    def __init__(self, calls: int, window_s: float, clock: Callable[[], datetime]) -> None:
        self.calls = calls
        self._window = timedelta(seconds=window_s)
        self._clock = clock
        self._recent: deque[datetime] = deque()

    def count(self) -> bool:
        """Count a call; whether it is within the limit."""
        now = self._clock()
        while self._recent and now - self._recent[0] >= self._window:
            self._recent.popleft()
        self._recent.append(now)
        return len(self._recent) <= self.calls

    @property
    def remaining(self) -> int:
        """The calls that are left in the current window."""
        return max(0, self.calls - len(self._recent))

    @property
    def reset_s(self) -> int:
        """The seconds, rounded up, until another call is accepted if none is left."""
        left = self._recent[0] + self._window - self._clock()
        return max(0, -(-left // timedelta(seconds=1)))


def json_answer(body: Any, status: int = 200) -> Response:
    """UTF-8 JSON without escaped letters."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=utf-8")


def _application(server: MetadataServer) -> Flask:
    app = Flask("metadata", static_folder=None)
    # Faults that cut the connection raise an error that Werkzeug has to see
    app.config["PROPAGATE_EXCEPTIONS"] = True
    app.before_request(server.answer_or_fault)
    return app
