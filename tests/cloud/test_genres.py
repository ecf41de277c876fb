"""The function that asks for genres in Terraform: what belongs to it, and what may start it."""

import json

import pytest

from tests.cloud.roles import GENRES, role_policies
from tests.cloud.stack import BUCKET, Stack

pytestmark = pytest.mark.slow

# What exists only with genres = true
GENRES_RESOURCES = [
    "aws_cloudwatch_event_target.fetch_genres[0]",
    "aws_cloudwatch_log_group.genres[0]",
    'aws_cloudwatch_metric_alarm.this["genres-failed"]',
    "aws_iam_role.genres[0]",
    "aws_iam_role_policy.genres[0]",
    "aws_lambda_function.genres[0]",
    "aws_lambda_function_event_invoke_config.genres[0]",
    "aws_lambda_permission.genres[0]",
]


def test_without_genres_only_their_function_goes(stack: Stack) -> None:
    changes = stack.planned_changes(genres=False, genres_contact=None)

    assert changes == {
        **{address: ["delete"] for address in GENRES_RESOURCES},
        # Its widget with all alarms
        "aws_cloudwatch_dashboard.lake": ["update"],
    }


def test_only_events_about_the_lake_may_start_the_function_for_genres(stack: Stack) -> None:
    functions, events = stack.cloud.client("lambda"), stack.cloud.client("events")
    name = stack.outputs()["genres_function"]
    granted = json.loads(functions.get_policy(FunctionName=name)["Policy"])["Statement"]
    rule = events.describe_rule(Name="playlist-lake-snapshots-ready")["Arn"]
    arn = functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"]

    assert [(one["Action"], one["Principal"]["Service"], one["Condition"]) for one in granted] == [
        (
            "lambda:InvokeFunction",
            "events.amazonaws.com",
            {"ArnLike": {"AWS:SourceArn": rule}},
        )
    ]
    targets = events.list_targets_by_rule(Rule="playlist-lake-snapshots-ready")["Targets"]
    assert arn in [one["Arn"] for one in targets]


def test_the_function_for_genres_knows_no_secret(stack: Stack) -> None:
    name = stack.outputs()["genres_function"]
    found = stack.cloud.client("lambda").get_function_configuration(FunctionName=name)

    assert found["Environment"]["Variables"] == {
        "LAKE": f"s3://{BUCKET}",
        "CONTACT": "you@example.org",
    }
    actions = [action for one in role_policies(stack.cloud)[GENRES] for action in one.actions]
    assert [one for one in actions if one.startswith("secretsmanager")] == []
