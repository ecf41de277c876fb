"""A process that serves moto with its gaps filled and logs every request.

Like tests/support/moto_server.py, but the log has a JSON object per request, and `/code/ARN`
returns the bytes of a deployed function or layer, as Lambda's presigned addresses do. Terraform's
first request fails as any request to AWS may fail; Terraform must repeat it.
"""

import base64
import io
import json
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.awslambda.models import lambda_backends
from moto.core.models import DEFAULT_ACCOUNT_ID

from tests.cloud.moto_gaps import fill
from tests.support.moto_server import Application, serve

# The bodies that tests read (names, policies) are short; code and table files are not
_MOST_OF_A_BODY = 256 * 1024


def recorded(application: Application, log: Path) -> Application:
    """The application, with a line in the log for each request."""
    lock = threading.Lock()
    failures = iter(["503 Service Unavailable"])

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/code/"):
            start("200 OK", [("Content-Type", "application/zip")])
            return [_code(path.removeprefix("/code/"))]
        if not path.startswith("/moto-api"):
            line = json.dumps(_kept(environ))
            with lock, log.open("a") as file:
                file.write(f"{line}\n")
        by_terraform = "Terraform/" in environ.get("HTTP_USER_AGENT", "")
        if by_terraform and (failure := next(failures, None)):
            start(failure, [])
            return []
        return application(environ, start)

    return answer


def _kept(environ: dict[str, Any]) -> dict[str, Any]:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = b""
    if 0 < length <= _MOST_OF_A_BODY:
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
    return {
        "method": environ["REQUEST_METHOD"],
        "path": environ.get("REQUEST_URI", environ["PATH_INFO"]).partition("?")[0],
        "query": environ.get("QUERY_STRING", ""),
        "headers": {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name == "CONTENT_TYPE"
        },
        "body": base64.b64encode(body).decode(),
    }


def _code(arn: str) -> bytes:
    backend = lambda_backends[DEFAULT_ACCOUNT_ID][arn.split(":")[3]]
    if ":layer:" in arn:
        layer = backend.layers_versions_by_arn(arn)
        assert layer
        return bytes(layer.code_bytes)
    return bytes(backend.get_function(arn).code_bytes)


if __name__ == "__main__":
    fill()
    serve(lambda application: recorded(application, Path(sys.argv[1])))
