"""A simulated Athena: its JSON protocol and its result files on S3, with any engine for the SQL.

It follows the API reference (StartQueryExecution, GetQueryExecution, GetQueryResults,
StopQueryExecution) and Athena's result files: texts are quoted, NULL is empty.
"""

import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

# How long GetQueryExecution waits for the end of a query, so that clients rarely ask twice
_PATIENCE_S = 0.3
# How often the server checks whether it should stop
_POLL_S = 0.02
_JSON = "application/x-amz-json-1.1"


class Column(NamedTuple):
    """A column of a result, with Athena's name for its type."""

    name: str
    type: str = "varchar"
    precision: int = 2147483647
    scale: int = 0


class Answer(NamedTuple):
    """What an engine answers to a query; values are texts as Athena writes them."""

    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    statement_type: str = "DML"
    scanned_bytes: int = 0


class Refusal(Exception):
    """The engine did not finish a query; the message is the reason."""

    def __init__(self, reason: str, state: str = "FAILED", scanned_bytes: int = 0) -> None:
        super().__init__(reason)
        self.state = state
        self.scanned_bytes = scanned_bytes


class Denial(NamedTuple):
    """An error that answers a request."""

    code: str
    message: str


NO_WORKGROUP = Denial("InvalidRequestException", "WorkGroup is not found.")


@dataclass
class Execution:
    """A started query; an engine may set `stop` to a function that stops it."""

    sql: str
    database: str
    workgroup: str
    results: str
    query_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: str = "RUNNING"
    reason: str | None = None
    answer: Answer = field(default_factory=Answer)
    stop: Callable[[], Any] = lambda: None
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def location(self) -> str:
        """Address of the result."""
        suffix = "csv" if self.answer.statement_type == "DML" else "txt"
        return f"{self.results}{self.query_id}.{suffix}"

    def end(self, state: str, reason: str | None = None) -> None:
        """Set the final state, unless the query has ended already."""
        if not self.ended.is_set():
            self.state, self.reason = state, reason
            self.ended.set()


Engine = Callable[[Execution], Answer]


class Athena:
    """Answers requests. `workgroups` has the address of each workgroup's results, by name."""

    def __init__(self, engine: Engine, s3: Any, workgroups: Mapping[str, str]) -> None:
        self.url = ""
        # Answers every request, if it is set
        self.denial: Denial | None = None
        self.executions: dict[str, Execution] = {}
        self.engine = engine
        self._s3, self._workgroups = s3, workgroups

    @property
    def last(self) -> Execution:
        """The query that was started last."""
        return list(self.executions.values())[-1]

    def respond(self, request: Request) -> Response:
        """The response to a request."""
        action = request.headers["X-Amz-Target"].removeprefix("AmazonAthena.")
        said = self.denial or self._answer(action, json.loads(request.get_data()))
        if isinstance(said, Denial):
            body = {"__type": said.code, "Message": said.message}
            return Response(json.dumps(body), 400, content_type=_JSON)
        return Response(json.dumps(said), content_type=_JSON)

    def _answer(self, action: str, asked: dict[str, Any]) -> dict[str, Any] | Denial:
        if action == "StartQueryExecution":
            if asked["WorkGroup"] not in self._workgroups:
                return NO_WORKGROUP
            return {"QueryExecutionId": self._start(asked)}
        return _ACTIONS[action](self.executions[asked["QueryExecutionId"]], asked)

    def _start(self, asked: dict[str, Any]) -> str:
        execution = Execution(
            asked["QueryString"],
            asked["QueryExecutionContext"]["Database"],
            asked["WorkGroup"],
            self._workgroups[asked["WorkGroup"]],
        )
        self.executions[execution.query_id] = execution
        threading.Thread(target=self._run, args=[execution], daemon=True).start()
        return execution.query_id

    def _run(self, execution: Execution) -> None:
        try:
            execution.answer = self.engine(execution)
            self._write(execution)
            execution.end("SUCCEEDED")
        except Refusal as refusal:
            execution.answer = Answer(scanned_bytes=refusal.scanned_bytes)
            execution.end(refusal.state, str(refusal))
        finally:
            # Otherwise the client would ask forever
            execution.end("FAILED", "the engine ended with an error of its own")

    def _write(self, execution: Execution) -> None:
        answer = execution.answer
        if answer.statement_type == "DML":
            header = tuple(column.name for column in answer.columns)
            lines = [",".join(map(_field, row)) for row in (header, *answer.rows)]
        else:
            lines = ["\t".join(value or "" for value in row) for row in answer.rows]
        bucket, _, key = execution.location.removeprefix("s3://").partition("/")
        body = "".join(f"{line}\n" for line in lines)
        self._s3.put_object(Bucket=bucket, Key=key, Body=body.encode())


@contextmanager
def athena(engine: Engine, s3: Any, workgroups: Mapping[str, str]) -> Iterator[Athena]:
    """A server until the end of the block."""
    running = Athena(engine, s3, workgroups)
    server = make_server("127.0.0.1", 0, Request.application(running.respond), threaded=True)
    running.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=[_POLL_S], daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


def _stop(execution: Execution, _: dict[str, Any]) -> dict[str, Any]:
    execution.end("CANCELLED")
    execution.stop()
    return {}


def _describe(execution: Execution, _: dict[str, Any]) -> dict[str, Any]:
    execution.ended.wait(_PATIENCE_S)
    status = {"State": execution.state}
    if execution.reason:
        status["StateChangeReason"] = execution.reason
    return {
        "QueryExecution": {
            "QueryExecutionId": execution.query_id,
            "Query": execution.sql,
            "StatementType": execution.answer.statement_type,
            "ResultConfiguration": {"OutputLocation": execution.location},
            "QueryExecutionContext": {"Database": execution.database},
            "Status": status,
            "Statistics": {"DataScannedInBytes": execution.answer.scanned_bytes},
            "WorkGroup": execution.workgroup,
        }
    }


def _results(execution: Execution, asked: dict[str, Any]) -> dict[str, Any]:
    columns, rows, statement_type, _ = execution.answer
    if statement_type == "DML":
        rows = (tuple(column.name for column in columns), *rows)
    begin = int(asked.get("NextToken", 0))
    end = begin + asked["MaxResults"]
    said = {
        "ResultSet": {
            "Rows": [{"Data": [*map(_datum, row)]} for row in rows[begin:end]],
            "ResultSetMetadata": {
                "ColumnInfo": [
                    {
                        "CatalogName": "hive",
                        "Name": column.name,
                        "Label": column.name,
                        "Type": column.type,
                        "Precision": column.precision,
                        "Scale": column.scale,
                        "Nullable": "UNKNOWN",
                    }
                    for column in columns
                ]
            },
        }
    }
    return said | ({"NextToken": str(end)} if end < len(rows) else {})


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def _field(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


_ACTIONS = {
    "StopQueryExecution": _stop,
    "GetQueryExecution": _describe,
    "GetQueryResults": _results,
}
