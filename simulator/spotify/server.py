"""The simulated Spotify as a server on this machine, started and stopped in-process."""

import socket
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from simulator.spotify.accounts import Accounts, SimulatedCredentials
from simulator.spotify.control import control
from simulator.spotify.exchange import Exchange, Fault
from simulator.spotify.state import RecordedRequest, State
from simulator.spotify.token_endpoints import token_endpoints
from simulator.spotify.web_api import web_api
from simulator.world.catalogue import Generation, SimulatedCatalogue

_HOST = "127.0.0.1"


class SimulatedSpotify:
    """Spotify's Web API and accounts service over the simulated catalogue: `with` it.

    It listens on 127.0.0.1 alone, on a free port unless `port` names one, and stops with the
    block. `clock` is the one that tokens age by; lists are those of `today`, which may be set at
    any time, and without it those of the clock's date. Raises OSError if the port is taken.
    """

    def __init__(
        self,
        *,
        catalogue: SimulatedCatalogue | None = None,
        generation: Generation = "2026",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        today: date | None = None,
        port: int = 0,
    ) -> None:
        self._state = State(catalogue or SimulatedCatalogue(), generation, clock, today)
        self.playlist_ids = self._state.library.catalogue_ids
        self._port = port

    def __enter__(self) -> Self:
        app = _application(self._state)
        # Werkzeug, left to bind by itself, would end the process over a port that is taken.
        with socket.create_server((_HOST, self._port), backlog=128) as listening:
            port = listening.getsockname()[1]
            self._server = make_server(
                _HOST,
                port,
                app,
                threaded=True,
                request_handler=_SilentHandler,
                fd=listening.fileno(),
            )
        self.accounts_url = f"http://{_HOST}:{port}"
        self.api_url = self._state.base_url = f"{self.accounts_url}/v1"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="simulated-spotify", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._state.stopping.set()
        self._server.shutdown()
        self._thread.join()

    @property
    def credentials(self) -> SimulatedCredentials:
        """Of the one app and its user; the refresh token is good from the start."""
        return self._state.accounts.credentials

    @property
    def accounts(self) -> Accounts:
        """The tokens: `expire_access_tokens`, `revoke`, `consent`, `rotates_refresh_tokens`."""
        return self._state.accounts

    @property
    def today(self) -> date:
        """The date whose lists are served."""
        return self._state.served().on

    @today.setter
    def today(self, on: date | None) -> None:
        self._state.today = on

    @property
    def generation(self) -> Generation:
        """The payload generation that is served."""
        return self._state.generation

    @generation.setter
    def generation(self, generation: Generation) -> None:
        self._state.generation = generation

    @property
    def requests(self) -> list[RecordedRequest]:
        """The calls so far in the order of their arrival, without those to the control endpoint."""
        return self._state.requests()

    def fault(
        self, fault: Fault, *, path: str = "**", times: int | None = 1, after: int = 0
    ) -> None:
        """Let something go wrong, in `times` requests (None: for ever) once `after` went through.

        In `path` a `*` is any part between slashes and `**` is anything: `/v1/playlists/*/items`.
        Faults asked for earlier come first; only requests that these didn't take are counted.
        """
        self._state.faults.add(fault, path, times, after)

    def clear_faults(self) -> None:
        """Nothing goes wrong any more; what faults have changed stays changed."""
        self._state.faults.clear()

    def advance(self, by: timedelta) -> None:
        """Put the server's clock forward."""
        self._state.advance(by)

    def reset(self) -> None:
        """Forget faults, edits, tokens and calls, and take day and generation from the start."""
        self._state.reset()


class _SilentHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """No access log."""

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002
        environ: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> None:
        # Without this it would wait for another request, and the client for an answer.
        self.close_connection = True


def _application(state: State) -> Flask:
    app = _Application(state)
    app.register_blueprint(web_api(state))
    app.register_blueprint(token_endpoints(state.accounts))
    app.register_blueprint(control(state))
    return app


class _Application(Flask):
    """Flask, with faults between it and the client."""

    def __init__(self, state: State) -> None:
        super().__init__(__name__, static_folder=None)
        # A fault that cuts the connection must reach the server below.
        self.config["PROPAGATE_EXCEPTIONS"] = True
        self._state = state

    def full_dispatch_request(self) -> Response:
        if request.path.startswith("/control/"):
            return super().full_dispatch_request()
        query = request.query_string.decode("ascii", "replace")
        answered = self._state.record(request.method, request.path, query)
        fault = self._state.faults.take(request.path)
        response = (
            super().full_dispatch_request()
            if fault is None
            else fault.answer(self._exchange(super().full_dispatch_request))
        )
        answered(response.status_code)
        return response

    def _exchange(self, ordinary: Callable[[], Response]) -> Exchange:
        # What is still to be read would look like a client that hangs up.
        request.get_data()
        return Exchange(
            path=request.path,
            connection=request.environ["werkzeug.socket"],
            ordinary=ordinary,
            accounts=self._state.accounts,
            library=self._state.library,
            stopping=self._state.stopping,
        )
