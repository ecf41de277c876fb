"""AWS on this machine: a moto server of its own, and what it was asked."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from tests.support.glue_tables import create_glue_tables

ROOT = Path(__file__).parents[2]
BUCKET = "lake-bucket"
LAKE = f"s3://{BUCKET}/some/prefix"
DATABASE = "playlist_lake"
REGION = "us-east-1"


@dataclass(frozen=True)
class Cloud:
    """A running moto server, and the file in which it keeps what it was asked."""

    url: str
    log: Path

    @property
    def last_errors(self) -> str:
        """The end of what the server wrote about its own failures."""
        lines = self.log.with_name("errors.log").read_text().splitlines()
        # werkzeug also writes a line per request
        return "\n".join([line for line in lines if '" 200 -' not in line][-20:])

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to take this for AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def client(self, service: str, environment: Mapping[str, str] | None = None) -> Any:
        """A boto3 client of this cloud, with the credentials of an environment for it."""
        keys = environment or self.environment
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=keys.get("AWS_SESSION_TOKEN"),
        )

    def requests(self, since: int = 0, below: str = "") -> Counter[str]:
        """How many requests came after the first `since`: Glue's by action, S3's by method.

        With `below`, only those for objects whose keys begin with it, after the bucket's name.
        """
        lines = [line.partition(" /")[::2] for line in self.log.read_text().splitlines()[since:]]
        return Counter(
            name
            for name, path in lines
            if name != "moto-api" and path.startswith(f"{BUCKET}/{below}" if below else "")
        )

    def request_count(self) -> int:
        """How many requests came so far."""
        return len(self.log.read_text().splitlines())


@contextmanager
def cloud(folder: Path) -> Iterator[Cloud]:
    """A moto server with bucket, database and tables until the end of the block."""
    with served("tests.support.moto_server", folder) as running:
        running.client("s3").create_bucket(Bucket=BUCKET)
        create_glue_tables(LAKE, DATABASE, running.client("glue"))
        yield running


@contextmanager
def served(module: str, folder: Path) -> Iterator[Cloud]:
    """An empty moto server, by a module that serves it, until the end of the block or process."""
    log = folder / "requests.log"
    log.touch()
    with (
        (folder / "errors.log").open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", module, log],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        assert process.stdout
        try:
            yield Cloud(process.stdout.readline().strip(), log)
        finally:
            process.kill()


def put_folder(running: Cloud, folder: Path) -> None:
    """Copy a folder lake into the bucket, as `aws s3 sync` does."""
    client = running.client("s3")
    prefix = re.sub(r"^s3://[^/]+/", "", LAKE)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            key = f"{prefix}/{path.relative_to(folder).as_posix()}"
            client.put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())


def record_of(running: Cloud, run_id: str) -> Any:
    """A run's record in state/runs/."""
    key = f"some/prefix/state/runs/{run_id}.json"
    body = running.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"]
    return json.loads(body.read())
