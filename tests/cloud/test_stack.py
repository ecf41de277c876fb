"""The stack in Terraform: planned, changed, refused, destroyed."""

import json
from pathlib import Path
from typing import Any

import pytest

from playlist_lake.answers.sql_files import QUERIES
from tests.cloud.crawl import crawl
from tests.cloud.deployed import Deployed
from tests.cloud.history import History
from tests.cloud.policies import Call, Statement, allows, unused
from tests.cloud.recorded import KEY
from tests.cloud.roles import CRAWLER, EXTRACT, GENRES, JOBS, deployed_roles, role_policies
from tests.cloud.stack import BOUNDARY, BUCKET, INFRA, RETENTION_DAYS, Stack, working_copy
from tests.support.cloud import Cloud
from tests.support.secrets_in_text import looks_secret

pytestmark = pytest.mark.slow

CHANGED = {
    "flex": True,
    "crawler": True,
    "glue_metrics": True,
    "schedule_enabled": False,
    "reserved_concurrency": 1,
    "athena_scan_limit_mb": 500,
    "schedule": "rate(6 hours)",
    "alarm_email": "somebody@example.org",
    "monthly_budget_usd": 9,
    "log_retention_days": 90,
    "kms_key_arn": KEY,
}


def test_a_plan_after_runs_has_no_changes(stack: Stack, history: History) -> None:
    assert history
    assert stack.planned_changes() == {}


def test_the_state_holds_no_secret(stack: Stack, history: History) -> None:
    state = (stack.folder / "terraform.tfstate").read_text()

    assert [secret for secret in history.secrets if secret in state] == []
    assert not looks_secret(state)


def test_no_log_event_or_output_holds_a_secret_or_a_person(history: History) -> None:
    logs = history.deployed.cloud.client("logs")
    kept = [
        event["message"]
        for group in logs.describe_log_groups()["logGroups"]
        for event in logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
    ]
    events = json.dumps([day.events for day in history.days.values()])
    text = "\n".join([*kept, events, history.said])

    assert len(kept) > 50
    assert [secret for secret in history.secrets if secret in text] == []
    assert not looks_secret(text)
    assert "added_by" not in text


def test_the_queries_are_saved_in_athena(stack: Stack) -> None:
    client = stack.cloud.client("athena")
    group = stack.outputs()["workgroup"]
    saved = [
        client.get_named_query(NamedQueryId=query)["NamedQuery"]
        for query in client.list_named_queries(WorkGroup=group)["NamedQueryIds"]
    ]

    assert {one["Name"]: one["QueryString"] for one in saved} == {
        path.stem: path.read_text() for path in QUERIES.glob("*.sql")
    }
    assert {(one["Database"], one["WorkGroup"]) for one in saved} == {("playlist_lake", group)}
    described = {one["Name"]: one["Description"] for one in saved}
    assert described["trending"] == (
        "What rose and what fell on every list during the last 30 dates of the lake?"
    )
    assert described["turnover"] == (
        "How much of every list was replaced from one snapshot to the next, during the last 30 "
        "dates of the lake?"
    )
    assert max(map(len, described.values())) < 1024


INVALID = {
    "retention_days": (0, "retention_days must be a whole number from 1 to 3650"),
    "name": ("Playlist Lake", "name must be 2 to 24 lower-case letters"),
    "bucket": ("my_lake", "bucket must be 3 to 63 lower-case letters"),
    "packages": ("/nowhere", "packages must be a folder that `make package` built; run that"),
    "kms_key_arn": ("alias/key", "kms_key_arn must be the ARN of a key"),
    "permissions_boundary_arn": ("own", "permissions_boundary_arn must be the ARN of a policy"),
    "schedule": ("daily", "schedule must be rate(…) or cron(…)"),
    "reserved_concurrency": (0, "reserved_concurrency must be a whole number from 1 to 10"),
    "athena_scan_limit_mb": (5, "athena_scan_limit_mb must be a whole number from 11"),
    "log_retention_days": (31, "log_retention_days must be one of 1, 3, 5"),
    "alarm_email": ("nobody", "alarm_email must be an address"),
    "genres": (True, "genres_contact must be an e-mail or web address"),
    "monthly_budget_usd": (0, "monthly_budget_usd must be 1 or more"),
}


