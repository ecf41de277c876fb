"""The parts of AWS that `make deploy-check` asks about, as a working stack has them, in moto."""

import gzip
import json
from datetime import UTC, datetime
from typing import Any

from moto.athena.models import QueryResults, athena_backends
from moto.sns.models import sns_backends

from lake.outcomes import Outcome, OutcomeRecord, put_outcomes
from lake.storage import open_storage
from playlist_lake.answers.sql_files import VIEWS
from tests.support.aws_clients import own_client

NAME = "playlist-lake"
BUCKET = "playlist-lake-123456789012-us-east-1"
NOW = datetime.now(UTC)
TODAY = str(NOW.date())
JOBS = {"flatten_playlists": f"{NAME}-flatten-playlists", "build_stays": f"{NAME}-build-stays"}
RAW = f"raw/snapshot_date={TODAY}"
LISTS = ["37i9dQZF1DXcBWIGoYBM5M", "37i9dQZF1DX0XUsuxWHRQd"]


def working_stack() -> dict[str, Any]:
    """Create what a working stack has on its second day; returns Terraform's outputs."""
    _bucket()
    _content()
    _services()
    topic = own_client("sns").create_topic(Name=f"{NAME}-alarms")["TopicArn"]
    set_subscribers(topic, 1)
    queue = own_client("sqs").create_queue(QueueName=f"{NAME}-dead-letters")["QueueUrl"]
    return {
        "lake": f"s3://{BUCKET}",
        "workgroup": NAME,
        "database": "playlist_lake",
        "jobs": JOBS,
        "secret": f"{NAME}/spotify",
        "alarm_topic": topic,
        "dead_letters": queue,
    }


def _bucket() -> None:
    s3 = own_client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_public_access_block(
        Bucket=BUCKET,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:none", "Resource": "*"}
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    s3.put_bucket_policy(
        Bucket=BUCKET, Policy=json.dumps({"Statement": [deny | {"Condition": condition}]})
    )
    rule: Any = {
        "ID": "retention",
        "Status": "Enabled",
        "Filter": {"Prefix": "raw/"},
        "Expiration": {"Days": 395},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})


def _content() -> None:
    put("config/playlists.txt", f"# Mine\n{LISTS[0]}\n\n{LISTS[1]}  # of a friend\n".encode())
    for playlist_id, items in zip(LISTS, (70, 51), strict=True):
        end = {"record": "end", "item_count": items}
        put(f"{RAW}/{playlist_id}.jsonl.gz", gzip.compress(json.dumps(end).encode() + b"\n"))
    put_outcomes_of_today("extracted", "forbidden")


def put_outcomes_of_today(*outcomes: Outcome, run_id: str = "r1") -> None:
    """Store an outcome for each list."""
    records = [
        OutcomeRecord(run_id, NOW.date(), playlist_id, outcome, "A reason.", None, 1, None, NOW)
        for playlist_id, outcome in zip(LISTS, outcomes, strict=True)
    ]
    put_outcomes(open_storage(f"s3://{BUCKET}"), records)


def _services() -> None:
    secrets, scheduler = own_client("secretsmanager"), own_client("scheduler")
    secrets.create_secret(Name=f"{NAME}/spotify", SecretString="{}")
    scheduler.create_schedule_group(Name=NAME)
    scheduler.create_schedule(
        GroupName=NAME,
        Name="extract",
        ScheduleExpression="cron(0 0/3 * * ? *)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": "arn:aws:lambda:us-east-1:123456789012:function:x", "RoleArn": "x"},
    )
    glue = own_client("glue")
    for job in JOBS.values():
        glue.create_job(Name=job, Role="x", Command={"Name": "glueetl"}, MaxCapacity=2)
        glue.start_job_run(JobName=job)
    glue.create_database(DatabaseInput={"Name": "playlist_lake"})
    glue.create_table(DatabaseName="playlist_lake", TableInput={"Name": "playlists"})
    glue.create_partition(
        DatabaseName="playlist_lake", TableName="playlists", PartitionInput={"Values": [TODAY]}
    )
    for path in VIEWS.glob("*.sql"):
        glue.create_table(
            DatabaseName="playlist_lake",
            TableInput={"Name": path.stem, "TableType": "VIRTUAL_VIEW"},
        )
    own_client("athena").create_work_group(
        Name=NAME,
        Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{BUCKET}/athena-results/"}},
    )
    athena_answers("121")


def set_subscribers(topic: str, number: int) -> None:
    """Set a number that moto does not count."""
    sns_backends["123456789012"]["us-east-1"].topics[topic].subscriptions_confimed = number


def put(key: str, body: bytes) -> None:
    """Put an object into the bucket."""
    own_client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)


def athena_answers(value: str) -> None:
    """Set the only value in the result of the next query."""
    rows = [{"Data": [{"VarCharValue": one}]} for one in ("_col0", value)]
    backend = athena_backends["123456789012"]["us-east-1"]
    backend.query_results_queue = [QueryResults(rows, [])]
