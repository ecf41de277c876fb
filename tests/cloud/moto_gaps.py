"""What Terraform's AWS provider and the deployed stack need from AWS, and moto 5.2.5 lacks.

`fill` adds it to the moto of this process: missing actions, attributes that moto forgets, and
conditions that it doesn't evaluate.
"""

import json
from collections.abc import Callable
from typing import Any

from moto.athena.responses import AthenaResponse
from moto.awslambda.models import LambdaFunction, LayerVersion
from moto.budgets.responses import BudgetsResponse
from moto.core.responses import ActionResult
from moto.events.models import Rule
from moto.glue.responses import GlueResponse
from moto.glue.utils import Action, Predicate
from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.s3.models import FakeDeleteMarker
from moto.stepfunctions.responses import StepFunctionResponse

# The attributes of moto's models, by their names in Glue's API
_JOB = {
    "Role": "role",
    "Description": "description",
    "Command": "command",
    "ExecutionProperty": "execution_property",
    "DefaultArguments": "default_arguments",
    "MaxRetries": "max_retries",
    "Timeout": "timeout",
    "WorkerType": "worker_type",
    "NumberOfWorkers": "number_of_workers",
    "GlueVersion": "glue_version",
    "ExecutionClass": "execution_class",
}
_CRAWLER = {
    "Role": "role",
    "DatabaseName": "database_name",
    "Description": "description",
    "Targets": "targets",
    "Schedule": "schedule",
    "SchemaChangePolicy": "schema_change_policy",
    "Configuration": "configuration",
}
_budget_tags: dict[str, list[Any]] = {}
# By the tokens of the requests that created them
_saved_queries: dict[str, Any] = {}
# Settings of a function that Lambda returns and moto forgets
_FORGOTTEN_BY_LAMBDA = ("DeadLetterConfig", "LoggingConfig")


def fill() -> None:
    """Add everything to this process's moto."""
    for owner, functions in {
        GlueResponse: (update_job, update_trigger, update_crawler),
        AthenaResponse: (update_work_group, delete_named_query),
        BudgetsResponse: (
            list_tags_for_resource,
            tag_resource,
            update_budget,
            describe_subscribers_for_notification,
        ),
        StepFunctionResponse: (validate_state_machine_definition, list_state_machine_versions),
    }.items():
        for function in functions:
            setattr(owner, function.__name__, function)
    # Without it the last version of a deleted object can't be deleted
    FakeDeleteMarker.dispose = lambda _marker, **_: None  # type: ignore[attr-defined]
    _create_a_saved_query_once()
    _remember_the_tags_of_budgets()
    _remember_what_lambda_forgets()
    _return_code()
    _deliver_only_to_queues()
    _evaluate_conditions_on_transport()


def update_job(response: Any) -> ActionResult:
    """Glue's UpdateJob."""
    job = response.glue_backend.get_job(response._get_param("JobName"))
    _set(job, response._get_param("JobUpdate"), _JOB)
    return ActionResult({"JobName": job.name})


def update_trigger(response: Any) -> ActionResult:
    """Glue's UpdateTrigger."""
    trigger = response.glue_backend.get_trigger(response._get_param("Name"))
    update = response._get_param("TriggerUpdate")
    trigger.actions = [Action(action) for action in update.get("Actions", ())]
    if predicate := update.get("Predicate"):
        trigger.predicate = Predicate(predicate)
    trigger.description = update.get("Description", "")
    trigger.event_batching_condition = update.get("EventBatchingCondition")
    return ActionResult({"Trigger": trigger.as_dict()})


def update_crawler(response: Any) -> ActionResult:
    """Glue's UpdateCrawler."""
    crawler = response.glue_backend.get_crawler(response._get_param("Name"))
    _set(crawler, response._get_params(), _CRAWLER)
    return ActionResult({})


def update_work_group(response: Any) -> str:
    """Athena's UpdateWorkGroup."""
    group = response.athena_backend.work_groups[response._get_param("WorkGroup")]
    group.description = response._get_param("Description") or group.description
    updates = response._get_param("ConfigurationUpdates") or {}
    result = updates.pop("ResultConfigurationUpdates", {})
    group.configuration.update(updates)
    group.configuration.setdefault("ResultConfiguration", {}).update(result)
    return json.dumps({})


def delete_named_query(response: Any) -> str:
    """Athena's DeleteNamedQuery."""
    del response.athena_backend.named_queries[response._get_param("NamedQueryId")]
    return json.dumps({})


def _create_a_saved_query_once() -> None:
    """Answer a repeated request, whose first answer was lost, with the query that is there."""

    def remembering(create: Any) -> Any:
        def created(response: Any) -> Any:
            token = response._get_param("ClientRequestToken")
            if token not in _saved_queries:
                _saved_queries[token] = create(response)
            return _saved_queries[token]

        return created

    _replace(AthenaResponse, "create_named_query", remembering)


def list_tags_for_resource(response: Any) -> str:
    """Budgets' ListTagsForResource."""
    return json.dumps({"ResourceTags": _budget_tags.get(response._get_param("ResourceARN"), [])})


