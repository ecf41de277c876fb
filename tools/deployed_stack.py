"""A deployed stack, as deploy_check asks about it: Terraform's outputs, the lake, Athena."""

import json
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3

from extract_lambda.raw_zone import RawZone
from lake.raw_format import RAW_FOLDER, raw_key
from lake.snapshot_dates import folder_dates
from lake.storage import Storage, open_storage

INFRA = Path(__file__).parents[1] / "infra"
_QUERY_TIMEOUT_S = 120
_POLL_S = 0.5


class CheckFailed(Exception):
    """A check found something wrong; the message says what, and what to do."""


@dataclass(frozen=True)
class DeployedStack:
    """A deployed stack, by Terraform's outputs."""

    outputs: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The stack's variable `name`."""
        return str(self.outputs["workgroup"])

    @property
    def bucket(self) -> str:
        """Name of the lake's bucket."""
        return str(self.outputs["lake"]).removeprefix("s3://")

    @cached_property
    def storage(self) -> Storage:
        """The lake."""
        return open_storage(self.outputs["lake"])

    @cached_property
    def newest_date(self) -> date:
        """The newest date in the raw zone; raises CheckFailed if there is none."""
        dates = folder_dates(self.storage, RAW_FOLDER)
        if not dates:
            raise CheckFailed("raw/ is empty: read the lists first (docs/deploy.md, step 5)")
        return dates[-1]

    def raw_items(self, on: date) -> int:
        """The number of items in the raw objects of a date; raises CheckFailed."""
        ids = RawZone(self.storage).playlist_ids(on)
        return sum(self._item_count(on, playlist_id) for playlist_id in sorted(ids))

    def answer(self, sql: str) -> str:
        """The only value in the result of a query in Athena; raises CheckFailed."""
        athena = boto3.client("athena")
        query = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self.outputs["database"]},
            WorkGroup=self.outputs["workgroup"],
        )["QueryExecutionId"]
        until = time.monotonic() + _QUERY_TIMEOUT_S
        while True:
            status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
            if status["State"] not in ("QUEUED", "RUNNING"):
                break
            if time.monotonic() > until:
                raise CheckFailed(f"Athena has not answered query {query} for {_QUERY_TIMEOUT_S} s")
            time.sleep(_POLL_S)
        if status["State"] != "SUCCEEDED":
            raise CheckFailed(f"the query is {status['State']}: {status.get('StateChangeReason')}")
        result = athena.get_query_results(QueryExecutionId=query, MaxResults=2)["ResultSet"]
        # The first row has the names of the columns
        return str(result["Rows"][1]["Data"][0]["VarCharValue"])

    def _item_count(self, on: date, playlist_id: str) -> int:
        """The number of items that a raw object says it has."""
        count = RawZone(self.storage).item_count(on, playlist_id)
        if count is None:
            raise CheckFailed(
                f"{raw_key(on, playlist_id)} has no end record or is too large; "
                "see job-partial in docs/runbook.md"
            )
        return count


def terraform_outputs(folder: Path = INFRA) -> dict[str, Any]:
    """Terraform's outputs by name; raises CheckFailed if there are none."""
    try:
        answer = subprocess.run(
            ["terraform", f"-chdir={folder}", "output", "-json", "-no-color"],  # noqa: S607, found by PATH
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise CheckFailed("terraform is not installed") from error
    outputs = json.loads(answer.stdout or "{}")
    if answer.returncode or not outputs:
        raise CheckFailed(
            "Terraform has no outputs; run this where you ran terraform apply, as the deployer "
            f"(docs/deploy.md, step 3). {answer.stderr.strip()}".strip()
        )
    return {name: output["value"] for name, output in outputs.items()}
