"""An HTTP server on 127.0.0.1, in a thread of this process."""

import socket
import threading
from typing import Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

_HOST = "127.0.0.1"
_SHUTDOWN_POLL_S = 0.02


class LocalServer:
    """Serves a Flask application; port 0 takes a free port.

    Raises OSError if the port is in use.
    """

    def __init__(self, app: Flask, port: int) -> None:
        # If Werkzeug opened the socket itself, it would exit the process when the port is in use.
        with socket.create_server((_HOST, port), backlog=128) as listening:
            port = listening.getsockname()[1]
            self._server = make_server(
                _HOST,
                port,
                app,
                threaded=True,
                request_handler=_SilentHandler,
                fd=listening.fileno(),
            )
        self.url = f"http://{_HOST}:{port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            args=(_SHUTDOWN_POLL_S,),
            name="local-server",
            daemon=True,
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and wait for the thread to end."""
        self._server.shutdown()
        self._thread.join()


class _SilentHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Write no access log."""

    def connection_dropped(
        self,
        error: BaseException,  # noqa: ARG002
        environ: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> None:
        # The default keeps the connection open, so the client would wait for a response.
        self.close_connection = True
