"""Reading a lake's tables as a query engine does: through its catalog, then the files there."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.support.cloud import BUCKET, DATABASE, Cloud
from tests.support.small_lakes import TABLE_NAMES

# A table's rows by snapshot date (None: the stays), each row as sorted pairs of name and value
Rows = dict[str, dict[date | None, list[Any]]]


def locations_on_glue(running: Cloud) -> dict[tuple[str, date | None], str]:
    """Where Glue says that each table's dates are, as s3:// locations."""
    glue = running.client("glue")
    found: dict[tuple[str, date | None], str] = {}
    for table in TABLE_NAMES:
        pages = glue.get_paginator("get_partitions").paginate(
            DatabaseName=DATABASE, TableName=table
        )
        for page in pages:
            for partition in page["Partitions"]:
                on = date.fromisoformat(partition["Values"][0])
                found[table, on] = partition["StorageDescriptor"]["Location"]
    stays = glue.get_table(DatabaseName=DATABASE, Name="playlist_stays")["Table"]
    found["playlist_stays", None] = stays["StorageDescriptor"]["Location"]
    return found


def rows_on_s3(running: Cloud, location: str) -> list[Any]:
    """The rows of the Parquet files directly at a location, in an order of their own."""
    s3 = running.client("s3")
    prefix = location.removeprefix(f"s3://{BUCKET}/")
    rows = []
    for item in s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix, Delimiter="/").get("Contents", ()):
        if item["Key"].endswith(".parquet"):
            body = s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read()
            rows += pq.read_table(io.BytesIO(body)).to_pylist()
    return in_order(rows)


def tables_on_glue(running: Cloud) -> Rows:
    """Every table and date of the catalog, with its rows."""
    found: Rows = {}
    for (table, on), location in locations_on_glue(running).items():
        found.setdefault(table, {})[on] = rows_on_s3(running, location)
    return found


def tables_in_folder(lake: Path) -> Rows:
    """The same of a lake in a folder."""
    catalog = json.loads((lake / "state/catalog.json").read_bytes())["tables"]
    return {
        table: {
            date.fromisoformat(on) if on else None: in_order(
                [
                    row
                    for path in (lake / place).glob("*.parquet")
                    for row in pq.read_table(path, partitioning=None).to_pylist()
                ]
            )
            for on, place in dates.items()
        }
        for table, dates in catalog.items()
        if table != "runs"
    }


def in_order(rows: list[dict[str, Any]]) -> list[Any]:
    """Rows that can be compared whatever order their files have."""
    return sorted((tuple(sorted(row.items())) for row in rows), key=repr)
