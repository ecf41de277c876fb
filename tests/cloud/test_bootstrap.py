"""infra/bootstrap: the deployer cannot give the stack's roles more than the boundary allows."""

import json
import re
from typing import Any

import pytest

from tests.cloud.policies import Call, Statement, allows, statements
from tests.cloud.recorded import ACCOUNT, KEY, requests
from tests.cloud.roles import EXTRACT, GENRES, JOBS, Role
from tests.cloud.stack import BOUNDARY, BUCKET, INFRA, Stack

pytestmark = pytest.mark.slow

ROLE = f"arn:aws:iam::{ACCOUNT}:role/playlist-lake/playlist-lake-jobs"
LAKE = f"arn:aws:s3:::{BUCKET}"


@pytest.fixture(scope="module")
def deployer(bootstrap_policies: dict[str, list[Statement]]) -> list[Statement]:
    """All statements of the deployer's policies."""
    return [
        statement
        for name, of_policy in bootstrap_policies.items()
        if name.startswith("playlist-lake-deployer-")
        for statement in of_policy
    ]


def test_a_plan_after_apply_has_no_changes(bootstrap: Stack) -> None:
    assert bootstrap.planned_changes() == {}


def test_the_next_steps_set_the_region(bootstrap: Stack) -> None:
    """Exported credentials have no region, and the stack's own next steps need it."""
    steps = bootstrap.outputs()["next_steps"].splitlines()
    (exported,) = [number for number, line in enumerate(steps) if "export-credentials" in line]

    assert steps[exported + 1].strip() == "export AWS_DEFAULT_REGION=us-east-1"


def test_terraform_repeats_a_request_that_aws_could_not_answer(bootstrap: Stack) -> None:
    """The simulated AWS fails the first request."""
    first, second, *_ = requests(bootstrap.cloud.log)

    assert (first.service, first.body) == (second.service, second.body)


def test_its_settings_are_those_with_which_the_stack_is_tested(bootstrap: Stack) -> None:
    settings = dict(re.findall(r'^(\w+) += "(.+)"$', bootstrap.outputs()["settings"], re.MULTILINE))

    assert settings == {
        "bucket": BUCKET,
        "kms_key_arn": KEY,
        "name": "playlist-lake",
        "permissions_boundary_arn": BOUNDARY,
        "region": "us-east-1",
    }


def test_stack_and_bootstrap_give_the_bucket_the_same_name_by_default() -> None:
    """The applied ones have a name of their own."""
    names = {
        name
        for file in (INFRA / "storage.tf", INFRA / "bootstrap" / "versions.tf")
        for name in re.findall(r"bucket += (coalesce\(var\.bucket, .+\))", file.read_text())
    }

    assert names == {'coalesce(var.bucket, "${var.name}-${local.account}-${local.region}")'}


@pytest.mark.parametrize("name", [EXTRACT, GENRES, JOBS])
def test_the_boundary_allows_what_the_roles_do(
    bootstrap_policies: dict[str, list[Statement]], roles: dict[str, Role], name: str
) -> None:
    boundary = bootstrap_policies["playlist-lake-boundary"]

    assert [call for call in roles[name].seen if not allows(boundary, call)] == []


def test_the_boundary_has_no_rights_to_iam_or_outside_the_stack(
    bootstrap_policies: dict[str, list[Statement]],
) -> None:
    boundary = bootstrap_policies["playlist-lake-boundary"]

    assert [one.sid for one in boundary for action in one.actions if action[:4] == "iam:"] == []
    assert not allows(boundary, Call("s3:GetObject", ("arn:aws:s3:::another/raw/x",)))
    assert not allows(boundary, Call("s3:DeleteBucket", (LAKE,)))


def test_the_deployer_creates_roles_only_with_the_boundary(
    bootstrap: Stack, deployer: list[Statement]
) -> None:
    boundary = bootstrap.outputs()["permissions_boundary_arn"]
    make = Call("iam:CreateRole", (ROLE,))
    outside = Call("iam:CreateRole", (f"arn:aws:iam::{ACCOUNT}:role/admin",))

    assert allows(deployer, make._replace(context=(("iam:PermissionsBoundary", boundary),)))
    assert not allows(deployer, make)
    assert not allows(deployer, make._replace(context=(("iam:PermissionsBoundary", "own"),)))
    assert not allows(deployer, outside._replace(context=(("iam:PermissionsBoundary", boundary),)))
    for action in ("CreatePolicyVersion", "DeletePolicy", "SetDefaultPolicyVersion"):
        assert not allows(deployer, Call(f"iam:{action}", (boundary,)))


