"""The deployed roles: their policies, and the calls made with them."""

from typing import NamedTuple

from tests.cloud.deployed import Deployed
from tests.cloud.policies import Call, Statement, statements
from tests.cloud.recorded import calls, requests
from tests.support.cloud import Cloud

EXTRACT, JOBS = "playlist-lake-extract", "playlist-lake-jobs"
GENRES = "playlist-lake-genres"
CRAWLER = "playlist-lake-crawler"


class Role(NamedTuple):
    """A role's policy, and the calls made with the role."""

    policy: list[Statement]
    seen: list[Call]


def deployed_roles(deployed: Deployed) -> dict[str, Role]:
    """The roles by name, with their policies from IAM and their calls from the request log."""
    cloud = deployed.cloud
    listed = cloud.client("secretsmanager").list_secrets()["SecretList"]
    secrets = {secret["Name"]: secret["ARN"] for secret in listed}
    found = {}
    for name, policy in role_policies(cloud).items():
        arn = cloud.client("iam").get_role(RoleName=name)["Role"]["Arn"]
        key = deployed.environment_of(arn)["AWS_ACCESS_KEY_ID"]
        seen = {
            call: None
            for request in requests(cloud.log)
            if request.access_key == key
            for call in calls(request, secrets)
        }
        found[name] = Role(policy, list(seen))
    return found


def role_policies(cloud: Cloud) -> dict[str, list[Statement]]:
    """The statements of each role's inline policies; our roles have no other policies."""
    iam = cloud.client("iam")
    found = {}
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
        found[name] = [
            statement
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
            for statement in statements(
                iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            )
        ]
    return found
