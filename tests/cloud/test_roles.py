"""The rights of each role: enough for every call that it made, and no more without a reason."""

import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.cloud.history import History
from tests.cloud.policies import allows, unused
from tests.cloud.roles import EXTRACT, GENRES, JOBS, Role

pytestmark = pytest.mark.slow

STARTERS = (
    "playlist-lake-schedule",
    "playlist-lake-start-workflow",
    "playlist-lake-send-failures",
)

# Rights that no run here needs, with the reason why the role has them
REASONS = {
    (JOBS, "WriteTables", "s3:AbortMultipartUpload"): "a file larger than one part",
    (JOBS, "WriteTables", "s3:ListMultipartUploadParts"): "a file larger than one part",
    (JOBS, "WriteTables", "tables"): "S3A looks it up where nothing is in it",
    (JOBS, "List", "s3:GetBucketLocation"): "in AWS's own policy for jobs",
    (JOBS, "List", "s3:ListBucketMultipartUploads"): "S3A's committers, when they abort",
    (JOBS, "WriteLog", "logs:CreateLogGroup"): "Glue checks it before it starts",
    (STARTERS[0], "StartExtraction", "lambda:InvokeFunction"): "Scheduler's own call",
    (STARTERS[0], "SendDeadLetters", "sqs:SendMessage"): "Scheduler's own call",
    (STARTERS[1], "NotifyWorkflow", "glue:NotifyEvent"): "EventBridge's own call",
    (STARTERS[2], "PublishFailures", "sns:Publish"): "EventBridge's own call",
}


@pytest.mark.parametrize("name", [EXTRACT, GENRES, JOBS])
def test_every_call_is_allowed(roles: dict[str, Role], name: str) -> None:
    policy, seen = roles[name]

    assert [call for call in seen if not allows(policy, call)] == []
    assert len(seen) > 20


@pytest.mark.parametrize("name", [EXTRACT, GENRES, JOBS])
def test_every_statement_is_needed_by_some_call(roles: dict[str, Role], name: str) -> None:
    policy, seen = roles[name]

    needless = [
        one.sid
        for one in policy
        if all(allows([other for other in policy if other is not one], call) for call in seen)
    ]

    assert needless == []


def test_every_unused_right_has_a_reason(
    roles: dict[str, Role], capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        (name, sid, resource.rpartition("/")[2] if action == "*" else action)
        for name, role in roles.items()
        for sid, action, resource in unused(role.policy, role.seen)
        # For a role without any call, the actions are enough
        if role.seen or action != "*"
    }

    with capsys.disabled():
        sys.stdout.write("\nGranted and not used by any run here:\n")
        for granted in sorted(found):
            sys.stdout.write(f"  {' '.join(granted):74} {REASONS.get(granted, '?')}\n")
    assert found == set(REASONS)


def test_no_role_has_all_rights_to_a_service(roles: dict[str, Role]) -> None:
    all_statements = [(name, one) for name, role in roles.items() for one in role.policy]

    assert {action for _, one in all_statements for action in one.actions if "*" in action} == set()
    # A metric has no ARN
    assert {one.sid for _, one in all_statements if "*" in one.resources} == {"SendMetrics"}


OTHERS = {
    EXTRACT: [
        ("delete_object", "raw/snapshot_date=2026-10-31/x.jsonl.gz"),
        ("delete_object", "outcomes/snapshot_date=2026-10-31/r1.jsonl"),
        ("put_object", "config/playlists.txt"),
        ("get_object", "tables/songs/r1/x.parquet"),
        ("put_object", "tables/songs/r1/x.parquet"),
        ("put_object", "state/lock"),
        ("get_object", "state/runs/r1.json"),
        ("put_object", "genres/fetched_on=2026-10-31/r1-001.jsonl.gz"),
        ("put_object", "code/jobs.zip"),
        ("get_object", "athena-results/x.csv"),
    ],
    GENRES: [
        ("put_object", "raw/snapshot_date=2026-10-31/x.jsonl.gz"),
        ("delete_object", "genres/fetched_on=2026-10-31/r1-001.jsonl.gz"),
        ("get_object", "outcomes/snapshot_date=2026-10-31/r1.jsonl"),
        ("put_object", "config/playlists.txt"),
        ("get_object", "tables/songs/r1/x.parquet"),
        ("put_object", "state/throttled_until.json"),
        ("put_object", "code/jobs.zip"),
        ("get_object", "athena-results/x.csv"),
    ],
    JOBS: [
        ("put_object", "raw/snapshot_date=2026-10-31/x.jsonl.gz"),
        ("put_object", "outcomes/snapshot_date=2026-10-31/r1.jsonl"),
        ("put_object", "genres/fetched_on=2026-10-31/r1-001.jsonl.gz"),
        ("get_object", "config/playlists.txt"),
        ("put_object", "config/playlists.txt"),
        ("put_object", "state/throttled_until.json"),
        ("put_object", "code/jobs.zip"),
        ("get_object", "athena-results/x.csv"),
    ],
    **{starter: [("get_object", "raw/x"), ("put_object", "raw/x")] for starter in STARTERS},
}
OWN = {EXTRACT: "config/playlists.txt", GENRES: "config/playlists.txt", JOBS: "code/jobs.zip"}


@pytest.mark.parametrize("name", OTHERS)
def test_moto_also_denies_a_role_the_objects_of_others(
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
    """Let moto check requests against IAM policies, which it does not do by default."""
    _after(url, 0)
    try:
        yield
    finally:
        _after(url, sys.maxsize)


def _after(url: str, requests_: int) -> None:
    """Let moto check requests from now on, except the first ones."""
    asked = urllib.request.Request(  # noqa: S310, moto on this machine
        f"{url}/moto-api/reset-auth",
        data=str(requests_).encode(),
        headers={"Content-Type": "text/plain"},
    )
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        assert answer.status == 200
