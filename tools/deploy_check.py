"""Check a deployed stack after its first day: `make deploy-check`, as the deployer.

It reads Terraform's outputs, asks AWS, and changes nothing. Every check prints one line: what it
found, or what is wrong and what to do. docs/deploy.md shows what a working stack prints.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from extract_lambda.playlists_file import PLAYLISTS_KEY, PlaylistsUnreadable, read_playlists
from lake.errors import LakeError
from lake.outcomes import last_attempts, outcomes_dates, outcomes_keys, read_outcomes
from lake.raw_format import RAW_FOLDER
from tools.deployed_stack import CheckFailed, DeployedStack, terraform_outputs

_VIEWS = Path(__file__).parents[1] / "sql" / "views"
# AWS's list prices in 2026, by execution class; a run is billed for at least a minute
_USD_PER_DPU_HOUR = {"STANDARD": 0.44, "FLEX": 0.29}
_MIN_BILLED_S = 60
# What S3 answers for a setting that a bucket does not have
_NOT_SET = (
    "NoSuchPublicAccessBlockConfiguration",
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
)
_NO_RIGHT = (
    "check that you are the deployer (docs/deploy.md, step 3); otherwise apply infra/bootstrap"
)
_UNFINISHED = ("WAITING", "STARTING", "RUNNING", "STOPPING")


def main(outputs: Mapping[str, Any]) -> int:
    """Print a line per check; returns the exit status, 1 if something is wrong.

    Without credentials of the stack's account, the other checks would only mislead.
    """
    stack = DeployedStack(outputs)
    status = 0
    for name, check in CHECKS.items():
        try:
            _tell(f"ok    {name:12} {check(stack)}")
        except (CheckFailed, LakeError, BotoCoreError) as error:
            status = 1
            _tell(f"WRONG {name:12} {error}")
        except ClientError as error:
            status = 1
            _tell(f"WRONG {name:12} {error}; {_NO_RIGHT}")
        if status and check is account:
            break
    return status


def account(stack: DeployedStack) -> str:
    """The credentials are of the account that the stack is in."""
    try:
        caller = boto3.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise CheckFailed(f"{error}; become the deployer (docs/deploy.md, step 3)") from error
    of_stack = stack.outputs["alarm_topic"].split(":")[4]
    if caller["Account"] != of_stack:
        raise CheckFailed(
            f"these credentials are of account {caller['Account']}, the stack is in {of_stack}; "
            "become the deployer (docs/deploy.md, step 3)"
        )
    return f"{of_stack}, as {caller['Arn'].split(':', 5)[5]}"


def bucket(stack: DeployedStack) -> str:
    """The bucket has all settings that protect it."""
    s3 = boto3.client("s3")

    def setting(ask: Callable[..., Any], key: str) -> Any:
        """A setting of the bucket; None if it does not have it."""
        try:
            return ask(Bucket=stack.bucket).get(key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_SET:
                raise
            return None

    public = setting(s3.get_public_access_block, "PublicAccessBlockConfiguration") or {}
    policy = setting(s3.get_bucket_policy, "Policy") or ""
    rules = setting(s3.get_bucket_lifecycle_configuration, "Rules") or []
    days = [
        rule["Expiration"]["Days"]
        for rule in rules
        if rule["Filter"].get("Prefix") == RAW_FOLDER and rule["Status"] == "Enabled"
    ]
    is_set = {
        "the public access block": bool(public) and all(public.values()),
        "the policy that demands TLS": "aws:SecureTransport" in policy,
        "versioning": setting(s3.get_bucket_versioning, "Status") == "Enabled",
        "the lifecycle of raw/": bool(days),
    }
    if missing := [setting for setting, found in is_set.items() if not found]:
        raise CheckFailed(f"{stack.bucket} lacks {', '.join(missing)}; run terraform apply")
    return f"private, TLS only, versioned; raw/ expires after {days[0]} days"


def lists(stack: DeployedStack) -> str:
    """There are lists to follow, and every line is one."""
    try:
        found = read_playlists(stack.storage)
    except PlaylistsUnreadable as error:
        raise CheckFailed(f"{error} (docs/deploy.md, step 4)") from error
    if found.invalid:
        raise CheckFailed("; ".join(line.sentence for line in found.invalid))
    return f"{len(found.ids)} in {PLAYLISTS_KEY}"


def login(stack: DeployedStack) -> str:
    """`playlist-lake login` has written the secret, whose value is not read here."""
    secret = boto3.client("secretsmanager").describe_secret(SecretId=stack.outputs["secret"])
    stages = secret.get("VersionIdsToStages", {}).values()
    if not any("AWSCURRENT" in stage for stage in stages):
        raise CheckFailed(f"the secret is empty: playlist-lake login --secret {secret['Name']}")
    return f"the secret has a value; last changed on {secret['LastChangedDate']:%Y-%m-%d}"


def schedule(stack: DeployedStack) -> str:
    """The schedule is enabled."""
    found = boto3.client("scheduler").get_schedule(GroupName=stack.name, Name="extract")
    if found["State"] != "ENABLED":
        raise CheckFailed(
            f"it is {found['State']}; set schedule_enabled = true and run terraform apply"
        )
    return f"{found['ScheduleExpression']}, in UTC"


def extraction(stack: DeployedStack) -> str:
    """The lists were read today or yesterday, and none is left over."""
    dates = outcomes_dates(stack.storage)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    if not dates or dates[-1] < yesterday:
        newest = f"since {dates[-1]}" if dates else "yet"
        raise CheckFailed(f"no lists were tried {newest}; see no-new-date in docs/runbook.md")
    records = [
        record
        for key in outcomes_keys(stack.storage, dates[-1])
        for record in read_outcomes(stack.storage, key)
    ]
    outcomes = Counter(record.outcome for record in last_attempts(records).values())
    said = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    if outcomes["failed"] or outcomes["pending"]:
        raise CheckFailed(f"{dates[-1]}: {said}; see extraction-failed in docs/runbook.md")
    return f"{dates[-1]}: {said}"


def jobs(stack: DeployedStack) -> str:
    """The last run of each job succeeded; says how long it took and what it cost."""
    said, usd = [], 0.0
    for job, name in sorted(stack.outputs["jobs"].items(), reverse=True):
        runs = boto3.client("glue").get_job_runs(JobName=name, MaxResults=1)["JobRuns"]
        if not runs:
            raise CheckFailed(f"{job} has never run; see no-new-date in docs/runbook.md")
        last = runs[0]
        if last["JobRunState"] in _UNFINISHED:
            raise CheckFailed(f"{job} has not ended yet ({last['JobRunState']}); check again later")
        if last["JobRunState"] != "SUCCEEDED":
            reason = last.get("ErrorMessage", "no reason given")
            raise CheckFailed(
                f"{job}: {last['JobRunState']}, {reason}; see job-failed in docs/runbook.md"
            )
        dpu_hours = last["MaxCapacity"] * max(last["ExecutionTime"], _MIN_BILLED_S) / 3600
        usd += dpu_hours * _USD_PER_DPU_HOUR[last.get("ExecutionClass", "STANDARD")]
        said.append(f"{job} took {last['ExecutionTime']} s")
    return f"{', '.join(said)}: ${usd:.2f}"


def tables(stack: DeployedStack) -> str:
    """The newest date is published."""
    on = str(stack.newest_date)
    try:
        boto3.client("glue").get_partition(
            DatabaseName=stack.outputs["database"], TableName="playlists", PartitionValues=[on]
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "EntityNotFoundException":
            raise
        raise CheckFailed(
            f"{on} is in raw/ but not published; wait until the jobs end, else start a build "
            "(docs/runbook.md)"
        ) from None
    return f"{on} is published"


def views(stack: DeployedStack) -> str:
    """The catalog has the views."""
    pages = boto3.client("glue").get_paginator("get_tables")
    found = {
        table["Name"]
        for page in pages.paginate(DatabaseName=stack.outputs["database"])
        for table in page["TableList"]
        if table.get("TableType") == "VIRTUAL_VIEW"
    }
    expected = {path.stem for path in _VIEWS.glob("*.sql")}
    if missing := expected - found:
        raise CheckFailed(f"{', '.join(sorted(missing))} missing: run playlist-lake views")
    return f"all {len(expected)} exist"


def rows(stack: DeployedStack) -> str:
    """Athena finds every item of the newest date, as an entry or as a reject."""
    on = stack.newest_date
    expected = stack.raw_items(on)
    found = int(
        stack.answer(
            f"SELECT (SELECT count(*) FROM playlist_entries WHERE snapshot_date = date '{on}')"  # noqa: S608, a date
            f" + (SELECT count(*) FROM rejects WHERE snapshot_date = date '{on}')"
        )
    )
    if found != expected:
        raise CheckFailed(
            f"Athena has {found:,} of the {expected:,} items that raw/ has for {on}; "
            "see job-partial in docs/runbook.md"
        )
    return f"Athena has all {found:,} items of {on}"


def alarms(stack: DeployedStack) -> str:
    """No alarm is on."""
    found = boto3.client("cloudwatch").describe_alarms(
        AlarmNamePrefix=f"{stack.name}-", StateValue="ALARM"
    )["MetricAlarms"]
    if found:
        names = ", ".join(alarm["AlarmName"].removeprefix(f"{stack.name}-") for alarm in found)
        raise CheckFailed(f"{names} is on; see docs/runbook.md")
    return "none is on"


def mail(stack: DeployedStack) -> str:
    """Somebody receives the alarms."""
    attributes = boto3.client("sns").get_topic_attributes(TopicArn=stack.outputs["alarm_topic"])[
        "Attributes"
    ]
    if not int(attributes["SubscriptionsConfirmed"]):
        raise CheckFailed(
            "nobody receives alarms: confirm AWS's mail, or set alarm_email and apply"
        )
    return f"confirmed subscriptions: {attributes['SubscriptionsConfirmed']}"


def dead_letters(stack: DeployedStack) -> str:
    """The dead-letter queue is empty."""
    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=stack.outputs["dead_letters"], AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]
    if int(attributes["ApproximateNumberOfMessages"]):
        raise CheckFailed("the queue has messages; see dead-letters in docs/runbook.md")
    return "none"


CHECKS: Mapping[str, Callable[[DeployedStack], str]] = {
    "account": account,
    "bucket": bucket,
    "lists": lists,
    "login": login,
    "schedule": schedule,
    "extraction": extraction,
    "jobs": jobs,
    "tables": tables,
    "views": views,
    "rows": rows,
    "alarms": alarms,
    "mail": mail,
    "dead letters": dead_letters,
}


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        found = terraform_outputs()
        # Exported credentials have no region
        os.environ.setdefault("AWS_DEFAULT_REGION", found["alarm_topic"].split(":")[3])
        sys.exit(main(found))
    except CheckFailed as wrong:
        sys.exit(str(wrong))
