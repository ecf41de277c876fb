"""The resources of earlier versions: Terraform finds each one again, or is told where it moved."""

import re

from tests.cloud.stack import INFRA

SOURCE = "\n".join(file.read_text(encoding="utf-8") for file in sorted(INFRA.glob("*.tf")))

# The addresses in the states of 0.3.0 to 0.6.0, without the keys of instances. A release adds
# its own.
EARLIER = [
    "aws_athena_named_query.queries",
    "aws_athena_workgroup.lake",
    "aws_budgets_budget.monthly",
    "aws_cloudwatch_dashboard.lake",
    "aws_cloudwatch_event_rule.job_failed",
    "aws_cloudwatch_event_rule.snapshots_ready",
    "aws_cloudwatch_event_target.build_tables",
    "aws_cloudwatch_event_target.fetch_genres",
    "aws_cloudwatch_event_target.job_failed",
    "aws_cloudwatch_log_group.extract",
    "aws_cloudwatch_log_group.genres",
    "aws_cloudwatch_log_group.jobs",
    "aws_cloudwatch_metric_alarm.no_new_date",
    "aws_cloudwatch_metric_alarm.this",
    "aws_glue_catalog_database.lake",
    "aws_glue_catalog_database.raw",
    "aws_glue_catalog_table.playlist_stays",
    "aws_glue_catalog_table.stays",
    "aws_glue_catalog_table.tables",
    "aws_glue_catalog_table.undated",
    "aws_glue_crawler.raw",
    "aws_glue_job.this",
    "aws_glue_trigger.snapshots_ready",
    "aws_glue_trigger.tables_built",
    "aws_glue_workflow.build_tables",
    "aws_iam_role.crawler",
    "aws_iam_role.extract",
    "aws_iam_role.genres",
    "aws_iam_role.jobs",
    "aws_iam_role.schedule",
    "aws_iam_role.send_failures",
    "aws_iam_role.start_workflow",
    "aws_iam_role_policy.crawler",
    "aws_iam_role_policy.extract",
    "aws_iam_role_policy.genres",
    "aws_iam_role_policy.jobs",
    "aws_iam_role_policy.schedule",
    "aws_iam_role_policy.send_failures",
    "aws_iam_role_policy.start_workflow",
    "aws_lambda_function.extract",
    "aws_lambda_function.genres",
    "aws_lambda_function_event_invoke_config.extract",
    "aws_lambda_function_event_invoke_config.genres",
    "aws_lambda_layer_version.packages",
    "aws_lambda_permission.genres",
    "aws_s3_bucket.lake",
    "aws_s3_bucket_lifecycle_configuration.lake",
    "aws_s3_bucket_ownership_controls.lake",
    "aws_s3_bucket_policy.lake",
    "aws_s3_bucket_public_access_block.lake",
    "aws_s3_bucket_server_side_encryption_configuration.lake",
    "aws_s3_bucket_versioning.lake",
    "aws_s3_object.code",
    "aws_scheduler_schedule.extract",
    "aws_scheduler_schedule_group.lake",
    "aws_secretsmanager_secret.spotify",
    "aws_sns_topic.alarms",
    "aws_sns_topic_policy.alarms",
    "aws_sns_topic_subscription.alarm_email",
    "aws_sqs_queue.dead_letters",
    "aws_sqs_queue_policy.dead_letters",
]
# Instances that became a resource of their own, or were grouped with others
EARLIER_INSTANCES = ['aws_glue_catalog_table.tables["runs"]']


def test_no_resource_of_an_earlier_version_is_replaced_by_a_copy() -> None:
    """Terraform destroys what has neither a resource nor a moved block, and creates it anew."""
    declared = {".".join(one) for one in re.findall(r'^resource "(.+)" "(.+)" {$', SOURCE, re.M)}
    moves = dict(re.findall(r"^moved {\n  from = (.+)\n  to   = (.+)\n}$", SOURCE, re.M))

    assert [one for one in EARLIER_INSTANCES if one not in moves] == []
    assert [one for one in EARLIER if one not in declared | set(moves)] == []
    assert {target(one, moves) for one in moves} <= declared
    assert not declared & set(moves)


def target(address: str, moves: dict[str, str]) -> str:
    """The resource in which a chain of moved blocks ends."""
    while address in moves:
        address = moves[address].partition("[")[0]
    return address
