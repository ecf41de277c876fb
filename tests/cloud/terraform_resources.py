"""The ARNs of the resources on which AWS checks a request of Terraform's."""

from typing import Any

from tests.cloud.recorded import ACCOUNT
from tests.cloud.terraform_requests import Asked
from tests.support.cloud import REGION

# The parameters with which each role was created, by name
Roles = dict[str, dict[str, Any]]

# The stack's only workgroup; requests for a saved query don't name it
_WORKGROUP = "playlist-lake"
_WITH_ARN = ("ResourceArn", "ResourceARN", "resourceArn", "TopicArn")


def resources(one: Asked, roles: Roles, *, to_tag: bool = False) -> tuple[str, ...]:
    """The ARNs that AWS checks for a request, or for the tags in it; raises KeyError."""
    service, action, parameters = one
    if found := [parameters[name] for name in _WITH_ARN if name in parameters]:
        return (found[0],)
    match service:
        case "iam":
            path = roles[parameters["RoleName"]]["Path"]
            return (f"arn:aws:iam::{ACCOUNT}:role{path}{parameters['RoleName']}",)
        case "glue":
            return _glue(one, to_tag=to_tag)
        case "cloudwatch":
            return _cloudwatch(one)
        case "lambda" if "LayerName" in parameters:
            version = [parameters[name] for name in ("VersionNumber",) if name in parameters]
            return (_arn(service, ":".join(["layer", parameters["LayerName"], *version])),)
        case "lambda":
            return (_arn(service, f"function:{parameters['FunctionName']}"),)
        case "budgets":
            budget = parameters.get("Budget") or parameters.get("NewBudget") or parameters
            # The ARN of a budget has no region
            return (f"arn:aws:budgets::{ACCOUNT}:budget/{budget['BudgetName']}",)
        case "secretsmanager":
            # AWS adds a hyphen and six characters to the name
            return (
                parameters.get("SecretId") or _arn(service, f"secret:{parameters['Name']}-AbCdEf"),
            )
        case "logs" if action == "DescribeLogGroups":
            # A search, which needs the right to all log groups
            return ("*",)
        case "logs":
            return (_arn(service, f"log-group:{parameters['logGroupName']}"),)
        case "sns" if "ubscri" in action:
            # Only Subscribe names a topic, and SNS has no rights to a single subscription
            return ("*",)
        case "sns":
            return (_arn(service, parameters["Name"]),)
        case "sqs":
            name = parameters.get("QueueName") or parameters["QueueUrl"].rpartition("/")[2]
            return (_arn(service, name),)
        case "events":
            return (_arn(service, f"rule/{parameters.get('Rule') or parameters['Name']}"),)
        case "athena":
            named = parameters.get("WorkGroup") or (
                _WORKGROUP if "Query" in action else parameters["Name"]
            )
            return (_arn(service, f"workgroup/{named}"),)
        case "scheduler" if action.endswith("Group"):
            return (_arn(service, f"schedule-group/{parameters['Name']}"),)
        case "scheduler":
            return (schedule(parameters["GroupName"], parameters["Name"]),)
    raise KeyError(service)


def schedule(group: str, name: str) -> str:
    """The ARN of a schedule."""
    return _arn("scheduler", f"schedule/{group}/{name}")


def _glue(one: Asked, *, to_tag: bool) -> tuple[str, ...]:
    parameters, kind = one.parameters, one.action.removeprefix(one.verb).lower()
    if kind in ("job", "trigger", "workflow", "crawler"):
        # Glue checks the right to create a crawler without its ARN
        if one.action == "CreateCrawler" and not to_tag:
            return ("*",)
        return (_arn("glue", f"{kind}/{parameters.get('JobName') or parameters['Name']}"),)
    if kind == "database":
        name = parameters.get("Name") or parameters["DatabaseInput"]["Name"]
        database = _arn("glue", f"database/{name}")
        # Deleting a database requires the right to delete everything that it could hold
        held = ("table", "userDefinedFunction") if one.verb == "Delete" else ()
        rest = (_arn("glue", f"{of_kind}/{name}/*") for of_kind in held)
        return (database,) if to_tag else (_arn("glue", "catalog"), database, *rest)
    table = parameters.get("TableName") or parameters.get("TableInput", parameters)["Name"]
    database = parameters["DatabaseName"]
    parts = ("catalog", f"database/{database}", f"table/{database}/{table}")
    return tuple(_arn("glue", part) for part in parts)


def _cloudwatch(one: Asked) -> tuple[str, ...]:
    parameters = one.parameters
    if "Dashboard" in one.action:
        name = parameters.get("DashboardName") or parameters["DashboardNames.member.1"]
        # The ARN of a dashboard has no region
        return (f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{name}",)
    # A search, which needs the right to all alarms, even if names are given
    if one.action == "DescribeAlarms":
        return (_arn("cloudwatch", "alarm:*"),)
    name = parameters.get("AlarmName") or parameters["AlarmNames.member.1"]
    return (_arn("cloudwatch", f"alarm:{name}"),)


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"
