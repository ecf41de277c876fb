"""`make deploy-check` on a simulated AWS: the lines of a working stack, and of a broken one."""

import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from tests.support.working_stack import (
    BUCKET,
    LISTS,
    NAME,
    RAW,
    TODAY,
    athena_answers,
    put,
    put_outcomes_of_today,
    set_subscribers,
    working_stack,
)
from tools import deploy_check
from tools.deployed_stack import CheckFailed, DeployedStack, terraform_outputs


@pytest.fixture
def outputs(aws: None) -> dict[str, Any]:
    """The outputs of a working stack."""
    assert aws is None
    return working_stack()


def lines_of(out: str) -> dict[str, str]:
    """What is printed for each check, beginning with `ok` or `WRONG`."""
    return {line[6:18].strip(): f"{line[:6].strip()} {line[19:]}" for line in out.splitlines()}


def test_a_working_stack_prints_what_the_documentation_shows(
    outputs: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    status = deploy_check.main(outputs)

    page = (Path(__file__).parents[2] / "docs/deploy.md").read_text()
    shown = re.search(r"^ok    account.*?(?=^```)", page, re.DOTALL | re.MULTILINE)
    assert shown
    documented, found = lines_of(shown[0]), lines_of(capsys.readouterr().out)
    assert status == 0
    assert documented.pop("account").startswith("ok 123456789012, as assumed-role/playlist-lake-")
    assert found.pop("account") == "ok 123456789012, as user/moto"
    assert found["extraction"] == f"ok {TODAY}: 1 extracted, 1 forbidden"
    # 70 and 51 items
    assert found["rows"] == f"ok Athena has all 121 items of {TODAY}"
    assert _without_numbers(found) == _without_numbers(documented)


def _without_numbers(lines: dict[str, str]) -> dict[str, str]:
    return {name: re.sub(r"[\d,]*\d", "1", line) for name, line in lines.items()}


def _disable_schedule() -> None:
    kept = ("GroupName", "Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")
    scheduler = boto3.client("scheduler")
    found = scheduler.get_schedule(GroupName=NAME, Name="extract")
    scheduler.update_schedule(**{name: found[name] for name in kept}, State="DISABLED")


def _empty_secret() -> None:
    secrets = boto3.client("secretsmanager")
    secrets.delete_secret(SecretId=f"{NAME}/spotify", ForceDeleteWithoutRecovery=True)
    secrets.create_secret(Name=f"{NAME}/spotify")


def _raise_alarm() -> None:
    watch = boto3.client("cloudwatch")
    for name in (f"{NAME}-token-old", "another"):
        watch.put_metric_alarm(
            AlarmName=name,
            MetricName="x",
            Namespace="x",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        watch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="x")


def _send_dead_letter() -> None:
    queues = boto3.client("sqs")
    url = queues.get_queue_url(QueueName=f"{NAME}-dead-letters")["QueueUrl"]
    queues.send_message(QueueUrl=url, MessageBody="{}")


def _delete(table: str) -> None:
    boto3.client("glue").delete_table(DatabaseName="playlist_lake", Name=table)


def _forget_partition() -> None:
    boto3.client("glue").delete_partition(
        DatabaseName="playlist_lake", TableName="playlists", PartitionValues=[TODAY]
    )


def _suspend_versioning() -> None:
    boto3.client("s3").put_bucket_versioning(
        Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"}
    )


BROKEN: dict[str, tuple[str, Callable[[], Any], str]] = {
    "no versioning": (
        "bucket",
        _suspend_versioning,
        f"{BUCKET} lacks versioning; run terraform apply",
    ),
    "no public access block": (
        "bucket",
        lambda: boto3.client("s3").delete_public_access_block(Bucket=BUCKET),
        f"{BUCKET} lacks the public access block; run terraform apply",
    ),
    "no policy": (
        "bucket",
        lambda: boto3.client("s3").delete_bucket_policy(Bucket=BUCKET),
        f"{BUCKET} lacks the policy that demands TLS; run terraform apply",
    ),
    "no lifecycle": (
        "bucket",
        lambda: boto3.client("s3").delete_bucket_lifecycle(Bucket=BUCKET),
        f"{BUCKET} lacks the lifecycle of raw/; run terraform apply",
    ),
    "no lists": (
        "lists",
        lambda: put("config/playlists.txt", b"# none\n"),
        f"s3://{BUCKET}/config/playlists.txt has no playlist; add one link per line, or run "
        "playlist-lake follow LINK (docs/deploy.md, step 4)",
    ),
    "an invalid line": (
        "lists",
        lambda: put("config/playlists.txt", f"{LISTS[0]}\nspotify:album:x\n".encode()),
        f"s3://{BUCKET}/config/playlists.txt, line 2: 'spotify:album:x' leads to an album, "
        "not to a playlist",
    ),
    "no login": (
        "login",
        _empty_secret,
        "the secret is empty: playlist-lake login --secret playlist-lake/spotify",
    ),
    "no schedule": (
        "schedule",
        _disable_schedule,
        "it is DISABLED; set schedule_enabled = true and run terraform apply",
    ),
    "a failed list": (
        "extraction",
        lambda: put_outcomes_of_today("extracted", "failed", run_id="r2"),
        f"{TODAY}: 1 extracted, 1 failed; see extraction-failed in docs/runbook.md",
    ),
    "an unpublished date": (
        "tables",
        _forget_partition,
        f"{TODAY} is in raw/ but not published; wait until the jobs end, else start a build "
        "(docs/runbook.md)",
    ),
    "a missing view": (
        "views",
        lambda: _delete("chart"),
        "chart missing: run playlist-lake views",
    ),
    "missing rows": (
        "rows",
        lambda: athena_answers("120"),
        f"Athena has 120 of the 121 items that raw/ has for {TODAY}; "
        "see job-partial in docs/runbook.md",
    ),
    "a torn object": (
        "rows",
        lambda: put(f"{RAW}/{LISTS[0]}.jsonl.gz", gzip.compress(b"{}\n" * 9)[:-9]),
        f"{RAW}/{LISTS[0]}.jsonl.gz has no end record or is too large; "
        "see job-partial in docs/runbook.md",
    ),
    "an alarm": ("alarms", _raise_alarm, "token-old is on; see docs/runbook.md"),
    "no subscription": (
        "mail",
        lambda: set_subscribers(f"arn:aws:sns:us-east-1:123456789012:{NAME}-alarms", 0),
        "nobody receives alarms: confirm AWS's mail, or set alarm_email and apply",
    ),
    "a dead letter": (
        "dead letters",
        _send_dead_letter,
        "the queue has messages; see dead-letters in docs/runbook.md",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_wrong_is_one_line_and_the_other_checks_go_on(
    outputs: dict[str, Any], capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    check, break_it, line = BROKEN[broken]
    break_it()

    status = deploy_check.main(outputs)

    found = lines_of(capsys.readouterr().out)
    assert (status, found[check]) == (1, f"WRONG {line}")
    assert [name for name, said in found.items() if not said.startswith("ok ")] == [check]


def test_a_missing_right_says_what_to_do(
    outputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    s3 = boto3.client("s3")
    with Stubber(s3) as stubbed:
        stubbed.add_client_error("get_public_access_block", "AccessDenied")
        monkeypatch.setattr(boto3, "client", lambda _service: s3)
        monkeypatch.setattr(deploy_check, "CHECKS", {"bucket": deploy_check.bucket})
        assert deploy_check.main(outputs) == 1

    assert capsys.readouterr().out.endswith(
        "; check that you are the deployer (docs/deploy.md, step 3); "
        "otherwise apply infra/bootstrap\n"
    )


def test_another_account_is_named(outputs: dict[str, Any]) -> None:
    outputs["alarm_topic"] = "arn:aws:sns:us-east-1:210987654321:playlist-lake-alarms"

    with pytest.raises(CheckFailed, match="account 123456789012, the stack is in 210987654321"):
        deploy_check.account(DeployedStack(outputs))


def test_without_credentials_the_other_checks_are_left_out(
    outputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sts = boto3.client("sts")
    with Stubber(sts) as stubbed:
        stubbed.add_client_error("get_caller_identity", "ExpiredToken", "The token has expired")
        monkeypatch.setattr(boto3, "client", lambda _service: sts)

        assert deploy_check.main(outputs) == 1

    found = lines_of(capsys.readouterr().out)
    assert list(found) == ["account"]
    assert "ExpiredToken" in found["account"]
    assert found["account"].endswith("; become the deployer (docs/deploy.md, step 3)")


@pytest.mark.parametrize(
    ("run", "line"),
    [
        (None, "flatten_playlists has never run; see no-new-date in docs/runbook.md"),
        ({"JobRunState": "RUNNING"}, "flatten_playlists has not ended yet (RUNNING)"),
        (
            {"JobRunState": "FAILED", "ErrorMessage": "a right is missing"},
            "flatten_playlists: FAILED, a right is missing; see job-failed in docs/runbook.md",
        ),
    ],
)
def test_a_job_that_has_not_succeeded_is_named_with_its_error(
    outputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch, run: Any, line: str
) -> None:
    """moto's runs all succeed, so the answer is that of Glue's documentation."""
    glue = boto3.client("glue")
    with Stubber(glue) as stubbed:
        stubbed.add_response("get_job_runs", {"JobRuns": [run] if run else []})
        monkeypatch.setattr(boto3, "client", lambda _service: glue)
        with pytest.raises(CheckFailed, match=re.escape(line)):
            deploy_check.jobs(DeployedStack(outputs))


def test_a_run_costs_what_its_dpu_hours_cost(
    outputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    glue = boto3.client("glue")
    run = {"JobRunState": "SUCCEEDED", "MaxCapacity": 2.0}
    with Stubber(glue) as stubbed:
        for more in ({"ExecutionTime": 900}, {"ExecutionTime": 30, "ExecutionClass": "FLEX"}):
            stubbed.add_response("get_job_runs", {"JobRuns": [run | more]})
        monkeypatch.setattr(boto3, "client", lambda _service: glue)
        # 2 DPU for a quarter of an hour at $0.44, and for a minute at $0.29
        assert deploy_check.jobs(DeployedStack(outputs)) == (
            "flatten_playlists took 900 s, build_stays took 30 s: $0.23"
        )


def test_no_deployment_is_one_sentence(tmp_path: Path) -> None:
    if not shutil.which("terraform"):
        pytest.skip("terraform is not on this machine")

    with pytest.raises(CheckFailed, match="where you ran terraform apply, as the deployer"):
        terraform_outputs(tmp_path)