def tag_resource(response: Any) -> str:
    """Budgets' TagResource, which adds tags to a budget."""
    _add_budget_tags(response._get_param("ResourceARN"), response._get_param("ResourceTags"))
    return json.dumps({})


def _remember_the_tags_of_budgets() -> None:
    def remembering(create: Any) -> Any:
        def created(response: Any) -> Any:
            account, budget = response._get_param("AccountId"), response._get_param("Budget")
            arn = f"arn:aws:budgets::{account}:budget/{budget['BudgetName']}"
            _add_budget_tags(arn, response._get_param("ResourceTags") or [])
            return create(response)

        return created

    _replace(BudgetsResponse, "create_budget", remembering)


def _add_budget_tags(arn: str, tags: list[Any]) -> None:
    _budget_tags[arn] = [*_budget_tags.get(arn, []), *tags]


def update_budget(response: Any) -> str:
    """Budgets' UpdateBudget."""
    budget = response._get_param("NewBudget")
    kept = response.backend.budgets[response._get_param("AccountId")][budget["BudgetName"]]
    kept.budget.update(budget)
    return json.dumps({})


def describe_subscribers_for_notification(response: Any) -> str:
    """Budgets' DescribeSubscribersForNotification."""
    budget = response.backend.budgets[response._get_param("AccountId")][
        response._get_param("BudgetName")
    ]
    wanted = response._get_param("Notification")
    found = [
        subscriber
        for notification in budget.notifications
        if notification.details["NotificationType"] == wanted["NotificationType"]
        for subscriber in notification.subscribers
    ]
    return json.dumps({"Subscribers": found})


def validate_state_machine_definition(response: Any) -> ActionResult:
    """ValidateStateMachineDefinition: valid if it is a JSON object with a first state."""
    definition = json.loads(response._get_param("definition"))
    is_valid = definition["StartAt"] in definition["States"]
    return ActionResult({"result": "OK" if is_valid else "FAIL", "diagnostics": []})


def list_state_machine_versions(_response: Any) -> ActionResult:
    """ListStateMachineVersions: none, since nobody publishes one."""
    return ActionResult({"stateMachineVersions": []})


def _set(model: Any, update: dict[str, Any], names: dict[str, str]) -> None:
    for name, attribute in names.items():
        if name in update:
            setattr(model, attribute, update[name])


def _replace(owner: Any, name: str, replaced: Callable[[Any], Any]) -> None:
    """Replace a method with what `replaced` returns for it."""
    setattr(owner, name, replaced(getattr(owner, name)))


def _remember_what_lambda_forgets() -> None:
    def remembering(begin: Any) -> Any:
        def began(function: Any, account_id: str, spec: dict[str, Any], **more: Any) -> None:
            function.given_settings = {
                name: spec[name] for name in _FORGOTTEN_BY_LAMBDA if spec.get(name)
            }
            begin(function, account_id, spec, **more)

        return began

    def telling(configuration: Any) -> Any:
        return lambda function, *more, **named: (
            configuration(function, *more, **named) | function.given_settings
        )

    _replace(LambdaFunction, "__init__", remembering)
    _replace(LambdaFunction, "get_configuration", telling)


def _return_code() -> None:
    """Let Lambda return the download addresses of code and layers: `/code/ARN` on the server."""

    def with_code(code: Any) -> Any:
        return lambda function: (
            code(function)
            | {"Code": {"Location": f"/code/{function.function_arn}", "RepositoryType": "S3"}}
        )

    def with_content(layer: Any) -> Any:
        def told(version: Any) -> dict[str, Any]:
            found: dict[str, Any] = layer(version)
            found["Content"]["Location"] = f"/code/{version.arn}"
            return found

        return told

    _replace(LambdaFunction, "get_code", with_code)
    _replace(LayerVersion, "get_layer_version", with_content)


def _deliver_only_to_queues() -> None:
    """Skip other targets of a rule, such as our workflow, for which moto raises."""

    def sending(send: Any) -> Any:
        def sent(rule: Any, *more: Any, **named: Any) -> None:
            all_targets = rule.targets
            rule.targets = [target for target in all_targets if ":sqs:" in target["Arn"]]
            try:
                send(rule, *more, **named)
            finally:
                rule.targets = all_targets

        return sent

    _replace(Rule, "send_to_targets", sending)


def _evaluate_conditions_on_transport() -> None:
    """Skip denials of unencrypted requests, which moto takes for denials of all requests."""

    def reading(permitted: Any) -> Any:
        def read(statement: Any, *more: Any, **named: Any) -> Any:
            conditions = statement._statement.get("Condition", {})
            secure = conditions.get("Bool", {}).get("aws:SecureTransport")
            if statement._statement["Effect"] == "Deny" and secure == "false":
                return PermissionResult.NEUTRAL
            return permitted(statement, *more, **named)

        return read

    _replace(IAMPolicyStatement, "is_action_permitted", reading)
