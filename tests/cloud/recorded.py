"""Requests to the simulated AWS, as the calls that IAM checks: action, ARNs, condition keys.

AWS's Service Authorization Reference says which resources and keys a service checks.
"""

import base64
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from tests.cloud.policies import Call
from tests.support.cloud import REGION

ACCOUNT = "123456789012"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
# The action of a request for an object, by method and by query parameters other than _BESIDE
_OF_OBJECTS = {
    ("GET", ""): "s3:GetObject",
    ("HEAD", ""): "s3:GetObject",
    ("PUT", ""): "s3:PutObject",
    ("DELETE", ""): "s3:DeleteObject",
    ("POST", "uploads"): "s3:PutObject",
    ("PUT", "uploadId"): "s3:PutObject",
    ("POST", "uploadId"): "s3:PutObject",
    ("GET", "uploadId"): "s3:ListMultipartUploadParts",
    ("DELETE", "uploadId"): "s3:AbortMultipartUpload",
}
_BESIDE = {"x-id", "partNumber"}
_LISTING = {
    "list-type", "prefix", "delimiter", "max-keys", "encoding-type", "fetch-owner",
    "start-after", "continuation-token", "marker",
}  # fmt: skip
# The table of a request to Glue, by action. A list of tables requires the right to each of them
_TABLE: dict[str, Callable[[Any], str]] = {
    "GetTable": lambda asked: asked["Name"],
    "GetTables": lambda _: "*",
    "CreateTable": lambda asked: asked["TableInput"]["Name"],
    "UpdateTable": lambda asked: asked["TableInput"]["Name"],
    "GetPartitions": lambda asked: asked["TableName"],
    "BatchGetPartition": lambda asked: asked["TableName"],
    "BatchCreatePartition": lambda asked: asked["TableName"],
    "BatchUpdatePartition": lambda asked: asked["TableName"],
    "BatchDeletePartition": lambda asked: asked["TableName"],
}
_SCOPE = re.compile(r"Credential=([^/]+)/\d+/[^/]*/([^/]+)/aws4_request")


class UnknownRequest(AssertionError):
    """A request that this module doesn't know; it might hide a call."""


class Request(NamedTuple):
    """A request, with the access key that signed it."""

    access_key: str
    service: str
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


def requests(log: Path) -> Iterator[Request]:
    """The requests that tests/cloud/server.py logged; raises UnknownRequest if one is unsigned."""
    for line in log.read_text().splitlines():
        kept = json.loads(line)
        scope = _SCOPE.search(kept["headers"].get("authorization", ""))
        if not scope:
            raise UnknownRequest(f"{kept['method']} {kept['path']} has no signature")
        query = parse_qs(kept["query"], keep_blank_values=True)
        yield Request(
            scope[1],
            scope[2],
            kept["method"],
            unquote(kept["path"]),
            {name: values[0] for name, values in query.items()},
            kept["headers"],
            base64.b64decode(kept["body"]),
        )


def calls(request: Request, secrets: Mapping[str, str]) -> list[Call]:
    """The calls that IAM checks for a request, with secrets by name; raises UnknownRequest."""
    translations: dict[str, Callable[[Request], list[Call]]] = {
        "s3": _s3,
        "glue": _glue,
        "secretsmanager": lambda one: _secret(one, secrets),
        "events": _events,
        "logs": _logs,
        "monitoring": _metrics,
    }
    asked = f"{request.service} {request.method} {request.path} {sorted(request.query)}"
    try:
        found = translations[request.service](request)
    except (KeyError, ValueError, ET.ParseError) as error:
        raise UnknownRequest(asked) from error
    if not found:
        raise UnknownRequest(asked)
    return found


def _s3(request: Request) -> list[Call]:
    bucket, _, key = request.path.lstrip("/").partition("/")
    if not key:
        return _s3_bucket(request, f"arn:aws:s3:::{bucket}")
    return s3_object_calls(request)


def s3_object_calls(request: Request) -> list[Call]:
    """The calls of a request for an object's content; raises KeyError if it is unknown."""
    bucket, _, key = request.path.lstrip("/").partition("/")
    named = " ".join(sorted(set(request.query) - _BESIDE))
    found = [Call(_OF_OBJECTS[request.method, named], (f"arn:aws:s3:::{bucket}/{key}",))]
    if source := request.headers.get("x-amz-copy-source"):
        found.append(Call("s3:GetObject", (f"arn:aws:s3:::{unquote(source).lstrip('/')}",)))
    return found


def _s3_bucket(request: Request, arn: str) -> list[Call]:
    if (request.method, set(request.query)) == ("POST", {"delete"}):
        keys = [
            element.text
            for element in ET.fromstring(request.body).iter()  # noqa: S314, written by our SDKs
            if element.tag.endswith("Key")
        ]
        return [Call("s3:DeleteObject", (f"{arn}/{key}",)) for key in keys]
    if request.method not in ("GET", "HEAD") or set(request.query) - _LISTING:
        raise KeyError(request.method)
    prefix = request.query.get("prefix")
    return [Call("s3:ListBucket", (arn,), () if prefix is None else (("s3:prefix", prefix),))]


def _glue(request: Request) -> list[Call]:
    asked, action = _json(request)
    here = f"arn:aws:glue:{REGION}:{ACCOUNT}"
    if action == "GetDatabase":
        parts = ["catalog", f"database/{asked['Name']}"]
    else:
        database, table = asked["DatabaseName"], _TABLE[action](asked)
        parts = ["catalog", f"database/{database}", f"table/{database}/{table}"]
    return [Call(f"glue:{action}", tuple(f"{here}:{part}" for part in parts))]


def _secret(request: Request, secrets: Mapping[str, str]) -> list[Call]:
    asked, action = _json(request)
    return [Call(f"secretsmanager:{action}", (secrets[asked["SecretId"]],))]


def _events(request: Request) -> list[Call]:
    asked, action = _json(request)
    return [
        Call(
            f"events:{action}",
            (f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{entry['EventBusName']}",),
            (("events:source", entry["Source"]), ("events:detail-type", entry["DetailType"])),
        )
        for entry in asked["Entries"]
    ]


def _logs(request: Request) -> list[Call]:
    asked, action = _json(request)
    # CreateLogGroup names no stream
    stream = f"log-group:{asked['logGroupName']}:log-stream:{asked.get('logStreamName', '')}"
    return [Call(f"logs:{action}", (f"arn:aws:logs:{REGION}:{ACCOUNT}:{stream}",))]


def _metrics(request: Request) -> list[Call]:
    form = parse_qs(request.body.decode())
    action, namespace = form["Action"][0], form["Namespace"][0]
    return [Call(f"cloudwatch:{action}", ("*",), (("cloudwatch:namespace", namespace),))]


def _json(request: Request) -> tuple[Any, str]:
    """The body and the action of a request in a JSON protocol."""
    return json.loads(request.body or b"{}"), request.headers["x-amz-target"].rpartition(".")[2]
