"""The user's consent: receiving the code that Spotify sends back through the browser."""

import hmac
import queue
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit

from playlist_lake.errors import CommandError

CALLBACK_PATH = "/callback"
# Spotify accepts this address as loopback, but no longer the name localhost
_HOST = "127.0.0.1"
# Browsers open connections in advance that never send a request
_REQUEST_TIMEOUT_S = 10.0
_PAGE = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>playlist-lake</title>
<p>Spotify has answered. You can close this page and return to playlist-lake.
</html>
"""


class PortTaken(CommandError):
    """The port that the browser returns to is in use."""


class NoConsent(CommandError):
    """The browser did not return in time."""


class ConsentDenied(CommandError):
    """The user, or Spotify, denied the consent."""


class StateMismatch(CommandError):
    """The browser's address does not have the `state` of this login."""


def redirect_uri(port: int) -> str:
    """The address that Spotify redirects the browser to; the app's settings must name it."""
    return f"http://{_HOST}:{port}{CALLBACK_PATH}"


@contextmanager
def listening(port: int) -> Iterator[Callable[[float], str]]:
    """Listen on the loopback address; yields a function that waits for the browser.

    The function takes a timeout in seconds and returns the path and query that the browser asked
    for, or raises NoConsent. Raises PortTaken.
    """
    try:
        server = _Server((_HOST, port), _Handler)
    except OSError as error:
        raise PortTaken(
            f"port {port} cannot be used ({error.strerror}); stop the program that uses it, or "
            "pass --port with another one and change the redirect URI in the app's settings to it"
        ) from error

    def wait(timeout_s: float) -> str:
        try:
            return server.answers.get(timeout=timeout_s)
        except queue.Empty:
            raise NoConsent(
                f"no browser came back to {redirect_uri(port)} within {timeout_s:.0f} seconds; "
                "check that the app's settings have this redirect URI and run playlist-lake login "
                "again, with --paste if the browser is on another machine, with --new-app if "
                "Spotify did not know the client ID"
            ) from None

    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield wait
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def code_in(address: str, state: str) -> str:
    """The code in the address that the browser was redirected to.

    Raises StateMismatch, ConsentDenied.
    """
    try:
        answer = dict(parse_qsl(urlsplit(address.strip()).query))
    except ValueError:
        answer = {}
    if not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise StateMismatch(
            "the address belongs to another login, or is incomplete; run playlist-lake login "
            "again, and open the link that it prints"
        )
    if "code" not in answer:
        denied = answer.get("error") == "access_denied"
        why = "the consent was denied" if denied else "Spotify gave no consent"
        raise ConsentDenied(
            f"{why}, so nothing was stored; run playlist-lake login again to allow it"
        )
    return answer["code"]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.answers = queue.SimpleQueue[str]()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore the error: browsers may close a connection at any time."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _REQUEST_TIMEOUT_S

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        answer = dict(parse_qsl(parts.query))
        # Browsers also ask for an icon
        if parts.path != CALLBACK_PATH or not answer.keys() & {"code", "error"}:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        try:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(_PAGE)))
            self.end_headers()
            self.wfile.write(_PAGE)
        finally:
            # Only after the page is sent, because the process may end now
            self.server.answers.put(self.path)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Log nothing: the address contains the code."""
