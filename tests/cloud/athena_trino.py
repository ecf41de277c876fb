"""Trino as the engine of the simulated Athena, with values as Athena writes them."""

import re
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from typing import Any

from trino.dbapi import Connection, Cursor
from trino.exceptions import TrinoQueryError

from tests.cloud.athena import Answer, Column, Execution, Refusal
from tests.cloud.trino import Trino

_STATEMENTS = {"CREATE": "DDL", "DROP": "DDL", "SHOW": "UTILITY", "EXPLAIN": "UTILITY"}
_NAMES = {"real": "float"}


def engine(server: Trino) -> Callable[[Execution], Answer]:
    """An engine that runs the queries of the simulated Athena on a Trino server."""

    def run(execution: Execution) -> Answer:
        with closing(
            Connection(
                host="127.0.0.1",
                port=server.port,
                user="test",
                catalog="awsdatacatalog",
                schema=execution.database,
                timezone="UTC",
            )
        ) as connection:
            cursor = connection.cursor()
            execution.stop = cursor.cancel
            try:
                return _answer(cursor, execution.sql)
            except TrinoQueryError as error:
                # As in Athena's reasons
                raise Refusal(f"{error.error_name}: {error.message}") from error

    return run


def _answer(cursor: Cursor, sql: str) -> Answer:
    statement_type = _STATEMENTS.get(sql.split(maxsplit=1)[0].upper(), "DML")
    cursor.execute(sql)  # type: ignore[no-untyped-call]
    rows = cursor.fetchall()
    scanned_bytes = cursor.stats["physicalInputBytes"]
    if statement_type == "DDL":
        return Answer(statement_type=statement_type)
    columns = tuple(_column(one.name, str(one.type_code)) for one in cursor.description)
    texts = tuple(tuple(_text(value) for value in row) for row in rows)
    return Answer(columns, texts, statement_type, scanned_bytes)


def _column(name: str, type_: str) -> Column:
    # Without lengths, precisions and the types of elements
    bare = re.sub(r"\(.*?\)(?= with)|\(.*\)$", "", type_)
    if bare == "decimal":
        precision, scale = map(int, re.findall(r"\d+", type_))
        return Column(name, bare, precision, scale)
    return Column(name, _NAMES.get(bare, bare))


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case float():
            return _java(value)
        case datetime():
            zone = f" {value.tzinfo}" if value.tzinfo else ""
            return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03}{zone}"
        case dict():
            return "{" + ", ".join(f"{key}={_within(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_within, value)) + "]"
        case tuple():
            names = value.__annotations__["names"]
            parts = zip(names, value, strict=True)
            return "{" + ", ".join(f"{name}={_within(one)}" for name, one in parts) + "}"
        case _:
            return str(value)


def _within(value: Any) -> str:
    text = _text(value)
    return "null" if text is None else text


def _java(value: float) -> str:
    """A double as Java's Double.toString writes it."""
    if value != value or value in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    digits, _, exponent = f"{Decimal(repr(value)).normalize():E}".partition("E")
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"
