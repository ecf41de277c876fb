"""How many bytes the view chart and each query read, as a lake gets more dates: docs/growth.md."""

import re
from typing import NamedTuple

import pytest

from playlist_lake.answers.sql_files import QUERIES, VIEWS, query_names, views
from tests.cloud.athena import Athena
from tests.cloud.trino import Trino
from tests.support.cloud import ROOT, Cloud
from tests.support.steady_lakes import LAST_DATE, put_steady_lake

pytestmark = pytest.mark.slow

# More than the 30 dates that most queries are about
FEW, MANY = 32, 40
QUESTIONS = {
    "`chart` of one date": f"SELECT * FROM chart WHERE snapshot_date = DATE '{LAST_DATE}'",  # noqa: S608
    **{f"`{name}`": (QUERIES / f"{name}.sql").read_text() for name in query_names()},
}
# It has a row per list and date, in one file
SMALL_TABLE = "list_snapshots"
# A scan without files has no physical input
_SCAN = re.compile(
    r"Scan\w*\[table = \w+:\w+:(\w+)(?:(?!Scan\w*\[table).)*?Physical input: ([\d.]+)([kM]?B)",
    re.S,
)
_UNITS = {"B": 1, "kB": 1024, "MB": 1024**2}
_ROW = re.compile(r"^\| (.+?) \| ([\d,]+) \| ([\d,]+) \| (.*?) \|$", re.M)


class Documented(NamedTuple):
    """A row of the table in docs/growth.md: kB at both numbers of dates, and why they grow."""

    few_kb: int
    many_kb: int
    why: str


def documented() -> dict[str, Documented]:
    """The table in docs/growth.md, by question."""
    text = (ROOT / "docs" / "growth.md").read_text(encoding="utf-8")
    table = text.partition(f"| {FEW} dates | {MANY} dates |")[2].partition("\n\n")[0]
    return {
        name: Documented(int(few.replace(",", "")), int(many.replace(",", "")), why)
        for name, few, many, why in _ROW.findall(table)
    }


@pytest.fixture(scope="module")
def server(aws: Cloud, engines: tuple[Trino, Athena]) -> Trino:
    """Trino with two lakes of the same lists: databases steady_32 and steady_40."""
    for dates in (FEW, MANY):
        put_steady_lake(aws, f"steady_{dates}", dates)
        for name in views():
            sql = (VIEWS / f"{name}.sql").read_text()
            engines[0].rows(f"CREATE VIEW {name} AS\n{sql}", f"steady_{dates}")
    return engines[0]


def read_bytes(server: Trino, sql: str, dates: int) -> dict[str, int]:
    """The bytes that a query reads of each table."""
    (plan,) = server.rows(f"EXPLAIN ANALYZE {sql}", f"steady_{dates}")
    read: dict[str, int] = {}
    for table, number, unit in _SCAN.findall(str(plan["Query Plan"])):
        read[table] = read.get(table, 0) + round(float(number) * _UNITS[unit])
    return read


def test_the_page_has_every_question() -> None:
    assert [*documented()] == [*QUESTIONS]


@pytest.mark.parametrize("question", QUESTIONS)
def test_only_a_question_about_the_history_reads_more_of_a_longer_one(
    server: Trino, question: str
) -> None:
    row = documented()[question]
    few, many = (read_bytes(server, QUESTIONS[question], dates) for dates in (FEW, MANY))
    grown = {table for table, size in many.items() if size > 1.05 * few[table]} - {SMALL_TABLE}
    assert grown == set(re.findall(r"`(\w+)`", row.why))
    assert row.few_kb == pytest.approx(sum(few.values()) / 1000, rel=0.1, abs=1)
    assert row.many_kb == pytest.approx(sum(many.values()) / 1000, rel=0.1, abs=1)
