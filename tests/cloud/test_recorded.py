"""Requests as the calls that IAM checks; an unknown request raises."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cloud.policies import Call
from tests.cloud.recorded import Request, UnknownRequest, calls, requests

GLUE = "arn:aws:glue:us-east-1:123456789012"
SECRETS = {"playlist-lake/spotify": "arn:aws:secretsmanager:…:playlist-lake/spotify-AbCdEf"}


def request(service: str, method: str, path: str = "/", **more: Any) -> Request:
    """A request, optionally with `query`, `target`, and `body` or `asked` (its JSON body)."""
    body = json.dumps(more["asked"]).encode() if "asked" in more else more.get("body", b"")
    headers = {"x-amz-target": more.get("target", "")}
    return Request("AKIA", service, method, path, more.get("query", {}), headers, body)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            request("s3", "HEAD", "/lake/raw/a b"),
            [Call("s3:GetObject", ("arn:aws:s3:::lake/raw/a b",))],
        ),
        (
            request("s3", "PUT", "/lake/x", query={"uploadId": "1", "partNumber": "2"}),
            [Call("s3:PutObject", ("arn:aws:s3:::lake/x",))],
        ),
        (
            request("s3", "DELETE", "/lake/x", query={"uploadId": "1"}),
            [Call("s3:AbortMultipartUpload", ("arn:aws:s3:::lake/x",))],
        ),
        (
            request("s3", "GET", "/lake", query={"list-type": "2", "prefix": "raw/"}),
            [Call("s3:ListBucket", ("arn:aws:s3:::lake",), (("s3:prefix", "raw/"),))],
        ),
        (
            request(
                "s3", "POST", "/lake", query={"delete": ""},
                body=b"<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>",
            ),
            [
                Call("s3:DeleteObject", ("arn:aws:s3:::lake/a",)),
                Call("s3:DeleteObject", ("arn:aws:s3:::lake/b",)),
            ],
        ),
        (
            request(
                "glue", "POST", target="AWSGlue.BatchCreatePartition",
                asked={"DatabaseName": "d", "TableName": "t"},
            ),
            [
                Call(
                    "glue:BatchCreatePartition",
                    (f"{GLUE}:catalog", f"{GLUE}:database/d", f"{GLUE}:table/d/t"),
                )
            ],
        ),
        (
            request("glue", "POST", target="AWSGlue.GetTables", asked={"DatabaseName": "d"}),
            [
                Call(
                    "glue:GetTables", (f"{GLUE}:catalog", f"{GLUE}:database/d", f"{GLUE}:table/d/*")
                )
            ],
        ),
        (
            request("glue", "POST", target="AWSGlue.GetDatabase", asked={"Name": "d"}),
            [Call("glue:GetDatabase", (f"{GLUE}:catalog", f"{GLUE}:database/d"))],
        ),
        (
            request(
                "secretsmanager", "POST", target="secretsmanager.GetSecretValue",
                asked={"SecretId": "playlist-lake/spotify"},
            ),
            [Call("secretsmanager:GetSecretValue", (SECRETS["playlist-lake/spotify"],))],
        ),
    ],
)  # fmt: skip
def test_a_request_gives_the_calls_that_aws_documents(asked: Request, expected: list[Call]) -> None:
    assert calls(asked, SECRETS) == expected


@pytest.mark.parametrize(
    "asked",
    [
        request("s3", "GET", "/lake/x", query={"versionId": "1"}),
        request("s3", "GET", "/lake/x", query={"tagging": ""}),
        request("s3", "GET", "/lake", query={"policy": ""}),
        request("s3", "DELETE", "/lake"),
        request("glue", "POST", target="AWSGlue.DeleteTable", asked={"DatabaseName": "d"}),
        request("events", "POST", target="AWSEvents.PutEvents", asked={"Entries": []}),
        request("kms", "POST", target="TrentService.Decrypt", asked={}),
    ],
)
def test_an_unknown_request_raises(asked: Request) -> None:
    with pytest.raises(UnknownRequest):
        calls(asked, SECRETS)


def test_a_request_without_a_signature_raises(tmp_path: Path) -> None:
    kept = {
        "method": "GET",
        "path": "/lake/x",
        "query": "",
        "headers": {},
        "body": base64.b64encode(b"").decode(),
    }
    log = tmp_path / "requests.log"
    log.write_text(f"{json.dumps(kept)}\n")

    with pytest.raises(UnknownRequest, match="GET /lake/x has no signature"):
        list(requests(log))
