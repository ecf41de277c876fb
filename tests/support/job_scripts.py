"""Running the job scripts with spark-submit, on S3, as Spark alone or as Glue runs them."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from tests.support.cloud import Cloud
from tests.support.glue_arguments import GLUE_ARGUMENTS
from tests.support.glue_tables import DATABASE, LAKE
from tests.support.spark_submit import ROOT, SPARK_SUBMIT, spark_environment, with_glue, with_s3

Script = Literal["flatten_playlists", "build_stays"]

_JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


class Ended(NamedTuple):
    """How a script ended: its exit status and all that it said."""

    status: int
    said: str


def submit(
    running: Cloud,
    script: Script,
    *arguments: str,
    run_id: str,
    on_glue: bool = True,
    wrapper: Sequence[str] = (),
) -> Ended:
    """Run a script to its end; on Glue, `run_id` comes as the id that Glue gives to a job's run.

    A wrapper is a script that gets arguments of its own, then the script's name and arguments.
    """
    own = ["--lake", LAKE, "--database", DATABASE, *arguments]
    if on_glue:
        own += [*GLUE_ARGUMENTS, "--JOB_NAME", script, "--JOB_RUN_ID", run_id]
    else:
        own += ["--run_id", run_id]
    answer = subprocess.run(
        [
            SPARK_SUBMIT,
            *spark_settings(running.url),
            *with_s3(),
            *(with_glue() if on_glue else ()),
            *wrapper,
            f"jobs/{script}.py",
            *own,
        ],
        cwd=ROOT,
        env=spark_environment() | running.environment,
        stdout=subprocess.PIPE,
        # Spark writes a script's error stream to its own output
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Ended(answer.returncode, answer.stdout)


def spark_settings(url: str) -> list[str]:
    """The arguments of spark-submit for a few rows, and for S3 at an address."""
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        # For a few rows it takes longer to compile code than to do without
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    } | s3a_settings(url)
    listed = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    java_options = f"{_JAVA_OPTIONS} -Dlog4j2.configurationFile={log_settings()}"
    return ["--master", "local[2]", "--driver-java-options", java_options, *listed]


def log_settings() -> str:
    """Where the product's own settings of Spark's log are."""
    return Path(ROOT, "playlist_lake", "building", "log4j2.properties").as_uri()


def s3a_settings(url: str) -> dict[str, str]:
    """Spark's settings for S3 at an address, with the credentials in the environment."""
    prefix = "spark.hadoop.fs.s3a"
    return {
        f"{prefix}.endpoint": url,
        f"{prefix}.endpoint.region": "us-east-1",
        f"{prefix}.path.style.access": "true",
        f"{prefix}.connection.ssl.enabled": "false",
        f"{prefix}.aws.credentials.provider": (
            "com.amazonaws.auth.EnvironmentVariableCredentialsProvider"
        ),
        f"{prefix}.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    }
