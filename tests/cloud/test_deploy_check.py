"""`make deploy-check` on the deployed stack after its history, and the rights that it needs.

tests/tools/test_deploy_check.py has each check that fails; this one finds what Terraform named.
"""

from typing import Any

import boto3
import pytest

from tests.cloud.history import D3, TORN, History
from tests.cloud.policies import Call, Statement, allows
from tests.cloud.recorded import ACCOUNT
from tests.cloud.stack import BUCKET
from tests.support.cloud import REGION
from tools import deploy_check

pytestmark = pytest.mark.slow

LAKE = f"arn:aws:s3:::{BUCKET}"
GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}"
CATALOG = (f"{GLUE}:catalog", f"{GLUE}:database/playlist_lake")
WORKGROUP = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/playlist-lake"
# By operation: what IAM checks, as AWS's Service Authorization Reference says
RIGHTS = {
    "GetPublicAccessBlock": ("s3:GetBucketPublicAccessBlock", (LAKE,)),
    "GetBucketPolicy": ("s3:GetBucketPolicy", (LAKE,)),
    "GetBucketVersioning": ("s3:GetBucketVersioning", (LAKE,)),
    "GetBucketLifecycleConfiguration": ("s3:GetLifecycleConfiguration", (LAKE,)),
    "ListObjectsV2": ("s3:ListBucket", (LAKE,)),
    "GetObject": ("s3:GetObject", tuple(f"{LAKE}/{key}/x" for key in ("config", "raw"))),
    "DescribeSecret": (
        "secretsmanager:DescribeSecret",
        (f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:playlist-lake/spotify-AbCdEf",),
    ),
    "GetSchedule": (
        "scheduler:GetSchedule",
        (f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/playlist-lake/extract",),
    ),
    "GetJobRuns": ("glue:GetJobRuns", (f"{GLUE}:job/playlist-lake-build-stays",)),
    "GetPartition": ("glue:GetPartition", (*CATALOG, f"{GLUE}:table/playlist_lake/playlists")),
    "GetTables": ("glue:GetTables", (*CATALOG, f"{GLUE}:table/playlist_lake/*")),
    "DescribeAlarms": (
        "cloudwatch:DescribeAlarms",
        (f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:*",),
    ),
    "GetTopicAttributes": (
        "sns:GetTopicAttributes",
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:playlist-lake-alarms",),
    ),
    "GetQueueAttributes": (
        "sqs:GetQueueAttributes",
        (f"arn:aws:sqs:{REGION}:{ACCOUNT}:playlist-lake-dead-letters",),
    ),
    "StartQueryExecution": ("athena:StartQueryExecution", (WORKGROUP,)),
    "GetQueryExecution": ("athena:GetQueryExecution", (WORKGROUP,)),
    "GetQueryResults": ("athena:GetQueryResults", (WORKGROUP,)),
}
# Every identity may ask who it is
NEEDS_NO_RIGHT = {"GetCallerIdentity"}


@pytest.fixture
def operations(history: History, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The operations that boto3 calls from now on, in the simulated AWS."""
    for name, value in history.deployed.cloud.environment.items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    called: set[str] = set()
    session.events.register("before-call", lambda model, **_: called.add(model.name))
    return called


def test_it_finds_what_terraform_named_and_says_what_the_history_left(
    history: History, operations: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    outputs: dict[str, Any] = history.deployed.outputs

    status = deploy_check.main(outputs)

    lines = {line[6:18].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert status == 1
    # What moto says about alarms is not what CloudWatch would
    del lines["alarms"]
    assert [name for name, line in lines.items() if line.startswith("ok ")] == [
        "account", "bucket", "lists", "login", "schedule", "tables", "dead letters",
    ]  # fmt: skip
    assert f"{D3} is published" in lines["tables"]
    assert f"{D3}: " in lines["extraction"]
    assert "flatten_playlists has never run" in lines["jobs"]
    assert "chart, " in lines["views"]
    assert TORN in lines["rows"]
    assert "nobody receives alarms" in lines["mail"]
    # The torn object ends `rows` before the query
    assert operations - NEEDS_NO_RIGHT == {name for name in RIGHTS if "Query" not in name}


@pytest.mark.parametrize("operation", RIGHTS)
def test_the_deployer_has_the_rights_that_it_needs(
    bootstrap_policies: dict[str, list[Statement]], operation: str
) -> None:
    deployer = [
        statement
        for name, policy in bootstrap_policies.items()
        if name.startswith("playlist-lake-deployer-")
        for statement in policy
    ]

    assert allows(deployer, Call(*RIGHTS[operation]))
