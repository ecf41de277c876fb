"""The deployer's rights: enough for every call of Terraform, and no more without a reason."""

import sys

import pytest

from tests.cloud.policies import Call, Statement, allows, unused
from tests.cloud.stack import Stack
from tests.cloud.terraform_calls import terraform_calls
from tests.cloud.test_stack import CHANGED

pytestmark = pytest.mark.slow

# Rights that no run of Terraform here needs, with the reason why the deployer has them
STATE = "the state and its lock are in a folder here"
LATER = "for a later version of the stack"
REASONS = {
    ("FindState", "s3:ListBucket"): STATE,
    ("ReadAndWriteState", "s3:GetObject"): STATE,
    ("ReadAndWriteState", "s3:PutObject"): STATE,
    ("ReleaseLock", "s3:DeleteObject"): STATE,
    ("CreateRolesWithBoundary", "iam:PutRolePermissionsBoundary"): "roles older than the boundary",
    ("ManageRoles", "iam:UpdateAssumeRolePolicy"): LATER,
    ("ManageLakeBucket", "s3:DeleteBucket"): "Terraform keeps the bucket; a person may delete it",
    ("ManageFunctions", "lambda:UpdateFunctionCode"): LATER,
    ("ManageFunctions", "lambda:UpdateFunctionConfiguration"): LATER,
    ("ManageFunctions", "lambda:DeleteFunctionConcurrency"): "if reserved_concurrency is unset",
    ("ManageJobs", "glue:UpdateCrawler"): LATER,
    ("ManageJobs", "glue:UpdateTrigger"): LATER,
    ("ManageJobs", "glue:UpdateWorkflow"): LATER,
    ("ManageCatalog", "glue:UpdateDatabase"): LATER,
    ("ManageCatalog", "glue:UpdateTable"): LATER,
    ("ManageWorkgroup", "athena:UpdateNamedQuery"): LATER,
}


@pytest.fixture(scope="module")
def deploying(bootstrap_policies: dict[str, list[Statement]]) -> list[Statement]:
    """The deployer's policies, without the one to operate the lake."""
    return [
        statement
        for name, policy in bootstrap_policies.items()
        if name.startswith("playlist-lake-deployer-") and not name.endswith("-lake")
        for statement in policy
    ]


@pytest.fixture(scope="module")
def seen(stack: Stack) -> list[Call]:
    """The calls of Terraform when it creates, changes, plans and destroys the stack.

    The other files have done all that, unless this one runs alone.
    """
    if not stack.settings.keys() >= CHANGED.keys():
        stack.apply(**CHANGED)
        stack.forget_bucket()
        stack.destroy()
    return terraform_calls(stack.cloud.log)


def test_the_deployer_may_do_what_terraform_does(
    deploying: list[Statement], seen: list[Call]
) -> None:
    assert [call for call in seen if not allows(deploying, call)] == []
    assert len(seen) > 300


def test_every_unused_right_of_the_deployer_has_a_reason(
    deploying: list[Statement], seen: list[Call], capsys: pytest.CaptureFixture[str]
) -> None:
    of_state = {sid for (sid, _), reason in REASONS.items() if reason == STATE}
    found = {
        (sid, resource if action == "*" else action)
        for sid, action, resource in unused(deploying, seen)
        # For the state, the actions are enough
        if action != "*" or sid not in of_state
    }

    with capsys.disabled():
        sys.stdout.write("\nGranted to the deployer and not used by Terraform here:\n")
        for granted in sorted(found):
            sys.stdout.write(f"  {' '.join(granted):74} {REASONS.get(granted, '?')}\n")
    assert found == set(REASONS)