@pytest.mark.parametrize(
    ("service", "expected"), [("glue.amazonaws.com", True), ("ec2.amazonaws.com", False)]
)
def test_the_deployer_passes_roles_only_to_the_stacks_services(
    deployer: list[Statement], service: str, expected: bool
) -> None:
    call = Call("iam:PassRole", (ROLE,), (("iam:PassedToService", service),))

    assert allows(deployer, call) is expected


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:PutObject", f"{LAKE}/config/playlists.txt", True),
        ("s3:PutObject", f"{LAKE}/raw/snapshot_date=2026-10-31/x.jsonl.gz", True),
        ("s3:PutObject", f"{LAKE}/outcomes/snapshot_date=2026-10-31/r.jsonl", True),
        ("s3:PutObject", f"{LAKE}/genres/fetched_on=2026-10-31/r1-001.jsonl.gz", True),
        ("s3:PutObject", f"{LAKE}/tables/songs/r1/x.parquet", False),
        ("s3:GetObject", "arn:aws:s3:::another/x", False),
        ("lambda:InvokeFunction", "function:playlist-lake-extract", True),
        ("lambda:InvokeFunction", "function:another", False),
        ("glue:StartJobRun", "job/playlist-lake-flatten-playlists", True),
        ("glue:StartCrawler", "crawler/playlist-lake-raw", True),
        ("glue:GetCrawler", "crawler/playlist-lake-raw", True),
        ("glue:StartCrawler", "crawler/playlist-lake-other", False),
        ("glue:StartCrawler", "crawler/another", False),
        ("athena:StartQueryExecution", "workgroup/playlist-lake", True),
        ("athena:StartQueryExecution", "workgroup/primary", False),
        ("athena:CreateNamedQuery", "workgroup/playlist-lake", True),
        ("athena:CreateNamedQuery", "workgroup/primary", False),
        # A view is a table of the catalog
        ("glue:CreateTable", "table/playlist_lake/chart", True),
        ("glue:UpdateTable", "table/playlist_lake/chart", True),
        ("glue:UpdateTable", "table/another/chart", False),
        ("glue:GetDatabase", "database/default", True),
        ("glue:UpdateDatabase", "database/default", False),
    ],
)
def test_the_deployer_operates_only_this_lake(
    deployer: list[Statement], action: str, resource: str, expected: bool
) -> None:
    if not resource.startswith("arn:"):
        resource = f"arn:aws:{action.partition(':')[0]}:us-east-1:{ACCOUNT}:{resource}"

    assert allows(deployer, Call(action, (resource,))) is expected


def test_a_star_is_used_only_where_aws_knows_no_resource(deployer: list[Statement]) -> None:
    assert [one.sid for one in deployer for action in one.actions if "*" in action] == []
    assert {action for one in deployer if "*" in one.resources for action in one.actions} <= {
        "glue:CreateCrawler",
        "lambda:GetAccountSettings",
        "logs:DescribeLogGroups",
        "logs:GetQueryResults",
        "sns:GetSubscriptionAttributes",
        "sns:Unsubscribe",
    }


def test_no_policy_is_longer_than_iam_allows(bootstrap: Stack) -> None:
    iam = bootstrap.cloud.client("iam")
    lengths = {}
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        version = iam.get_policy_version(
            PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
        )
        document = version["PolicyVersion"]["Document"]
        # IAM does not count white space
        lengths[policy["PolicyName"]] = len(json.dumps(document, separators=(",", ":")))

    assert len(lengths) == 6
    assert {name: length for name, length in lengths.items() if length > 6144} == {}


def test_the_user_can_only_assume_the_deployer_role(bootstrap: Stack) -> None:
    iam = bootstrap.cloud.client("iam")
    (user,) = iam.list_users()["Users"]
    name = user["UserName"]
    (policy,) = iam.list_user_policies(UserName=name)["PolicyNames"]
    document = iam.get_user_policy(UserName=name, PolicyName=policy)["PolicyDocument"]
    trust = iam.get_role(RoleName="playlist-lake-deployer")["Role"]["AssumeRolePolicyDocument"]

    assert [(one.actions, one.resources) for one in statements(document)] == [
        (("sts:AssumeRole",), (bootstrap.outputs()["deployer_role_arn"],))
    ]
    assert iam.list_access_keys(UserName=name)["AccessKeyMetadata"] == []
    assert trust["Statement"][0]["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assert trust["Statement"][0]["Principal"] == {"AWS": user["Arn"]}


INVALID: dict[str, tuple[Any, str]] = {
    "name": ("X", "name must be 2 to 24 lower-case letters"),
    "bucket": ("my_lake", "bucket must be 3 to 63 lower-case letters"),
    "kms_key_arn": ("alias/key", "kms_key_arn must be the ARN of a key"),
    "trusted_principals": (["*"], "trusted_principals must be ARNs such as"),
}


@pytest.fixture(scope="module")
def refusal(bootstrap: Stack) -> str:
    """The error of a plan in which every variable is invalid."""
    return bootstrap.refusal(**{variable: value for variable, (value, _) in INVALID.items()})


@pytest.mark.parametrize("variable", INVALID)
def test_an_invalid_variable_is_refused_with_a_sentence(refusal: str, variable: str) -> None:
    assert INVALID[variable][1] in refusal
