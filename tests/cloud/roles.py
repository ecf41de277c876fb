"""The deployed roles: what their policies say, and what was called in their names."""

from typing import NamedTuple

from tests.cloud.deployed import Deployed
from tests.cloud.policies import Call, Statement, statements
from tests.cloud.recorded import calls, requests

EXTRACT, JOBS = "playlist-lake-extract", "playlist-lake-jobs"


class Role(NamedTuple):
    """A role's policy, and the calls that were made in its name."""

    policy: list[Statement]
    seen: list[Call]


def deployed_roles(deployed: Deployed) -> dict[str, Role]:
    """The roles by name, as IAM has them; a role of ours has no policies but its own."""
    cloud = deployed.cloud
    iam = cloud.client("iam")
    listed = cloud.client("secretsmanager").list_secrets()["SecretList"]
    secrets = {secret["Name"]: secret["ARN"] for secret in listed}
    found = {}
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
        policy = [
            statement
            for policy_name in iam.list_role_policies(RoleName=name)["PolicyNames"]
            for statement in statements(
                iam.get_role_policy(RoleName=name, PolicyName=policy_name)["PolicyDocument"]
            )
        ]
        key = deployed.environment_of(role["Arn"])["AWS_ACCESS_KEY_ID"]
        seen = {
            call: None
            for request in requests(cloud.log)
            if request.access_key == key
            for call in calls(request, secrets)
        }
        found[name] = Role(policy, list(seen))
    return found