@pytest.fixture(scope="module")
def unapplied(aws: Cloud, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """infra/ with the defaults of all variables, not applied."""
    folder = tmp_path_factory.mktemp("unapplied") / "infra"
    return working_copy(aws, INFRA, folder, packages=stack.settings["packages"])


@pytest.fixture(scope="module")
def planned(unapplied: Stack) -> dict[str, Any]:
    """What the defaults create, by address."""
    changes = unapplied.planned()["resource_changes"]
    return {one["address"]: one["change"]["after"] for one in changes}


def test_nothing_runs_and_no_alarm_waits_for_a_run_before_the_login(
    planned: dict[str, Any],
) -> None:
    assert planned["aws_scheduler_schedule.extract"]["state"] == "DISABLED"
    names = {name for name in planned if name.startswith("aws_cloudwatch_metric_alarm.")}
    assert len(names) == 9
    assert not any("no-new-date" in name for name in names)


def test_nothing_asks_for_genres_by_default(planned: dict[str, Any]) -> None:
    genres = [name for name in planned if "genres" in name]

    assert sorted(genres) == ['aws_glue_catalog_table.undated["artist_genres"]']


def test_glue_sends_no_metrics_of_its_own_by_default(planned: dict[str, Any]) -> None:
    arguments = [
        after["default_arguments"]
        for name, after in planned.items()
        if name.startswith("aws_glue_job.")
    ]

    assert ["--job-language" in one for one in arguments] == [True, True]
    assert ["--enable-metrics" in one for one in arguments] == [False, False]


@pytest.mark.parametrize(
    ("region", "console"),
    [
        ("cn-north-1", "console.amazonaws.cn"),
        ("us-gov-west-1", "console.amazonaws-us-gov.com"),
        ("us-east-1", "console.aws.amazon.com"),
    ],
)
def test_the_address_of_the_dashboard_is_that_of_the_partition(
    unapplied: Stack, region: str, console: str
) -> None:
    outputs = unapplied.planned(region=region)["planned_values"]["outputs"]

    assert outputs["dashboard"]["value"] == (
        f"https://{console}/cloudwatch/home?region={region}#dashboards/dashboard/playlist-lake"
    )


@pytest.fixture(scope="module")
def refusal(unapplied: Stack) -> str:
    """The error of a plan in which every variable is invalid."""
    return unapplied.refusal(**{variable: value for variable, (value, _) in INVALID.items()})


@pytest.mark.parametrize("variable", INVALID)
def test_an_invalid_variable_fails_the_plan_with_a_sentence(refusal: str, variable: str) -> None:
    assert INVALID[variable][1] in refusal


def test_changed_variables_are_applied_and_a_new_plan_has_no_changes(stack: Stack) -> None:
    stack.apply(**CHANGED)

    assert stack.planned_changes() == {}
    client = stack.cloud.client
    names = stack.outputs()
    job = client("glue").get_job(JobName=names["jobs"]["flatten_playlists"])["Job"]
    assert "--enable-metrics" in job["DefaultArguments"]
    assert (job["ExecutionClass"], job["DefaultArguments"]["--retention_days"]) == (
        "FLEX",
        str(RETENTION_DAYS),
    )
    crawlers = client("glue").get_crawlers()["Crawlers"]
    found = [(one["Name"], one["DatabaseName"]) for one in crawlers]
    # The name that the deployer has the right to start
    assert found == [("playlist-lake-raw", "playlist_lake_raw")]
    group = client("athena").get_work_group(WorkGroup=names["workgroup"])["WorkGroup"]
    assert group["Configuration"]["BytesScannedCutoffPerQuery"] == 500_000_000
    assert names["lake"] == f"s3://{BUCKET}"
    rules = client("s3").get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]
    assert rules["Rules"][0]["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"] == KEY
    role = client("iam").get_role(RoleName=JOBS)["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY


def test_the_crawlers_role_has_the_rights_to_crawl_and_no_others(
    stack: Stack, tmp_path: Path
) -> None:
    raw = "raw/snapshot_date=2026-10-31/of-this-test.jsonl.gz"
    stack.cloud.client("s3").put_object(Bucket=BUCKET, Key=raw, Body=b"")
    deployed = Deployed(stack.cloud, stack.outputs(), tmp_path)
    (crawler,) = stack.cloud.client("glue").get_crawlers()["Crawlers"]
    arn = stack.cloud.client("iam").get_role(RoleName=CRAWLER)["Role"]["Arn"]

    crawl(stack.cloud, deployed.environment_of(arn), crawler)

    policy, seen = deployed_roles(deployed)[CRAWLER]
    assert [call for call in seen if not allows(policy, call)] == []
    assert {(sid, action) for sid, action, _ in unused(policy, seen)} == {
        # In AWS's own policy for crawlers
        ("FindBucket", "s3:GetBucketLocation"),
        ("FindBucket", "*"),
        # S3 decrypts with the reader's right; moto doesn't encrypt
        ("UseKey", "kms:Decrypt"),
        ("UseKey", "*"),
    }


def test_without_a_budget_everything_else_stays(stack: Stack) -> None:
    """AWS refuses the budget to an account whose root has not given IAM access to billing."""
    changes = stack.planned_changes(monthly_budget_usd=None)

    assert changes == {"aws_budgets_budget.monthly[0]": ["delete"]}


def test_the_boundary_includes_every_right_of_every_role(
    stack: Stack, bootstrap_policies: dict[str, list[Statement]]
) -> None:
    boundary = bootstrap_policies["playlist-lake-boundary"]
    granted = [
        (name, Call(action, (resource,), tuple((key, values[0]) for _, key, values in conditions)))
        for name, policy in role_policies(stack.cloud).items()
        for _, _, actions, resources, conditions in policy
        for action in actions
        for resource in resources
    ]

    assert {name for name, _ in granted} >= {EXTRACT, GENRES, JOBS, CRAWLER}
    assert {call.resources for _, call in granted if call.action == "kms:Decrypt"} == {(KEY,)}
    # A pattern lies within another if that matches it as a text
    assert [(name, call) for name, call in granted if not allows(boundary, call)] == []


def test_the_lock_file_serves_every_platform() -> None:
    lock = Path(INFRA, ".terraform.lock.hcl").read_text()

    assert lock.count('"zh:') == 15
    assert 'version     = "5.100.0"' in lock
