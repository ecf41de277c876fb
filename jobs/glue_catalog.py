"""The Glue Data Catalog: Terraform declares database and tables, the jobs own the partitions."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from jobs.catalog import CatalogError, SchemaMismatch, Switch
from jobs.tables import PARTITION_COLUMN, TABLES, Table

# The Glue API's limits on one call
PARTITIONS_PER_GET = 1000
PARTITIONS_PER_CREATE = 100
PARTITIONS_PER_UPDATE = 100
PARTITIONS_PER_DELETE = 25

# What Glue answers to a repetition of a change that it has carried out
_REPEATED = {
    "batch_create_partition": "AlreadyExistsException",
    "batch_delete_partition": "EntityNotFoundException",
}

_Item = TypeVar("_Item")


class _PartitionsChanged(CatalogError):
    """Partitions that should be created exist, or those that should be deleted are missing."""


class GlueCatalog:
    """The tables of one Glue database, for the lake at `root`."""

    def __init__(self, database: str, root: str) -> None:
        try:
            self._glue = boto3.client(
                "glue", config=Config(retries={"mode": "standard", "max_attempts": 10})
            )
        except BotoCoreError as error:
            raise CatalogError(
                f"Glue cannot be reached: {error}; name the region in AWS_DEFAULT_REGION, or in "
                "the profile that AWS_PROFILE names"
            ) from error
        self._database = database
        self._root = root

    def check(self) -> None:
        """Compare every table with its declaration; raises CatalogError, SchemaMismatch."""
        for name in TABLES:
            self._table(name)

    def locations(
        self, table: str, dates: Collection[date] | None = None
    ) -> dict[date | None, str]:
        if not TABLES[table].is_partitioned:
            return {None: self._relative(self._table(table)["StorageDescriptor"])}
        partitions = self._all_partitions(table) if dates is None else self._existing(table, dates)
        return {
            date.fromisoformat(partition["Values"][0]): self._relative(
                partition["StorageDescriptor"]
            )
            for partition in partitions
        }

    def point(self, switches: Sequence[Switch]) -> None:
        names = dict.fromkeys(switch.table for switch in switches)
        # Check the columns of all tables before changing the first
        tables = {name: self._table(name) for name in names}
        for name, table in tables.items():
            of_table = [switch for switch in switches if switch.table == name]
            if TABLES[name].is_partitioned:
                try:
                    self._point_partitions(name, table["StorageDescriptor"], of_table)
                except _PartitionsChanged:
                    # boto3 repeats a change whose answer was lost; look what is there by now
                    self._point_partitions(name, table["StorageDescriptor"], of_table)
            else:
                self._point_table(table, of_table[-1])

    def _point_partitions(self, table: str, descriptor: Any, switches: Sequence[Switch]) -> None:
        dates = [switch.snapshot_date for switch in switches if switch.snapshot_date]
        existing = self.locations(table, dates)
        values = {
            switch.snapshot_date: {
                "Values": [str(switch.snapshot_date)],
                "StorageDescriptor": descriptor | {"Location": f"{self._root}/{switch.new}/"},
            }
            for switch in switches
            if switch.new is not None
        }
        created = [value for on, value in values.items() if on not in existing]
        updated = [
            {"PartitionValueList": value["Values"], "PartitionInput": value}
            for on, value in values.items()
            if on in existing
        ]
        dropped = [
            {"Values": [str(switch.snapshot_date)]}
            for switch in switches
            if switch.new is None and switch.snapshot_date in existing
        ]
        where = {"DatabaseName": self._database, "TableName": table}
        for chunk in _chunks(created, PARTITIONS_PER_CREATE):
            self._call("batch_create_partition", **where, PartitionInputList=chunk)
        for chunk in _chunks(updated, PARTITIONS_PER_UPDATE):
            self._call("batch_update_partition", **where, Entries=chunk)
        for chunk in _chunks(dropped, PARTITIONS_PER_DELETE):
            self._call("batch_delete_partition", **where, PartitionsToDelete=chunk)

    def _point_table(self, current: Any, switch: Switch) -> None:
        writable = ("Name", "Description", "PartitionKeys", "TableType", "Parameters")
        location = f"{self._root}/{switch.new}/"
        self._call(
            "update_table",
            DatabaseName=self._database,
            TableInput={name: current[name] for name in writable if name in current}
            | {"StorageDescriptor": current["StorageDescriptor"] | {"Location": location}},
            SkipArchive=True,
        )

    def _existing(self, table: str, dates: Collection[date]) -> Iterator[Any]:
        values = [{"Values": [str(on)]} for on in sorted(dates)]
        for chunk in _chunks(values, PARTITIONS_PER_GET):
            wanted: Any = chunk
            while wanted:
                answer = self._call(
                    "batch_get_partition",
                    DatabaseName=self._database,
                    TableName=table,
                    PartitionsToGet=wanted,
                )
                yield from answer["Partitions"]
                # Ask again for the keys that Glue left unprocessed, as long as it answers some
                wanted = answer.get("UnprocessedKeys") if answer["Partitions"] else None

    def _all_partitions(self, table: str) -> Iterator[Any]:
        token: dict[str, str] = {}
        while True:
            answer = self._call(
                "get_partitions",
                DatabaseName=self._database,
                TableName=table,
                ExcludeColumnSchema=True,
                **token,
            )
            yield from answer["Partitions"]
            if not answer.get("NextToken"):
                return
            token = {"NextToken": answer["NextToken"]}

    def _table(self, name: str) -> Any:
        table = self._call("get_table", DatabaseName=self._database, Name=name)["Table"]
        _compare(f"{self._database}.{name}", table, TABLES[name])
        return table

    def _relative(self, descriptor: Any) -> str:
        location: str = descriptor["Location"]
        return location.rstrip("/").removeprefix(f"{self._root}/")

    def _call(self, action: str, **arguments: Any) -> Any:
        given = arguments.get("TableInput", arguments)
        table = given.get("TableName") or given.get("Name") or ""
        name = f"{self._database}.{table}".rstrip(".")
        try:
            answer = getattr(self._glue, action)(**arguments)
        except ClientError as error:
            code, text = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
            remedy = "check the job's rights, then run again"
            if code == "EntityNotFoundException":
                remedy = "create database and tables with infra/ first"
            elif "Lake Formation" in text:
                remedy = "the account uses Lake Formation; see docs/deploy.md, step 1"
            raise CatalogError(f"Glue {action} on {name} answers {code}; {remedy}") from error
        except BotoCoreError as error:
            raise CatalogError(f"Glue {action} on {name} failed: {error}") from error
        # The batch calls answer 200 even if they fail, and list what they could not do
        for failure in answer.get("Errors", ()):
            code = failure.get("ErrorDetail", {}).get("ErrorCode")
            error_class = _PartitionsChanged if code == _REPEATED.get(action, "") else CatalogError
            raise error_class(
                f"Glue {action} on {name} failed for {failure.get('PartitionValues') or failure}: "
                f"{code}; run again, the publication is then completed"
            )
        return answer


def _compare(name: str, table: Any, declared: Table) -> None:
    actual = [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]]
    expected = [(column.name, str(column.type)) for column in declared.columns]
    if actual != expected:
        missing = [" ".join(column) for column in expected if column not in actual]
        surplus = [" ".join(column) for column in actual if column not in expected]
        raise SchemaMismatch(
            f"{name} has other columns in the catalog than declared (missing: "
            f"{', '.join(missing) or 'none'}; not declared: {', '.join(surplus) or 'none'}; "
            "otherwise their order); apply infra/ of this version"
        )
    keys = [key["Name"] for key in table.get("PartitionKeys", ())]
    if keys != ([PARTITION_COLUMN] if declared.is_partitioned else []):
        raise SchemaMismatch(
            f"{name} is partitioned by {keys} in the catalog; apply infra/ of this version"
        )


def _chunks(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
