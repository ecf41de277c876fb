"""Terraform's requests as the calls that AWS documents; an unknown request raises."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.cloud.policies import Call
from tests.cloud.recorded import UnknownRequest
from tests.cloud.terraform_calls import terraform_calls

HERE = "us-east-1:123456789012"
SCHEDULER = f"arn:aws:scheduler:{HERE}"
ROLE = "arn:aws:iam::123456789012:role/playlist-lake/playlist-lake-extract"
BOUNDARY = "arn:aws:iam::123456789012:policy/boundary"
LAYER = f"arn:aws:lambda:{HERE}:layer:playlist-lake-packages:1"
TAGS = [{"Key": "project", "Value": "playlist-lake"}]
CREATE_ROLE = {
    "Action": "CreateRole", "RoleName": "playlist-lake-extract", "Path": "/playlist-lake/",
    "PermissionsBoundary": BOUNDARY, "Tags.member.1.Key": "project",
}  # fmt: skip
UNDER_BOUNDARY = (("iam:PermissionsBoundary", BOUNDARY),)


def calls(tmp_path: Path, *logged: dict[str, Any]) -> list[Call]:
    """The calls of requests in a log."""
    log = tmp_path / "requests.log"
    log.write_text("".join(f"{json.dumps(line)}\n" for line in logged))
    return terraform_calls(log)


def line(
    service: str, method: str, path: str = "/", query: str = "", **more: Any
) -> dict[str, Any]:
    """A line of a log, optionally with `target` and a body: `asked` (JSON), `form` or `xml`."""
    body = more.get("xml", "") or urlencode(more.get("form", {}))
    scope = f"test/20261130/us-east-1/{service}/aws4_request"
    headers = {
        "authorization": f"AWS4-HMAC-SHA256 Credential={scope}",
        "user-agent": more.get("agent", "HashiCorp/1.0 Terraform/1.11.4"),
    }
    if "target" in more:
        headers["x-amz-target"] = more["target"]
    if "asked" in more:
        body = json.dumps(more["asked"])
    encoded = base64.b64encode(body.encode()).decode()
    return {
        "method": method, "path": path, "query": query, "headers": headers, "body": encoded,
    }  # fmt: skip


def test_a_function_is_created_with_its_role_layer_and_tags(tmp_path: Path) -> None:
    asked = {"FunctionName": "f", "Role": ROLE, "Layers": [LAYER], "Tags": {"project": "p"}}

    found = calls(tmp_path, line("lambda", "POST", "/2015-03-31/functions", asked=asked))

    function = f"arn:aws:lambda:{HERE}:function:f"
    assert found == [
        Call("lambda:CreateFunction", (function,)),
        Call("lambda:TagResource", (function,)),
        Call("iam:PassRole", (ROLE,), (("iam:PassedToService", "lambda.amazonaws.com"),)),
        Call("lambda:GetLayerVersion", (LAYER,)),
    ]


def test_a_role_is_created_and_given_a_policy_under_its_boundary(tmp_path: Path) -> None:
    put = {"Action": "PutRolePolicy", "RoleName": "playlist-lake-extract"}

    found = calls(tmp_path, line("iam", "POST", form=CREATE_ROLE), line("iam", "POST", form=put))

    assert found == [
        Call("iam:CreateRole", (ROLE,), UNDER_BOUNDARY),
        Call("iam:TagRole", (ROLE,)),
        Call("iam:PutRolePolicy", (ROLE,), UNDER_BOUNDARY),
    ]


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        (
            line("s3", "GET", "/lake", "encryption="),
            [Call("s3:GetEncryptionConfiguration", ("arn:aws:s3:::lake",))],
        ),
        (
            line("s3", "DELETE", "/lake", "publicAccessBlock="),
            [Call("s3:PutBucketPublicAccessBlock", ("arn:aws:s3:::lake",))],
        ),
        (line("s3", "HEAD", "/lake"), [Call("s3:ListBucket", ("arn:aws:s3:::lake",))]),
        (
            line(
                "s3", "POST", "/lake", "delete=",
                xml="<Delete><Object><Key>a</Key><VersionId>1</VersionId></Object>"
                "<Object><Key>b</Key></Object></Delete>",
            ),
            [
                Call("s3:DeleteObjectVersion", ("arn:aws:s3:::lake/a",)),
                Call("s3:DeleteObject", ("arn:aws:s3:::lake/b",)),
            ],
        ),
        (
            line("glue", "POST", target="AWSGlue.DeleteDatabase", asked={"Name": "d"}),
            [
                Call(
                    "glue:DeleteDatabase",
                    tuple(
                        f"arn:aws:glue:{HERE}:{part}"
                        for part in (
                            "catalog", "database/d", "table/d/*", "userDefinedFunction/d/*",
                        )
                    ),
                )
            ],
        ),
        (
            line("budgets", "POST", target="X.CreateNotification", asked={"BudgetName": "b"}),
            [Call("budgets:ModifyBudget", ("arn:aws:budgets::123456789012:budget/b",))],
        ),
        (
            line("scheduler", "DELETE", "/schedule-groups/g", "clientToken=1"),
            [
                Call("scheduler:DeleteScheduleGroup", (f"{SCHEDULER}:schedule-group/g",)),
                Call("scheduler:DeleteSchedule", (f"{SCHEDULER}:schedule/g/*",)),
            ],
        ),
        (line("sts", "POST", form={"Action": "GetCallerIdentity"}), []),
        (line("s3", "GET", "/lake", "policy=", agent="Boto3/1.40"), []),
    ],
)  # fmt: skip
def test_a_request_gives_the_calls_that_aws_documents(
    tmp_path: Path, logged: dict[str, Any], expected: list[Call]
) -> None:
    assert calls(tmp_path, logged) == expected


@pytest.mark.parametrize(
    "logged",
    [
        line("s3", "PUT", "/lake", "torrent="),
        line("lambda", "POST", "/2015-03-31/unknown", asked={}),
        line("kms", "POST", target="TrentService.CreateKey", asked={}),
        line("iam", "POST", form={"Action": "GetRole", "RoleName": "of somebody else"}),
    ],
)
def test_an_unknown_request_raises(tmp_path: Path, logged: dict[str, Any]) -> None:
    with pytest.raises(UnknownRequest):
        calls(tmp_path, logged)
