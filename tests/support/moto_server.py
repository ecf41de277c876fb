"""A process that serves moto on a free port of loopback until its standard input ends.

Writes its address, then appends a line per request to a log, with the path of its URL at the end:
`glue BatchGetPartition /`, `s3 GET object /bucket/key`, `s3 GET bucket /bucket` (a listing or a
question about the bucket).
"""

import re
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/aws4_request")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def logged(application: Application, log: Path) -> Application:
    """The application, with a line in the log before each request."""
    lock = threading.Lock()

    def answer(request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with lock, log.open("a") as file:
            file.write(f"{name_of(request)} /{request['PATH_INFO'].strip('/')}\n")
        return application(request, start)

    return answer


def name_of(request: dict[str, Any]) -> str:
    """What a request asks for."""
    path = request["PATH_INFO"].strip("/")
    if path.startswith("moto-api"):
        return "moto-api"
    scope = _SCOPE.search(request.get("HTTP_AUTHORIZATION", ""))
    service = scope[1] if scope else "s3"
    if service == "s3":
        return f"s3 {request['REQUEST_METHOD']} {'object' if '/' in path else 'bucket'}"
    return f"{service} {request.get('HTTP_X_AMZ_TARGET', '').rpartition('.')[2]}".rstrip()


def serve(around: Callable[[Application], Application]) -> None:
    """Serve moto, with something around it, until whoever started this ends."""
    application: Any = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, around(application), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    serve(lambda application: logged(application, Path(sys.argv[1])))
