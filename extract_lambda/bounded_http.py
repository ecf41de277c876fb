"""HTTP calls with two limits: how long a call may take, and how large its response may be.

The timeouts of requests restart with every byte that arrives, and it reads a body of any size.
"""

import http.client
import io
import socket
import time
from collections.abc import Callable
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse

# The largest real responses have 100 items, each up to 6 kB and up to four times: 2.4 MB. A
# response of 8 MiB that is all empty lists takes 200 MB when it is parsed; the Lambda has 512 MB.
MAX_RESPONSE_BYTES = 8 * 2**20
# Enough for every message that is read in an error. The rest of an error's body is ignored, so
# that a large one still counts as the error that its status says.
MAX_ERROR_BYTES = 64 * 2**10
CONNECT_TIMEOUT_S = 3.05
_CHUNK_BYTES = 64 * 2**10


class DeadlineExceeded(Exception):
    """The call was not complete after `limit_s` seconds."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(f"no complete response within {limit_s:.3g} s")
        self.limit_s = limit_s


class TooManyBytes(Exception):
    """The response has more than MAX_RESPONSE_BYTES."""


class BoundedAdapter(HTTPAdapter):
    """Ends a call after `call_limit_s()` seconds and a response at MAX_RESPONSE_BYTES.

    The time covers connecting, headers and body, except DNS; connecting takes up to
    CONNECT_TIMEOUT_S for each address of the host. The size counts what is received, headers too,
    and what is unpacked. `send` returns when the body is read. Raises DeadlineExceeded,
    TooManyBytes, and what requests and urllib3 raise.
    """

    def __init__(self, call_limit_s: Callable[[], float]) -> None:
        super().__init__()
        self._call_limit_s = call_limit_s

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: ARG002
        timeout: Any = None,  # noqa: ARG002
        verify: bool | str = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Response:
        limit_s = self._call_limit_s()
        if limit_s <= 0:
            raise DeadlineExceeded(0)
        # requests passes urllib3's own timeout on, which its types don't say
        limits: Any = Timeout(connect=min(CONNECT_TIMEOUT_S, limit_s), total=limit_s)
        try:
            response = super().send(request, True, limits, verify, cert, proxies)
            try:
                body = _body(response.raw, is_error=response.status_code >= 300)
            finally:
                response.close()
        except _OutOfTime:
            raise DeadlineExceeded(limit_s) from None
        # The session reads the body from here, and takes no cookies from it
        response.raw = io.BytesIO(body)
        # JSON is UTF-8; a guess, or the decoder of another charset, can take minutes
        response.encoding = "utf-8"
        return response


def _body(raw: BaseHTTPResponse, *, is_error: bool) -> bytes:
    body = bytearray()
    for chunk in raw.stream(_CHUNK_BYTES, decode_content=True):
        body += chunk
        if is_error and len(body) > MAX_ERROR_BYTES:
            return bytes(body[:MAX_ERROR_BYTES])
        if len(body) > MAX_RESPONSE_BYTES:
            raise TooManyBytes
    return bytes(body)


class _OutOfTime(Exception):
    """The time for reading the response is over."""


class _BoundedReader(io.RawIOBase):
    """Reads a response from a socket; the socket's timeout is the time for the whole response."""

    def __init__(self, connection: socket.socket, raw: io.RawIOBase) -> None:
        self._connection = connection
        self._raw = raw
        self._deadline = time.monotonic() + (connection.gettimeout() or 0)
        self._bytes_left = MAX_RESPONSE_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise _OutOfTime
        self._connection.settimeout(left_s)
        try:
            count = self._raw.readinto(buffer)
        except TimeoutError:
            raise _OutOfTime from None
        self._bytes_left -= count or 0
        if self._bytes_left < 0:
            raise TooManyBytes
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_BoundedReader(sock, self.fp.detach()))


class _Connection(HTTPConnection):
    response_class = _BoundedResponse


class _SecureConnection(HTTPSConnection):
    response_class = _BoundedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


_POOLS = {"http": _Pool, "https": _SecurePool}
