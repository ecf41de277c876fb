"""What each role may do: enough for every call that was seen, and no more without a reason."""

import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud.history import History
from tests.cloud.policies import allows, unused
from tests.cloud.roles import EXTRACT, JOBS, Role

pytestmark = pytest.mark.slow

STARTERS = ("playlist-lake-schedule", "playlist-lake-start-workflow")

# What no run here needs, and why it is granted all the same
REASONS = {
    (JOBS, "WriteTables", "s3:AbortMultipartUpload"): "a file larger than a part",
    (JOBS, "WriteTables", "s3:ListMultipartUploadParts"): "a file larger than a part",
    (JOBS, "WriteTables", "tables_$folder$"): "the marker that Glue's own S3 client writes",
    (JOBS, "List", "s3:GetBucketLocation"): "Glue's own S3 client",
    (JOBS, "List", "s3:ListBucketMultipartUploads"): "Glue's own S3 client",
    (JOBS, "WriteLog", "logs:CreateLogGroup"): "Glue asks for it before it begins",
    (STARTERS[0], "StartExtraction", "lambda:InvokeFunction"): "Scheduler's own call",
    (STARTERS[0], "SendDeadLetters", "sqs:SendMessage"): "Scheduler's own call",
    (STARTERS[1], "NotifyWorkflow", "glue:NotifyEvent"): "EventBridge's own call",
}


@pytest.mark.parametrize("name", [EXTRACT, JOBS])
def test_every_call_is_allowed(roles: dict[str, Role], name: str) -> None:
    policy, seen = roles[name]

    assert [call for call in seen if not allows(policy, call)] == []
    assert len(seen) > 20


@pytest.mark.parametrize("name", [EXTRACT, JOBS])
def test_without_any_one_statement_a_call_is_denied(roles: dict[str, Role], name: str) -> None:
    policy, seen = roles[name]

    needless = [
        one.sid
        for one in policy
        if all(allows([other for other in policy if other is not one], call) for call in seen)
    ]

    assert needless == []


def test_what_is_granted_and_unused_has_its_reason(
    roles: dict[str, Role], capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        (name, sid, resource.rpartition("/")[2] if action == "*" else action)
        for name, role in roles.items()
        for sid, action, resource in unused(role.policy, role.seen)
        # Where no call was seen at all, the action says it
        if role.seen or action != "*"
    }

    with capsys.disabled():
        sys.stdout.write("\nGranted and not used by any run here:\n")
        for granted in sorted(found):
            sys.stdout.write(f"  {' '.join(granted):74} {REASONS.get(granted, '?')}\n")
    assert found == set(REASONS)


def test_no_role_may_do_everything_of_a_service(roles: dict[str, Role]) -> None:
    all_statements = [(name, one) for name, role in roles.items() for one in role.policy]

    assert {action for _, one in all_statements for action in one.actions if "*" in action} == set()
    # A metric has no ARN
    assert {one.sid for _, one in all_statements if "*" in one.resources} == {"SendMetrics"}


OTHERS = {
    EXTRACT: [
        ("get_object", "raw/snapshot_date=2026-10-31/x.jsonl.gz"),
        ("delete_object", "raw/snapshot_date=2026-10-31/x.jsonl.gz"),
        ("put_object", "config/playlists.txt"),
        ("get_object", "tables/songs/r1/x.parquet"),
        ("put_object", "tables/songs/r1/x.parquet"),
        ("put_object", "state/lock"),
        ("get_object", "state/runs/r1.json"),
        ("put_object", "code/jobs.zip"),
        ("get_object", "athena-results/x.csv"),
    ],
    JOBS: [
        ("put_object", "raw/snapshot_date=2026-10-31/x.jsonl.gz"),
        ("get_object", "config/playlists.txt"),
        ("put_object", "config/playlists.txt"),
        ("put_object", "state/throttled_until.json"),
        ("put_object", "code/jobs.zip"),
        ("get_object", "athena-results/x.csv"),
    ],
    STARTERS[0]: [("get_object", "raw/x"), ("put_object", "raw/x")],
    STARTERS[1]: [("get_object", "raw/x"), ("put_object", "raw/x")],
}
OWN = {EXTRACT: "config/playlists.txt", JOBS: "code/jobs.zip"}


@pytest.mark.parametrize("name", OTHERS)
def test_moto_too_denies_a_role_what_belongs_to_others(
    history: History, roles: dict[str, Role], name: str
) -> None:
    assert roles
    deployed = history.deployed
    arn = deployed.cloud.client("iam").get_role(RoleName=name)["Role"]["Arn"]
    s3 = deployed.cloud.client("s3", deployed.environment_of(arn))
    answers = {}

    with enforced(deployed.cloud.url):
        if own := OWN.get(name):
            s3.get_object(Bucket=deployed.bucket, Key=own)
        for action, key in OTHERS[name]:
            answers[action, key] = _answer(s3, action, deployed.bucket, key)

    assert answers == dict.fromkeys(OTHERS[name], "AccessDenied")


def _answer(s3: Any, action: str, bucket: str, key: str) -> str:
    try:
        getattr(s3, action)(Bucket=bucket, Key=key)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "allowed"


@contextmanager
def enforced(url: str) -> Iterator[None]:
    """Let moto judge requests by IAM's policies, as it otherwise doesn't."""
    _after(url, 0)
    try:
        yield
    finally:
        _after(url, sys.maxsize)


def _after(url: str, requests_: int) -> None:
    """Let moto's IAM judge all but the first requests from now on."""
    asked = urllib.request.Request(  # noqa: S310, moto on this machine
        f"{url}/moto-api/reset-auth",
        data=str(requests_).encode(),
        headers={"Content-Type": "text/plain"},
    )
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        assert answer.status == 200
