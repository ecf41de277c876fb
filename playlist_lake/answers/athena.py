"""Answers from the lake deployed on AWS, by Athena, with their price."""

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pyathena
from pyathena.cursor import Cursor

from jobs.tables import PARTITION_COLUMN, TABLES
from playlist_lake.answers.athena_errors import (
    SCAN_LIMIT_REASON,
    ScanLimitReached,
    known_failure,
    raise_as_athena_error,
)
from playlist_lake.answers.athena_results import TextConverter, read_result
from playlist_lake.answers.athena_target import AthenaTarget
from playlist_lake.answers.errors import QueryFailed, RejectedQuery
from playlist_lake.answers.questions import name_in, sort_order
from playlist_lake.answers.results import Format, write_result
from playlist_lake.answers.sql_files import QUERIES, VIEWS, query_names
from playlist_lake.answers.statements import refuse_writing_in_athena
from playlist_lake.answers.translation import parsed_views
from playlist_lake.console import OnStep, remark, waiting
from playlist_lake.errors import CommandError

POLL_S = 0.5
_COMMENT = re.compile(r"^ *--.*\n", re.MULTILINE)

# AWS's list price in 2026: each query is rounded up to a megabyte and billed for at least ten;
# statements that only change the catalog are free
USD_PER_TB = 5
MIN_BILLED_MB = 10
MB = 1000 * 1000
MB_PER_TB = 1000 * 1000


def create_views(target: AthenaTarget) -> Iterator[str]:
    """Create or replace the views of sql/views; yields the name of each when it is done.

    Raises CommandError.
    """
    with raise_as_athena_error(target.workgroup):
        athena = _Athena(target)
        for name in parsed_views():
            # The catalog keeps no comments, and some statements of Athena reject them
            query = _COMMENT.sub("", (VIEWS / f"{name}.sql").read_text(encoding="utf-8"))
            athena.run(f"CREATE OR REPLACE VIEW {name} AS\n{query}", lambda _: None)
            yield name


def answer(
    target: AthenaTarget,
    question: str,
    format_: Format,
    output: Path | None,
    *,
    for_excel: bool = False,
) -> None:
    """Write the result of a query, of a named query, or all rows of a view or table.

    A query is in Athena's SQL. The result goes to the file, else to stdout, and its price to
    stderr. Raises CommandError.
    """
    sql = _sql(question.strip())
    refuse_writing_in_athena(sql)
    with raise_as_athena_error(target.workgroup), duckdb.connect() as con:
        athena = _Athena(target)
        with waiting() as on_state:
            cursor = athena.run(sql, on_state)
            result = read_result(con, cursor, athena.session)
        write_result(result, format_, output, for_excel=for_excel)
        remark(price(cursor.data_scanned_in_bytes or 0, cursor.statement_type or ""))


def price(scanned_bytes: int, statement_type: str = "DML") -> str:
    """A line on what Athena bills for a query that scanned so many bytes."""
    if statement_type != "DML" and not scanned_bytes:
        return "Athena bills nothing for a statement that reads no table."
    billed_mb = max(math.ceil(scanned_bytes / MB), MIN_BILLED_MB)
    usd = billed_mb / MB_PER_TB * USD_PER_TB
    return f"Athena scanned {scanned_bytes:,} bytes and bills {billed_mb:,} MB: ${usd:.6f}."


class _Athena:
    """A connection that keeps the last state that Athena reported for a query."""

    def __init__(self, target: AthenaTarget) -> None:
        self.session = boto3.Session()
        self._target = target
        self._execution: dict[str, Any] = {}
        self._on_state: OnStep = lambda _: None
        self._connection = pyathena.connect(
            session=self.session,
            region_name=self.session.region_name,
            schema_name=target.database,
            # None is the account's own catalog
            catalog_name=None,
            work_group=target.workgroup,
            # Empty: the workgroup decides where results go, not an environment variable
            s3_staging_dir="",
            poll_interval=POLL_S,
            kill_on_interrupt=False,
        )
        self._connection.client.meta.events.register(
            "after-call.athena.GetQueryExecution", self._keep_execution
        )

    def run(self, sql: str, on_state: OnStep) -> Cursor:
        """Run a query to its end and report its states; Ctrl-C cancels it in Athena too."""
        self._on_state = on_state
        cursor = self._connection.cursor(Cursor, converter=TextConverter())
        try:
            return cursor.execute(sql)
        except KeyboardInterrupt:
            if cursor.query_id:
                cursor.cancel()
                remark("The query is cancelled in Athena, which bills what it has scanned.")
            raise
        except pyathena.OperationalError as error:
            if error.__cause__ or self._state in ("", "SUCCEEDED"):
                raise
            raise self._failure() from error

    def _keep_execution(self, parsed: dict[str, Any], **_: Any) -> None:
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
                "Athena stopped the query at the scan limit of the workgroup "
                f"{self._target.workgroup}; filter on snapshot_date to read less, or raise "
                f"athena_scan_limit_mb in infra/. {price(scanned)}"
            )
        known = known_failure(self._state, reason, self._target.database)
        # An error of the query names a position in its text
        error = RejectedQuery if re.match(r"\w+: line \d+:\d+: ", reason) else QueryFailed
        return known or error(
            f"Athena cannot answer the query: {reason or 'it gives no reason'}\n"
            f"The tables and views are {', '.join(sorted(_sortable_columns()))} "
            "(playlist-lake views creates the views)."
        )


def _sql(question: str) -> str:
    columns = _sortable_columns()
    name = name_in(question, sorted(columns))
    if name is None:
        return question
    if name in query_names():
        return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    return f"SELECT * FROM {name} ORDER BY {sort_order(columns[name])}"  # noqa: S608, a known name


def _sortable_columns() -> dict[str, list[str]]:
    """The columns of every table and view, without maps, which Athena cannot sort by."""
    tables = {
        table.name: [column.name for column in table.columns if not column.type.startswith("map")]
        + [PARTITION_COLUMN] * table.is_partitioned
        for table in TABLES.values()
    }
    return tables | {name: query.named_selects for name, query in parsed_views().items()}
