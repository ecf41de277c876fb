"""The response is endless, or so large that a client must stop reading it."""

import time
import zlib
from dataclasses import dataclass
from typing import Literal

from flask import Response

from simulator.spotify.faults.fault import Exchange, Fault

# A client without limits must get an end too
_LIMIT_S = 10.0
_BLOCK = 64 * 1024
_GZIP = 31

_FILLER = b"x" * 1000
# The bytes before the endless part, and those that are repeated
_PARTS = {
    "interim": (b"", b"HTTP/1.1 100 Continue\r\nX-Filler: %b\r\n\r\n" % _FILLER),
    "status": (b"HTTP/1.1 %d ", b"O"),
    "headers": (b"HTTP/1.1 %d OK\r\n", b"X-Next: 1\r\n"),
    "header": (b"HTTP/1.1 %d OK\r\nX-Long: ", b"x"),
    "body": (b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\n\r\n", b" "),
    "chunk size": (b"HTTP/1.1 %d OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "chunks": (
        b"HTTP/1.1 %d OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"3e8\r\n%b\r\n" % _FILLER,
    ),
    "trailers": (
        b"HTTP/1.1 %d OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        b"X-Filler: %b\r\n" % _FILLER,
    ),
}


@dataclass(frozen=True)
class Endless(Fault):
    """One part of the response is repeated until the client closes the connection.

    It is sent as fast as possible, or byte by byte with a pause after each.
    """

    part: Literal[
        "interim", "status", "headers", "header", "body", "chunk size", "chunks", "trailers"
    ] = "body"
    status: int = 200
    pause_ms: int = 0

    def answer(self, exchange: Exchange) -> Response:
        start, repeated = _PARTS[self.part]
        exchange.connection.sendall(start % self.status if b"%d" in start else start)
        end = time.monotonic() + _LIMIT_S
        block = repeated if self.pause_ms else repeated * (_BLOCK // len(repeated))
        size = 1 if self.pause_ms else len(block)
        position = 0
        while time.monotonic() < end and not exchange.stopping.wait(self.pause_ms / 1000):
            exchange.connection.sendall(block[position : position + size])
            position = (position + size) % len(block)
        raise ConnectionAbortedError("the Endless fault sends no complete response")


@dataclass(frozen=True)
class GzipBomb(Fault):
    """The ordinary body after `mib` MiB of spaces, which gzip packs into a thousandth."""

    mib: int = 64

    def answer(self, exchange: Exchange) -> Response:
        response = exchange.ordinary()
        packer = zlib.compressobj(wbits=_GZIP)
        packed = [packer.compress(b" " * 2**20) for _ in range(self.mib)]
        packed += [packer.compress(response.get_data()), packer.flush()]
        response.set_data(b"".join(packed))
        response.headers["Content-Encoding"] = "gzip"
        return response
