"""Check that every named query and view, and the report, say something sane about a built lake."""

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from playlist_lake.answers.database import connect
from playlist_lake.answers.query import answer, relation_names
from playlist_lake.answers.results import Format
from playlist_lake.answers.sql_files import query_names
from playlist_lake.report import write_report
from tests.support.oracle import Row

Json = dict[str, Any]

_REJECTS = ("null_items", "not_objects", "items_without_uri", "unknown_shapes")
"""The columns of health that count rejects; a round has fewer dates than the query reads."""
_SHARES = ("share", "kept_share", "jaccard", "concentration")
_WHOLES = {"artist_share": ("playlist_id",), "make_up": ("playlist_id", "aspect", "tier")}
"""The queries whose shares add up to 1, and the columns that name the whole."""
_CONTENTS = re.compile(r'<script type="application/json" id="contents">(.*?)</script>', re.DOTALL)
_SLIPS = ("undefined", "NaN", "Infinity", "Invalid Date")


def answer_faults(lake: Path, tables: dict[str, list[Row]], output: Path) -> Iterator[str]:
    """A sentence for each absurd answer; raises what the product raises."""
    con = connect(lake)
    results: dict[str, list[Json]] = {}
    for name in [*query_names(), *relation_names(con)]:
        answer(con, name, Format.JSON, output)
        results[name] = json.loads(output.read_text(encoding="utf-8"))
    for name in query_names():
        yield from (f"query {name}: {fault}" for fault in _number_faults(results[name]))
    for name, columns in _WHOLES.items():
        sums: dict[tuple[Any, ...], float] = defaultdict(float)
        for row in results[name]:
            sums[tuple(row[column] for column in columns)] += row["share"]
        for whole, total in sums.items():
            if not math.isclose(total, 1, abs_tol=1e-9):
                yield f"query {name}: the shares of {whole} add up to {total}"
    for row in results["turnover"]:
        left, entered = row["exited"], row["entered"]
        if row["previous_items"] not in (None, row["items"] - (entered or 0) + (left or 0)):
            yield f"query turnover: the counts contradict each other in {row}"
    counted = sum(row[column] for row in results["health"] for column in _REJECTS)
    if counted != len(tables["rejects"]):
        yield f"query health: {counted} rejects, but the table has {len(tables['rejects'])}"
    charted, entries = len(results["chart"]), len(tables["playlist_entries"])
    if charted != entries:
        yield f"view chart: {charted} rows, but the table has {entries} entries"
    yield from _report_faults(con, tables, output.with_suffix(".html"))


def _report_faults(
    con: duckdb.DuckDBPyConnection, tables: dict[str, list[Row]], output: Path
) -> Iterator[str]:
    write_report(con, output)
    match = _CONTENTS.search(output.read_text(encoding="utf-8"))
    data = json.loads(match[1]) if match else {"lists": []}
    listed = {row[1] for row in tables["playlists"]}
    if {one["id"] for one in data["lists"]} != listed:
        yield f"report: {len(data['lists'])} lists, but the table has {len(listed)}"
    yield from (f"report: its data has {slip}" for slip in _SLIPS if match and slip in match[1])
    for one in data["lists"]:
        try:
            [date.fromisoformat(on) for on in one["dates"]]
        except ValueError as error:
            yield f"report: list {one['id']}: {error}"


def _number_faults(rows: list[Json]) -> Iterator[str]:
    for row in rows:
        for column, value in row.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or column == "change":
                continue
            largest = 1 + 1e-9 if column in _SHARES else math.inf
            if not math.isfinite(value) or not 0 <= value <= largest:
                yield f"{column} is {value} in {row}"
