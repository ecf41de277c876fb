"""What Glue's crawler does with its role, as far as AWS documents it."""

from collections.abc import Mapping
from typing import Any

from tests.support.cloud import Cloud

_LOG_GROUP = "/aws-glue/crawlers"


def crawl(cloud: Cloud, environment: Mapping[str, str], crawler: Mapping[str, Any]) -> None:
    """Run a crawler twice with its role: the first run creates a table, the second updates it.

    `environment` has the credentials of the role, `crawler` is Glue's description of the crawler.
    """
    bucket, _, prefix = crawler["Targets"]["S3Targets"][0]["Path"][5:].partition("/")
    for _ in range(2):
        folders = _read(cloud.client("s3", environment), bucket, prefix)
        _write(cloud.client("glue", environment), crawler["DatabaseName"], bucket, folders)
    _log(cloud, environment, crawler["Name"])


def _read(s3: Any, bucket: str, prefix: str) -> list[str]:
    """Read an object of each folder; returns the folders."""
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
    found = {key.rpartition("/")[0]: key for key in keys}
    for key in found.values():
        s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return list(found)


def _write(glue: Any, database: str, bucket: str, folders: list[str]) -> None:
    """Create or update a table with a partition per folder."""
    glue.get_database(Name=database)
    table, place = "raw", {"Location": f"s3://{bucket}/raw/"}
    asked = {"Name": table, "StorageDescriptor": place}
    partitions = [
        {"Values": [one.partition("=")[2]], "StorageDescriptor": place} for one in folders
    ]
    if not glue.get_tables(DatabaseName=database)["TableList"]:
        glue.create_table(DatabaseName=database, TableInput=asked)
        glue.batch_create_partition(
            DatabaseName=database, TableName=table, PartitionInputList=partitions
        )
        return
    glue.get_table(DatabaseName=database, Name=table)
    glue.update_table(DatabaseName=database, TableInput=asked)
    glue.get_partitions(DatabaseName=database, TableName=table)
    values = [{"Values": partition["Values"]} for partition in partitions]
    glue.batch_get_partition(DatabaseName=database, TableName=table, PartitionsToGet=values)
    glue.batch_update_partition(
        DatabaseName=database,
        TableName=table,
        Entries=[
            {"PartitionValueList": partition["Values"], "PartitionInput": partition}
            for partition in partitions
        ],
    )


def _log(cloud: Cloud, environment: Mapping[str, str], stream: str) -> None:
    logs = cloud.client("logs", environment)
    logs.create_log_group(logGroupName=_LOG_GROUP)
    logs.create_log_stream(logGroupName=_LOG_GROUP, logStreamName=stream)
    logs.put_log_events(
        logGroupName=_LOG_GROUP,
        logStreamName=stream,
        logEvents=[{"timestamp": 0, "message": "crawled"}],
    )
    # It belongs to the account, not to the stack, which the tests destroy
    cloud.client("logs").delete_log_group(logGroupName=_LOG_GROUP)
