"""The tests' lake on S3, and its tables in Glue's catalog as Terraform declares them."""

from collections.abc import Mapping
from typing import Any

import boto3

from jobs.tables import SNAPSHOT_TABLES, glue_tables

BUCKET = "lake-bucket"
LAKE = f"s3://{BUCKET}/some/prefix"
DATABASE = "playlist_lake"
TABLE_NAMES = tuple(table.name for table in SNAPSHOT_TABLES)


def create_glue_tables(root: str, database: str = DATABASE, client: Any = None) -> None:
    """What Terraform declares: the database and every table of the generated declaration."""
    glue = client or boto3.client("glue")
    glue.create_database(DatabaseInput={"Name": database})
    for name, table in glue_tables().items():
        glue.create_table(DatabaseName=database, TableInput=table_input(root, name, table))


def table_input(root: str, name: str, table: Mapping[str, Any]) -> Any:
    """A table as Terraform hands it to Glue."""
    columns = [
        {"Name": column["name"], "Type": column["type"], "Comment": column["comment"]}
        for column in table["columns"]
    ]
    hive = "org.apache.hadoop.hive.ql.io.parquet"
    return {
        "Name": name,
        "Description": table["description"],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": "parquet"},
        "PartitionKeys": [
            {"Name": key["name"], "Type": key["type"]} for key in table["partition_keys"]
        ],
        "StorageDescriptor": {
            "Columns": columns,
            "Location": f"{root}/tables/{name}/",
            "InputFormat": f"{hive}.MapredParquetInputFormat",
            "OutputFormat": f"{hive}.MapredParquetOutputFormat",
            "SerdeInfo": {"SerializationLibrary": f"{hive}.serde.ParquetHiveSerDe"},
        },
    }
