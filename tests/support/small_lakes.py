"""Small lakes for tests of the jobs: raw objects by hand, runs without Spark, a clock that stands.

Nothing here uses the raw zone's writer or Spark, so that both can be judged against it.
"""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from jobs import publish
from jobs.dates import list_inputs, versions
from jobs.locked_lake import LockedLake
from jobs.options import JobOptions
from jobs.run import DateResult, RunRecord
from jobs.run_folders import run_folder
from jobs.tables import SNAPSHOT_TABLES, glue_tables
from lake.s3 import S3Storage
from lake.storage import Storage

BUCKET = "my-lake"
S3_LAKE = f"s3://{BUCKET}/some/prefix"
DATABASE = "playlist_lake"
LIST = "37i9dQZEVXbMDoHDwVN2tF"
TABLE_NAMES = tuple(table.name for table in SNAPSHOT_TABLES)


def _empty_parquet() -> bytes:
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table({"playlist_id": pa.array([], pa.string())}), buffer)
    return bytes(buffer.getvalue())


EMPTY_PARQUET = _empty_parquet()
"""What a faked run writes: a file without rows."""


class FakeClock:
    """A clock that stands at 06:00 UTC on 23 November 2026 until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 6, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_hours(self, hours: float) -> None:
        """Move on."""
        self.now += timedelta(hours=hours)


def day(number: int) -> date:
    """A snapshot date of November 2026."""
    return date(2026, 11, number)


def song(number: int, **more: Any) -> dict[str, Any]:
    """An item of a page: song `number`, of its own album and artist."""
    artist = {"id": f"A{number:021}", "name": f"artist {number}"}
    album = {
        "id": f"B{number:021}",
        "name": f"album {number}",
        "album_type": "single",
        "release_date": "2026-01-02",
        "release_date_precision": "day",
        "total_tracks": 1,
        "artists": [artist],
    }
    track = {
        "id": f"S{number:021}",
        "uri": f"spotify:track:S{number:021}",
        "type": "track",
        "name": f"song {number}",
        "artists": [artist],
        "album": album,
        "duration_ms": 1000 * number,
    }
    return {"added_at": "2026-01-03T04:05:06Z", "item": track | more}


def raw_object(on: date, items: Sequence[Any], playlist_id: str = LIST) -> bytes:
    """A whole raw object of one page, with a list of that name."""
    header = {
        "format_version": 1,
        "playlist_id": playlist_id,
        "snapshot_date": str(on),
        "fetched_at": f"{on}T00:00:00.000Z",
        "source": "import",
    }
    records: list[dict[str, Any]] = [
        {"record": "playlist", "playlist": {"name": f"list {playlist_id}"}},
        {"record": "items_page", "offset": 0, "page": {"items": list(items)}},
        {
            "record": "end",
            "item_count": len(items),
            "total": len(items),
            "page_count": 1,
            "spotify_snapshot_id": None,
        },
    ]
    lines = "".join(json.dumps(header | record) + "\n" for record in records)
    return gzip.compress(lines.encode(), mtime=0)


def put_raw(storage: Storage, on: date, items: Sequence[Any] = (), playlist_id: str = LIST) -> str:
    """Put a raw object into a lake; returns its key."""
    key = f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"
    storage.write(key, raw_object(on, items, playlist_id))
    return key


def remove(storage: Storage, key: str) -> None:
    """Take an object away by hand."""
    if isinstance(storage, S3Storage):
        storage.client.delete_object(Bucket=storage.bucket, Key=storage.prefix + key)
    else:
        Path(storage.root, key).unlink()


def file_of(table: str, run_id: str, on: date | None) -> str:
    """The key of the one file that a faked run writes for a table and a date."""
    return f"{run_folder(table, run_id, on)}/part.parquet"


def write_run(lake: LockedLake, dates: Iterable[date]) -> RunRecord:
    """Start a flatten run and do what it does up to its publication, but for the rows."""
    record = publish.start_run(lake, "flatten_playlists")
    dates = list(dates)
    for on in dates:
        for table in TABLE_NAMES:
            lake.storage.write(file_of(table, lake.run_id, on), EMPTY_PARQUET)
        record.dates[on] = DateResult("succeeded", {"playlist_entries": 1})
        record.inputs[on] = versions(list_inputs(lake.storage, on).objects)
    record.switches = publish.plan_switches(lake, TABLE_NAMES, dates)
    return record


def publish_run(options: JobOptions, clock: FakeClock, dates: Iterable[date]) -> RunRecord:
    """A whole flatten run, but for the rows."""
    with publish.open_lake(options, clock) as lake:
        record = write_run(lake, dates)
        publish.publish(lake, record)
    return record


def visit(options: JobOptions, clock: FakeClock) -> None:
    """What every run does, whatever it then builds: complete what is pending, clean up."""
    with publish.open_lake(options, clock):
        pass


def with_run_id(options: JobOptions, run_id: str) -> JobOptions:
    """The same lake for a run of that name."""
    return replace(options, run_id=run_id)


def seen(options: JobOptions, clock: FakeClock) -> dict[str, dict[date | None, str]]:
    """Where readers find each partitioned table, as the next run sees it."""
    with publish.open_lake(options, clock) as lake:
        return locations(lake)


def locations(lake: LockedLake) -> dict[str, dict[date | None, str]]:
    """Where readers find each partitioned table now."""
    return {table: lake.catalog.locations(table) for table in TABLE_NAMES}


def expected_locations(runs: Mapping[date, str]) -> dict[str, dict[date | None, str]]:
    """`locations` of a lake whose dates were published by these runs."""
    return {
        table: {on: run_folder(table, run_id, on) for on, run_id in runs.items()}
        for table in TABLE_NAMES
    }


def keys(storage: Storage, prefix: str) -> list[str]:
    """The keys below a prefix."""
    return [stored.key for stored in storage.list_objects(prefix)]


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
