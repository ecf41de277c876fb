"""The deployed stack, read back from AWS and run as AWS would: the functions and the jobs."""

import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from time import time
from typing import Any, NamedTuple
from uuid import uuid4

from tests.cloud.stack import terraform_environment
from tests.support.cloud import REGION, Cloud
from tests.support.glue_arguments import GLUE_ARGUMENTS
from tests.support.job_scripts import Ended, spark_settings
from tests.support.spark_submit import SPARK_SUBMIT, spark_environment, with_glue, with_s3
from tools.package import unpack_as_lambda


class Invoked(NamedTuple):
    """How a run of a function ended: exit status, output, and the result if there is one."""

    status: int
    said: str
    result: Any


@dataclass(frozen=True)
class Deployed:
    """A stack whose functions and jobs run with the credentials of their own roles."""

    cloud: Cloud
    outputs: dict[str, Any]
    folder: Path

    @property
    def bucket(self) -> str:
        return str(self.outputs["lake"]).removeprefix("s3://")

    @property
    def rule(self) -> str:
        """The rule whose target is the workflow."""
        events = self.cloud.client("events")
        (rule,) = [
            rule["Name"]
            for rule in events.list_rules()["Rules"]
            for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            if target["Arn"].endswith(f":workflow/{self.outputs['workflow']}")
        ]
        return str(rule)

    def invoke(self, scheduled: datetime, spotify: dict[str, str]) -> Invoked:
        """Run the function as the schedule does at an instant, against a simulated Spotify."""
        event = self._scheduled_event(scheduled)
        return self._invoke(self.outputs["function"], event, scheduled, spotify)

    def invoke_genres(self, event: Any, now: datetime, services: dict[str, str]) -> Invoked:
        """Run the function that asks for genres as its rule does, against simulated services."""
        return self._invoke(self.outputs["genres_function"], event, now, services)

    def _invoke(self, name: str, event: Any, now: datetime, services: dict[str, str]) -> Invoked:
        """Run a function at an instant. Like Lambda, it writes the log."""
        described = self.cloud.client("lambda").get_function(FunctionName=name)
        function = described["Configuration"]
        environment = self.environment_of(function["Role"])
        result = self.folder / "result.json"
        result.unlink(missing_ok=True)
        asked = {
            "path": self._unpacked(described["Code"]["Location"], function["Layers"][0]["Arn"]),
            "handler": function["Handler"],
            "event": event,
            "now": now.isoformat(),
            "time_left_ms": function["Timeout"] * 1000,
            "context": {
                "function_name": function["FunctionName"],
                "memory_limit_in_mb": function["MemorySize"],
                "invoked_function_arn": function["FunctionArn"],
                "aws_request_id": "00000000-0000-0000-0000-000000000000",
            },
            "result": str(result),
        }
        answer = subprocess.run(
            [sys.executable, "-I", "-S", "-B", Path(__file__).with_name("invoke.py")],
            input=json.dumps(asked),
            env=terraform_environment()
            | environment
            | function["Environment"]["Variables"]
            | services,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        said = answer.stdout + answer.stderr
        self._keep_log(environment, f"/aws/lambda/{function['FunctionName']}", said)
        found = json.loads(result.read_text()) if result.exists() else None
        return Invoked(answer.returncode, said, found)

    def run_workflow(self, run_id: str) -> dict[str, Ended]:
        """Run the jobs in the order of the workflow's triggers; returns how each ended."""
        glue = self.cloud.client("glue")
        listed = glue.get_triggers()["Triggers"]
        triggers = [one for one in listed if one["WorkflowName"] == self.outputs["workflow"]]
        ended: dict[str, Ended] = {}
        due = [one for one in triggers if one["Type"] == "EVENT"]
        while due:
            for trigger in due:
                for action in trigger["Actions"]:
                    name = action["JobName"]
                    ended[name] = self.run_job(name, f"{run_id}-{len(ended)}")
            triggers = [one for one in triggers if one not in due]
            due = [one for one in triggers if _fires(one, ended)]
        return ended

    def run_job(self, name: str, run_id: str, changed: Mapping[str, str] | None = None) -> Ended:
        """Run a job as Glue would, with its own arguments except for those in `changed`."""
        job = self.cloud.client("glue").get_job(JobName=name)["Job"]
        environment = self.environment_of(job["Role"])
        folder = self.folder / run_id
        folder.mkdir()
        defaults = job["DefaultArguments"]
        script = self._fetched(environment, job["Command"]["ScriptLocation"], folder)
        library = self._fetched(environment, defaults["--extra-py-files"], folder)
        given = [part for pair in (defaults | dict(changed or {})).items() for part in pair]
        answer = subprocess.run(
            [
                SPARK_SUBMIT, *spark_settings(self.cloud.url), *with_s3(), *with_glue(),
                "--py-files", library, script, *_not_in(GLUE_ARGUMENTS, defaults), *given,
                "--JOB_NAME", name, "--JOB_RUN_ID", run_id,
            ],
            cwd=folder,
            # Without the code of this checkout
            env=spark_environment() | environment | {"PYTHONPATH": str(library)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )  # fmt: skip
        for kind in ("output", "error"):
            group = f"{defaults['--custom-logGroup-prefix']}/{kind}"
            self._keep_log(environment, group, answer.stdout)
        return Ended(answer.returncode, answer.stdout)

    def environment_of(self, role: str) -> dict[str, str]:
        """Environment variables with which a process calls this AWS with a role (an ARN)."""
        return _session(self.cloud, role)

    def _scheduled_event(self, at: datetime) -> Any:
        """The input of the deployed schedule, with the time inserted as by Scheduler."""
        scheduler = self.cloud.client("scheduler")
        (schedule,) = scheduler.list_schedules()["Schedules"]
        target = scheduler.get_schedule(GroupName=schedule["GroupName"], Name=schedule["Name"])
        instant = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        text = target["Target"]["Input"].replace("<aws.scheduler.scheduled-time>", instant)
        return json.loads(text)

    def _unpacked(self, code: str, layer: str) -> list[str]:
        """The import path in Lambda: the function's code, its layer and Lambda's boto3."""
        name, _, number = layer.rpartition(":")
        version = self.cloud.client("lambda").get_layer_version(
            LayerName=name, VersionNumber=int(number)
        )
        zips = self._downloaded(code), self._downloaded(version["Content"]["Location"])
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        return list(map(str, unpack_as_lambda(zips[0], zips[1], folder)))

    def _downloaded(self, location: str) -> Path:
        file = self.folder / f"{re.sub(r'[^a-z0-9]', '-', location)}.zip"
        with urllib.request.urlopen(f"{self.cloud.url}{location}") as answer:  # noqa: S310
            file.write_bytes(answer.read())
        return file

    def _fetched(self, environment: dict[str, str], address: str, folder: Path) -> Path:
        bucket, _, key = address.removeprefix("s3://").partition("/")
        file = folder / Path(key).name
        answer = self.cloud.client("s3", environment).get_object(Bucket=bucket, Key=key)
        file.write_bytes(answer["Body"].read())
        return file

    def _keep_log(self, environment: dict[str, str], group: str, said: str) -> None:
        """Write a run's output to its log group, with its role, as Lambda and Glue do."""
        logs = self.cloud.client("logs", environment)
        stream = str(uuid4())
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        lines = [line for line in said.splitlines() if line.strip()] or ["nothing"]
        now_ms = int(time() * 1000)
        logs.put_log_events(
            logGroupName=group,
            logStreamName=stream,
            logEvents=[{"timestamp": now_ms, "message": line} for line in lines],
        )


def _fires(trigger: Any, ended: dict[str, Ended]) -> bool:
    """Whether a conditional trigger fires after these jobs ended."""
    return trigger["Type"] == "CONDITIONAL" and all(
        condition["JobName"] in ended
        and condition["State"] == ("FAILED" if ended[condition["JobName"]].status else "SUCCEEDED")
        for condition in trigger["Predicate"]["Conditions"]
    )


def _not_in(arguments: list[str], defaults: dict[str, str]) -> list[str]:
    """The pairs of names and values whose names are not in the job's own defaults."""
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    return [part for name, value in pairs if name not in defaults for part in (name, value)]


@cache
def _session(cloud: Cloud, role: str) -> dict[str, str]:
    answer = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")
    keys = answer["Credentials"]
    return cloud.environment | {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
        "AWS_REGION": REGION,
    }
