"""Taking the stack down, as docs/deploy.md says: the lake stays protected, or nothing stays.

Its tests run in their order. Afterwards the stack is gone; test_terraform_rights.py, which comes
later, needs only the log of its requests.
"""

import re
import subprocess
import sys
from typing import Any

import pytest

from tests.cloud.stack import INFRA, Stack, TerraformFailed, terraform_environment
from tests.support.cloud import ROOT, Cloud

pytestmark = pytest.mark.slow

OBJECT = "raw/snapshot_date=2026-10-31/of-this-test.jsonl.gz"


@pytest.fixture(scope="module")
def bucket(stack: Stack) -> str:
    """The lake's bucket, with an object and an older version of it."""
    name = str(stack.outputs()["lake"]).removeprefix("s3://")
    for body in (b"older", b"newer"):
        stack.cloud.client("s3").put_object(Bucket=name, Key=OBJECT, Body=body)
    return name


def test_a_destroy_is_refused_before_it_changes_anything(stack: Stack, bucket: str) -> None:
    before = settings_of(stack.cloud, bucket)

    with pytest.raises(TerraformFailed) as refused:
        stack.destroy()

    assert "prevent_destroy" in str(refused.value)
    assert settings_of(stack.cloud, bucket) == before
    assert stack.planned_changes() == {}


def test_bucket_and_settings_are_protected_one_by_one() -> None:
    """Otherwise those who let Terraform forget only the bucket would lose its settings."""
    text = (INFRA / "storage.tf").read_text()
    resources = re.findall(r'^resource "aws_s3_bucket.*?^}', text, re.DOTALL | re.MULTILINE)

    assert len(resources) == 7
    assert [one for one in resources if "\n    prevent_destroy = true\n" not in one] == []


def test_a_lake_that_stays_is_as_protected_as_before(stack: Stack, bucket: str) -> None:
    before = settings_of(stack.cloud, bucket)

    stack.forget_bucket()
    stack.destroy()

    assert {name: found for name, found in everything_in(stack.cloud).items() if found} == {
        "buckets": [bucket]
    }
    assert settings_of(stack.cloud, bucket) == before
    assert set(before["public access"].values()) == {True}
    assert before["versioning"] == "Enabled"
    assert before["ownership"] == ["BucketOwnerEnforced"]
    assert '"aws:SecureTransport":"false"' in before["policy"]
    days = stack.settings.get("retention_days", 365) + 30
    assert before["expires"]["raw/"] == before["expires"]["outcomes/"] == days
    assert stack.cloud.client("s3").get_object(Bucket=bucket, Key=OBJECT)["Body"].read() == b"newer"


def test_a_new_stack_takes_the_lake_over(stack: Stack, bucket: str) -> None:
    before = settings_of(stack.cloud, bucket)

    stack.take_over_bucket(bucket)

    planned = stack.planned_changes()
    assert [address for address in planned if address.startswith("aws_s3_bucket")] == [
        "aws_s3_bucket_lifecycle_configuration.lake"
    ]
    assert set(map(tuple, planned.values())) == {("create",)}
    assert settings_of(stack.cloud, bucket) == before
    assert stack.cloud.client("s3").get_object(Bucket=bucket, Key=OBJECT)["Body"].read() == b"newer"


def test_the_documented_commands_leave_nothing(stack: Stack, bucket: str) -> None:
    command = re.search(
        r"\.venv/bin/python -c '(import boto3.*?)'$",
        (ROOT / "docs/deploy.md").read_text(),
        re.DOTALL | re.MULTILINE,
    )
    assert command

    stack.forget_bucket()
    stack.destroy()
    subprocess.run(
        [sys.executable, "-c", command[1].replace("BUCKET", bucket)],
        env=terraform_environment() | stack.cloud.environment,
        check=True,
    )

    assert {name: found for name, found in everything_in(stack.cloud).items() if found} == {}


def settings_of(aws: Cloud, bucket: str) -> dict[str, Any]:
    """What protects a bucket, and what its lifecycle deletes after how many days."""
    s3 = aws.client("s3")
    ownership = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]
    encryption = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return {
        "public access": s3.get_public_access_block(Bucket=bucket)[
            "PublicAccessBlockConfiguration"
        ],
        "policy": s3.get_bucket_policy(Bucket=bucket)["Policy"],
        "ownership": [rule["ObjectOwnership"] for rule in ownership],
        "encryption": encryption["Rules"],
        "versioning": s3.get_bucket_versioning(Bucket=bucket).get("Status"),
        "expires": {
            rule["Filter"].get("Prefix", ""): rule["Expiration"].get("Days")
            for rule in rules
            if rule["Status"] == "Enabled"
        },
        "old versions": [
            rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
            for rule in rules
            if "NoncurrentVersionExpiration" in rule
        ],
    }


def everything_in(aws: Cloud) -> dict[str, list[str]]:
    """Names of everything in an account, except what AWS itself creates."""
    client = aws.client
    glue, events, watch = client("glue"), client("events"), client("cloudwatch")
    groups = client("athena").list_work_groups()["WorkGroups"]
    budgets = client("budgets").describe_budgets(AccountId="123456789012")["Budgets"]
    schedules = client("scheduler").list_schedule_groups()["ScheduleGroups"]
    return {
        "buckets": [one["Name"] for one in client("s3").list_buckets()["Buckets"]],
        "functions": _names(client("lambda").list_functions()["Functions"], "FunctionName"),
        "layers": _names(client("lambda").list_layers()["Layers"], "LayerName"),
        "databases": _names(glue.get_databases()["DatabaseList"], "Name"),
        "jobs": _names(glue.get_jobs()["Jobs"], "Name"),
        "triggers": _names(glue.get_triggers()["Triggers"], "Name"),
        "workflows": glue.list_workflows()["Workflows"],
        "crawlers": _names(glue.get_crawlers()["Crawlers"], "Name"),
        "rules": _names(events.list_rules()["Rules"], "Name"),
        "schedules": [one["Name"] for one in schedules if one["Name"] != "default"],
        "queues": client("sqs").list_queues().get("QueueUrls", []),
        "topics": _names(client("sns").list_topics()["Topics"], "TopicArn"),
        "alarms": _names(watch.describe_alarms()["MetricAlarms"], "AlarmName"),
        "dashboards": _names(watch.list_dashboards()["DashboardEntries"], "DashboardName"),
        "logs": _names(client("logs").describe_log_groups()["logGroups"], "logGroupName"),
        "secrets": _names(client("secretsmanager").list_secrets()["SecretList"], "Name"),
        "roles": _names(client("iam").list_roles()["Roles"], "RoleName"),
        "work groups": [one["Name"] for one in groups if one["Name"] != "primary"],
        "saved queries": client("athena").list_named_queries(WorkGroup="playlist-lake")[
            "NamedQueryIds"
        ],
        "budgets": _names(budgets, "BudgetName"),
    }


def _names(found: list[dict[str, Any]], name: str) -> list[str]:
    return [str(one[name]) for one in found]
