"""Terraform's requests to the simulated AWS, as the calls that IAM checks.

Besides the call itself, AWS checks some that the simulation doesn't: passing a role to a service,
tagging what is created, adding a layer, using a key. AWS's Service Authorization Reference says
which ones, and on which resources.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.cloud.policies import Call
from tests.cloud.recorded import UnknownRequest, requests
from tests.cloud.terraform_requests import Asked, asked, s3_calls
from tests.cloud.terraform_resources import Roles, resources, schedule

# The parameters that hold tags, by protocol
_TAGS = ("Tags", "tags", "ResourceTags", "Tags.member.1.Key")
# The right to tag what is created, by service; TagResource if it is not here
_TAGGING = {"iam": "TagRole", "sqs": "TagQueue"}
# Budgets has only two rights to budgets, their notifications and subscribers
_OF_BUDGETS = dict.fromkeys(("Create", "Update", "Delete"), "ModifyBudget")
_OF_BUDGETS["Describe"] = "ViewBudget"
_UNDER_A_BOUNDARY = {"CreateRole", "PutRolePolicy", "DeleteRolePolicy"}


def terraform_calls(log: Path) -> list[Call]:
    """The calls of all of Terraform's runs in a log, each once; raises UnknownRequest."""
    found: dict[Call, None] = {}
    roles: Roles = {}
    for request in requests(log):
        if "Terraform/" not in request.headers.get("user-agent", ""):
            continue
        try:
            if request.service == "s3":
                calls = s3_calls(request)
            else:
                calls = list(_calls(asked(request), roles))
        except KeyError as error:
            what = f"{request.service} {request.method} {request.path} {request.body[:80]!r}"
            raise UnknownRequest(f"{what}: {error}") from error
        found.update(dict.fromkeys(calls))
    return list(found)


def _calls(one: Asked, roles: Roles) -> Iterator[Call]:
    """The calls of a request; adds a role that it creates to `roles`."""
    service, action, parameters = one
    # Everybody has the right to it
    if action == "GetCallerIdentity":
        return
    if action == "CreateRole":
        roles[parameters["RoleName"]] = parameters
    right = action
    if service == "budgets" and "Tag" not in action:
        right = _OF_BUDGETS[one.verb]
    context: tuple[tuple[str, str], ...] = ()
    if action in _UNDER_A_BOUNDARY:
        boundary = roles[parameters["RoleName"]].get("PermissionsBoundary", "")
        context = (("iam:PermissionsBoundary", boundary),)
    yield Call(f"{service}:{right}", resources(one, roles), context)
    yield from _also_checked(one, roles)


def _also_checked(one: Asked, roles: Roles) -> Iterator[Call]:
    """The calls that AWS checks besides the request's own."""
    service, action, parameters = one
    if one.verb in ("Create", "Put") and any(parameters.get(name) for name in _TAGS):
        tag = f"{service}:{_TAGGING.get(service, 'TagResource')}"
        yield Call(tag, resources(one, roles, to_tag=True))
    for role in _passed(parameters):
        passed_to = (("iam:PassedToService", f"{service}.amazonaws.com"),)
        yield Call("iam:PassRole", (role,), passed_to)
    for layer in parameters.get("Layers", ()):
        yield Call("lambda:GetLayerVersion", (layer,))
    if service == "secretsmanager" and (key := parameters.get("KmsKeyId")):
        # docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
        yield Call("kms:GenerateDataKey", (key,))
        yield Call("kms:Decrypt", (key,))
    # Without this right, Lambda leaves the tags out, and Terraform would set them again
    if action == "GetFunction":
        yield Call("lambda:ListTags", resources(one, roles))
    if action == "DeleteScheduleGroup":
        yield Call("scheduler:DeleteSchedule", (schedule(parameters["Name"], "*"),))


def _passed(parameters: dict[str, Any]) -> Iterator[str]:
    """The roles that a request passes to a service."""
    targets = parameters.get("Targets", ())
    holders = [parameters, parameters.get("JobUpdate", {}), parameters.get("Target", {})]
    # The targets of a crawler are not a list
    holders += targets if isinstance(targets, list) else []
    for holder in holders:
        yield from (holder[name] for name in ("Role", "RoleArn") if name in holder)
