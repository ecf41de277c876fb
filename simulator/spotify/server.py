"""The simulated Spotify, started and stopped with a `with` block."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Self

from flask import Flask, Response, request

from simulator.local_server import LocalServer
from simulator.spotify.accounts import Accounts, SimulatedCredentials
from simulator.spotify.faults import Exchange, Fault
from simulator.spotify.state import RecordedRequest, State
from simulator.spotify.token_endpoints import token_endpoints
from simulator.spotify.web_api import web_api
from simulator.world.catalogue import Generation, SimulatedCatalogue


class SimulatedSpotify:
    """Spotify's Web API and accounts service for the simulated catalogue.

    Use it in a `with` block: it listens on 127.0.0.1 inside the block, on a free port unless
    `port` is given. `clock` decides when tokens expire. The lists are those of `today`, or of the
    clock's date if `today` is None. Raises OSError if the port is in use.
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
        self._server = LocalServer(_application(self._state), self._port)
        self.accounts_url = self._server.url
        self.api_url = self._state.base_url = f"{self.accounts_url}/v1"
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._state.stopping.set()
        self._server.stop()

    @property
    def credentials(self) -> SimulatedCredentials:
        """Credentials of the one app and its user; the refresh token is valid from the start."""
        return self._state.accounts.credentials

    @property
    def accounts(self) -> Accounts:
        """The app's tokens, and how the user answers the consent page."""
        return self._state.accounts

    @property
    def generation(self) -> Generation:
        """The payload generation of the responses."""
        return self._state.generation

    @generation.setter
    def generation(self, generation: Generation) -> None:
        self._state.generation = generation

    @property
    def requests(self) -> list[RecordedRequest]:
        """All requests so far, in the order of their arrival."""
        return self._state.requests()

    def fault(
        self, fault: Fault, *, path: str = "**", times: int | None = 1, after: int = 0
    ) -> None:
        """Apply a fault to `times` requests (None: to all), after `after` normal ones.

        In `path`, `*` stands for any text without a slash and `**` for any text, as in
        `/v1/playlists/*/items`. Only the first fault that matches a request applies to it and
        counts it.
        """
        self._state.faults.add(fault, path, times, after)

    def clear_faults(self) -> None:
        """Apply no fault to further requests; edited lists and revoked tokens stay as they are."""
        self._state.faults.clear()

    def reissue(self, song_id: str) -> None:
        """Serve a song under another id and on another album, as when it is issued again."""
        self._state.library.replace_song(song_id, "reissue")

    def relink(self, song_id: str) -> None:
        """Play another id in place of a song, as in a market that has only that one."""
        self._state.library.replace_song(song_id, "relink")

    def advance(self, by: timedelta) -> None:
        """Move the server's clock forward."""
        self._state.advance(by)

    def reset(self) -> None:
        """Go back to the first state: no faults, edits, requests or issued tokens."""
        self._state.reset()


def _application(state: State) -> Flask:
    app = _FaultyFlask(state)
    app.register_blueprint(web_api(state))
    app.register_blueprint(token_endpoints(state.accounts))
    return app


class _FaultyFlask(Flask):
    """Records every request and lets a fault answer it."""

    def __init__(self, state: State) -> None:
        super().__init__(__name__, static_folder=None)
        # Faults that cut the connection raise an error that Werkzeug has to see.
        self.config["PROPAGATE_EXCEPTIONS"] = True
        self._state = state

    def full_dispatch_request(self) -> Response:
        query = request.query_string.decode("ascii", "replace")
        set_status = self._state.record(request.method, request.path, query)
        fault = self._state.faults.take(request.path)
        if fault is None:
            response = super().full_dispatch_request()
        else:
            response = fault.answer(self._exchange(super().full_dispatch_request))
        set_status(response.status_code)
        return response

    def _exchange(self, ordinary: Callable[[], Response]) -> Exchange:
        # Unread bytes of the request would look as if the client had closed the connection.
        request.get_data()
        return Exchange(
            path=request.path,
            connection=request.environ["werkzeug.socket"],
            ordinary=ordinary,
            accounts=self._state.accounts,
            library=self._state.library,
            stopping=self._state.stopping,
        )
