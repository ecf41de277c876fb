"""Athena, in whose SQL the deployed lake is asked: its views, and answers with their price."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import duckdb
import pyathena
from pyathena.cursor import Cursor

from jobs.tables import PARTITION_COLUMN, TABLES
from playlist_lake.answers.athena_errors import (
    SCAN_LIMIT_REASON,
    ScanLimitReached,
    explained,
    failure,
)
from playlist_lake.answers.athena_results import Texts, read
from playlist_lake.answers.database import QUERIES, VIEWS, query_names, views
from playlist_lake.answers.query import QueryFailed, asked_name, deliver, ordering
from playlist_lake.answers.results import Format
from playlist_lake.console import OnStep, remark, waiting
from playlist_lake.errors import CommandError

# What infra/ makes of its variable `name`, unless that is set
DATABASE = "playlist_lake"
WORKGROUP = "playlist-lake"
POLL_S = 0.5
_COMMENT = re.compile(r"^ *--.*\n", re.MULTILINE)

# AWS's list price in 2026: each query is rounded up to a megabyte and has at least ten; statements
# that only change the catalog are free
USD_PER_TB = 5
LEAST_BILLED_MB = 10
MB = 1000 * 1000
MB_PER_TB = 1000 * 1000


class Place(NamedTuple):
    """Where in an account the lake is asked; region and credentials are boto3's."""

    database: str = DATABASE
    workgroup: str = WORKGROUP


def create_views(place: Place) -> Iterator[str]:
    """Create the views of sql/views, or replace them; gives the name of each when it is there.

    Raises CommandError.
    """
    with explained(place.workgroup):
        athena = _Athena(place)
        for name in views():
            # The catalog keeps no comments, and not every statement of Athena's takes them
            query = _COMMENT.sub("", (VIEWS / f"{name}.sql").read_text(encoding="utf-8"))
            athena.run(f"CREATE OR REPLACE VIEW {name} AS\n{query}", lambda _: None)
            yield name


def answer(place: Place, question: str, format_: Format, output: Path | None) -> None:
    """Write what Athena answers to a query, to one that is named, or all rows of a view or table.

    Names are those of sql/queries, of declared tables and of views; other queries are in Athena's
    SQL. The result goes to the file, else to stdout, and what it costs to stderr. Raises
    CommandError.
    """
    sql = _sql(question.strip())
    with explained(place.workgroup), duckdb.connect() as con:
        athena = _Athena(place)
        with waiting() as on_state:
            cursor = athena.run(sql, on_state)
            result = read(con, cursor, athena.session)
        if result is not None:
            deliver(result, format_, output)
        remark(price(cursor.data_scanned_in_bytes or 0, cursor.statement_type or ""))


def price(scanned_bytes: int, statement_type: str = "DML") -> str:
    """What Athena bills for a query that read so many bytes, in a line."""
    if statement_type != "DML" and not scanned_bytes:
        return "Athena bills nothing for a statement that reads no table."
    billed_mb = max(math.ceil(scanned_bytes / MB), LEAST_BILLED_MB)
    usd = billed_mb / MB_PER_TB * USD_PER_TB
    return f"Athena scanned {scanned_bytes:,} bytes and bills {billed_mb:,} MB: ${usd:.6f}."


class _Athena:
    """A connection that remembers what it last heard of a query."""

    def __init__(self, place: Place) -> None:
        self.session = boto3.Session()
        self._place = place
        self._execution: dict[str, Any] = {}
        self._on_state: OnStep = lambda _: None
        self._connection = pyathena.connect(
            session=self.session,
            region_name=self.session.region_name,
            schema_name=place.database,
            # That of the account
            catalog_name=None,
            work_group=place.workgroup,
            # The workgroup says where results go, whatever the environment says
            s3_staging_dir="",
            poll_interval=POLL_S,
            kill_on_interrupt=False,
        )
        self._connection.client.meta.events.register(
            "after-call.athena.GetQueryExecution", self._hear
        )

    def run(self, sql: str, on_state: OnStep) -> Cursor:
        """Run a query to its end, and tell its states; Ctrl-C stops it in Athena too."""
        self._on_state = on_state
        cursor = self._connection.cursor(Cursor, converter=Texts())
        try:
            return cursor.execute(sql)
        except KeyboardInterrupt:
            if cursor.query_id:
                cursor.cancel()
                remark("The query is stopped in Athena, which bills what it has scanned.")
            raise
        except pyathena.OperationalError as error:
            if error.__cause__ or self._state in ("", "SUCCEEDED"):
                raise
            raise self._failure() from error

    def _hear(self, parsed: dict[str, Any], **_: Any) -> None:
        self._execution = parsed.get("QueryExecution", {})
        self._on_state(f"Athena: {self._state.lower()}")

    @property
    def _state(self) -> str:
        return str(self._execution.get("Status", {}).get("State", ""))

    def _failure(self) -> CommandError:
        reason = str(self._execution["Status"].get("StateChangeReason", ""))
        if SCAN_LIMIT_REASON in reason:
            scanned = self._execution.get("Statistics", {}).get("DataScannedInBytes", 0)
            return ScanLimitReached(
                f"Athena stopped the query at the limit of the workgroup {self._place.workgroup}; "
                "name a snapshot_date in it, so that it reads less, or raise athena_scan_limit_mb "
                f"in infra/. {price(scanned)}"
            )
        return failure(self._state, reason, self._place.database) or QueryFailed(
            f"Athena cannot answer the query: {reason or 'it gives no reason'}\n"
            f"The tables, and views once playlist-lake views has run, are "
            f"{', '.join(sorted(_columns()))}."
        )


def _sql(question: str) -> str:
    relations = _columns()
    name = asked_name(question, sorted(relations))
    if name is None:
        return question
    if name in query_names():
        return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    return f"SELECT * FROM {name} ORDER BY {ordering(relations[name])}"  # noqa: S608, a known name


def _columns() -> dict[str, list[str]]:
    """By table and view, the columns that rows can be ordered by; Athena doesn't order maps."""
    tables = {
        table.name: [column.name for column in table.columns if not column.type.startswith("map")]
        + [PARTITION_COLUMN] * table.is_partitioned
        for table in TABLES.values()
    }
    return tables | {name: query.named_selects for name, query in views().items()}
