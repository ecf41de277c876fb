"""The stack of infra/, applied by Terraform to a simulated AWS on this machine."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from playlist_lake.answers.sql_files import QUERIES
from tests.cloud.recorded import ACCOUNT
from tests.support.cloud import ROOT, Cloud

TERRAFORM = shutil.which("terraform") or ""
INFRA = ROOT / "infra"
PLUGIN_DIR = ROOT.parent / "shared" / "bin" / "terraform-plugin-dir"

# A simulated AWS has no host names per bucket. Terraform repeats a failed request, but fewer times
# than its default of 25, because an action that moto lacks fails each time.
_PROVIDER = """
provider "aws" {
  skip_metadata_api_check = true
  s3_use_path_style       = true
  max_retries             = 4
}
"""

# Settings that bootstrap and stack share: a bucket of one's own, and the boundary of all roles
BUCKET = "history-of-playlists"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/playlist-lake-bootstrap/playlist-lake-boundary"

# The default is 365
RETENTION_DAYS = 390


class TerraformFailed(AssertionError):
    """Terraform failed; the message is its error output."""


@dataclass(frozen=True)
class Stack:
    """A working copy of infra/ or infra/bootstrap, and the AWS that it is applied to."""

    cloud: Cloud
    folder: Path
    settings: dict[str, Any]

    def apply(self, **changed: Any) -> None:
        """Run `terraform apply`, with some variables changed."""
        self.settings.update(changed)
        self._write(self.settings)
        self._terraform("apply", "-auto-approve")

    def planned_changes(self, **changed: Any) -> dict[str, list[str]]:
        """The changes of `terraform plan`: actions by resource, without no-ops and reads."""
        return {
            change["address"]: change["change"]["actions"]
            for change in self.planned(**changed).get("resource_changes", ())
            if change["change"]["actions"] not in (["no-op"], ["read"])
        }

    def planned(self, **changed: Any) -> dict[str, Any]:
        """What `terraform plan` plans, as `terraform show -json` prints it."""
        plan = self.folder / "plan"
        self._write(self.settings | changed)
        self._terraform("plan", f"-out={plan}")
        return dict(json.loads(self._terraform("show", "-json", str(plan))))

    def refusal(self, **changed: Any) -> str:
        """All that a plan says is wrong, in one line; fails if the plan succeeds."""
        with pytest.raises(TerraformFailed) as refused:
            self.planned_changes(**changed)
        return " ".join(str(refused.value).replace("│", " ").split())

    def destroy(self) -> None:
        """Run `terraform destroy`."""
        self._terraform("destroy", "-auto-approve")

    def forget_bucket(self) -> None:
        """Remove the bucket and its settings from the state; they stay in AWS."""
        listed = self._terraform("state", "list").split()
        found = [address for address in listed if address.startswith("aws_s3_bucket")]
        self._terraform("state", "rm", *found)

    def take_over_bucket(self, name: str) -> None:
        """Import a bucket into the state, and apply its settings but nothing else.

        Without its lifecycle, after whose creation Terraform waits for a minute.
        """
        self._terraform("import", "aws_s3_bucket.lake", name)
        settings = [one for one in self.planned_changes() if one.startswith("aws_s3_bucket_")]
        targets = [one for one in settings if "lifecycle" not in one]
        self._terraform("apply", "-auto-approve", *(f"-target={one}" for one in targets))

    def outputs(self) -> dict[str, Any]:
        """The outputs' values by name."""
        outputs = json.loads(self._terraform("output", "-json"))
        return {name: output["value"] for name, output in outputs.items()}

    def _write(self, settings: dict[str, Any]) -> None:
        (self.folder / "settings.auto.tfvars.json").write_text(json.dumps(settings))

    def _terraform(self, *arguments: str) -> str:
        answer = subprocess.run(
            [TERRAFORM, *arguments],
            cwd=self.folder,
            env=terraform_environment() | self.cloud.environment | {"TF_CLI_ARGS": "-no-color"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            errors = f"{answer.stderr}\nThe simulated AWS: {self.cloud.last_errors}"
            raise TerraformFailed(f"terraform {arguments[0]}: {errors}")
        return answer.stdout


def working_copy(cloud: Cloud, source: Path, folder: Path, **settings: Any) -> Stack:
    """A copy of a folder's Terraform files, initialised for a simulated AWS."""
    if not TERRAFORM:
        pytest.skip("terraform is not on this machine")
    folder.mkdir(parents=True)
    for file in [*source.glob("*.tf"), *source.glob("*.json"), source / ".terraform.lock.hcl"]:
        # It names the state of a real stack
        if file.name != "backend.tf":
            shutil.copy(file, folder)
    # Next to the copy, as in the repository
    shutil.copytree(QUERIES, folder.parent / "sql" / "queries", dirs_exist_ok=True)
    (folder / "simulated_override.tf").write_text(_PROVIDER)
    plugins = _plugins()
    answer = subprocess.run(
        [TERRAFORM, "init", "-no-color", "-lockfile=readonly", *plugins],
        cwd=folder,
        env=terraform_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        pytest.skip(f"Terraform could not install the AWS provider: {answer.stderr[-500:]}")
    return Stack(cloud, folder, settings)


def build_packages(folder: Path) -> str:
    """Build what `make package` builds, in a folder; returns the output."""
    return subprocess.run(
        [sys.executable, "-m", "tools.package", folder],
        cwd=INFRA.parent,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def terraform_environment() -> dict[str, str]:
    """This process's environment, without settings for Terraform and AWS."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_ACCESS", "AWS_SECRET", "AWS_SESSION", "AWS_PROFILE", "TF_"))
    }


def _plugins() -> list[str]:
    """The option that names the provider's folder if this machine cannot reach the registry."""
    if not PLUGIN_DIR.exists():
        return []
    folder = subprocess.run([PLUGIN_DIR], capture_output=True, text=True, check=True).stdout.strip()
    return [f"-plugin-dir={folder}"] if folder else []
