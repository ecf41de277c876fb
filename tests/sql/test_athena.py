"""`--engine athena`: Trino's answers, through Athena's protocol, equal those of DuckDB."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jobs.tables import RUNS
from playlist_lake.answers.sql_files import QUERIES
from playlist_lake.cli import run
from tests.cloud.athena import Athena
from tests.cloud.trino import Trino

pytestmark = pytest.mark.slow


# Every type of views, queries and tables, and values that are easily lost in CSV
VALUES = """
    SELECT 1 AS number, CAST(NULL AS varchar) AS nothing, '' AS empty,
        'Ötter "the" 🎣, 종이배' AS name, 2e0 / 3 AS share, 1.5e10 AS large,
        CAST('NaN' AS double) AS no_number, DATE '2026-01-09' AS day,
        TIMESTAMP '2026-01-09 10:00:00.500' AS moment, CAST(1.5 AS decimal(10, 2)) AS exact,
        CAST(9000000000 AS bigint) AS big, true AS yes
    UNION ALL
    SELECT 2, 'x', CAST(NULL AS varchar), '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    ORDER BY 1
"""


def asked(tmp_path: Path, question: str, file: str, *where: str) -> bytes:
    output = tmp_path / file
    assert run(["query", question, *where, "-o", str(output)]) == 0
    return output.read_bytes()


@pytest.mark.parametrize(
    ("question", "file"),
    [
        ("trending", "x.csv"),
        ("health", "x.txt"),
        ("chart", "x.csv"),
        (" Songs_Latest ", "x.json"),
        (VALUES, "x.csv"),
        (VALUES, "x.json"),
    ],
)
def test_both_engines_give_the_same_bytes(
    lake: Path, in_athena: Athena, tmp_path: Path, question: str, file: str
) -> None:
    in_duckdb = asked(tmp_path, question, file, "--lake", str(lake))

    assert in_duckdb.count(b"\n") >= 3
    assert asked(tmp_path, question, file, "--engine", "athena") == in_duckdb
    assert in_athena.last.database == "playlist_lake"


@pytest.mark.parametrize("question", ["playlist_stays", VALUES])
def test_both_engines_give_the_same_columns_and_rows_in_parquet(
    lake: Path, in_athena: Athena, tmp_path: Path, question: str
) -> None:
    assert in_athena
    tables = []
    for where in (["--lake", str(lake)], ["--engine", "athena"]):
        asked(tmp_path, question, "x.parquet", *where)
        tables.append(pq.read_table(tmp_path / "x.parquet"))

    in_duckdb, in_trino = tables
    assert in_trino.schema == in_duckdb.schema
    assert repr(in_trino.to_pylist()) == repr(in_duckdb.to_pylist())


def test_a_named_query_is_sent_unchanged_and_its_price_is_printed(
    in_athena: Athena, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(tmp_path, "turnover", "x.csv", "--engine", "athena")

    assert in_athena.last.sql == (QUERIES / "turnover.sql").read_text().strip()
    scanned = in_athena.last.answer.scanned_bytes
    assert 10_000 < scanned < 10_000_000
    # Athena bills at least ten megabytes: 10 / 1,000,000 TB at 5 dollars
    assert (
        capsys.readouterr().err == f"Athena scanned {scanned:,} bytes and bills 10 MB: $0.000050.\n"
    )


def test_a_table_is_ordered_by_all_columns_except_maps(
    lake: Path, in_athena: Athena, tmp_path: Path
) -> None:
    in_duckdb, in_trino = (
        [
            [row[column.name] for column in RUNS.columns if column.type in ("string", "date")]
            for row in json.loads(asked(tmp_path, "runs", "x.json", *where))
        ]
        for where in (["--lake", str(lake)], ["--engine", "athena"])
    )

    assert in_trino == in_duckdb
    assert len(in_trino) > 30
    assert "counts" not in in_athena.last.sql


def test_an_array_is_the_text_that_athena_writes(in_athena: Athena, tmp_path: Path) -> None:
    assert in_athena
    question = "SELECT ARRAY['a', NULL] AS texts, MAP(ARRAY['songs'], ARRAY[2]) AS counts"
    said = asked(tmp_path, question, "x.json", "--engine", "athena")

    assert json.loads(said) == [{"texts": "[a, null]", "counts": "{songs=2}"}]


def test_a_statement_without_a_csv_result_is_answered(in_athena: Athena, tmp_path: Path) -> None:
    assert in_athena
    said = asked(tmp_path, "SHOW TABLES LIKE 'songs%'", "x.csv", "--engine", "athena")

    assert said.decode().splitlines() == ["Table", "songs", "songs_latest"]


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (
            ["query", "SELECT 1 FROM"],
            2,
            "Athena cannot answer the query: SYNTAX_ERROR: line 1:14: mismatched",
        ),
        (
            ["query", "SELECT * FROM song"],
            2,
            "Athena cannot answer the query: TABLE_NOT_FOUND: line 1:15:",
        ),
        (
            ["query", "chart", "--database", "no_db"],
            1,
            "Athena has no database no_db in this account",
        ),
        (["views", "--database", "no_db"], 1, "Athena has no database no_db in this account"),
        (["views", "--workgroup", "none"], 1, "Athena has no workgroup none in this account"),
    ],
)
def test_an_error_of_athena_is_printed(
    in_athena: Athena,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    sentence: str,
) -> None:
    assert in_athena
    engine = ["--engine", "athena"] if arguments[0] == "query" else []

    assert run([*arguments, *engine]) == status

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error: {sentence}")


def test_ctrl_c_stops_the_query_in_the_engine(
    in_athena: Athena, athena: Trino, environment: dict[str, str]
) -> None:
    # Runs for more than a minute
    question = "SELECT count(*) FROM songs a, songs b, songs c WHERE a.name < b.name || c.name"
    script = Path(sys.executable).with_name("playlist-lake")
    before = len(in_athena.executions)
    with subprocess.Popen(
        [script, "query", question, "--engine", "athena"],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        _until(lambda: len(in_athena.executions) > before)
        _until(lambda: _state(athena, question) == "RUNNING")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (130, "")
    assert err.startswith("The query is cancelled in Athena, which bills what it has scanned.\n")
    assert in_athena.last.state == "CANCELLED"
    _until(lambda: _state(athena, question) == "FAILED")


def _state(athena: Trino, question: str) -> str:
    rows = athena.rows("SELECT query, state FROM system.runtime.queries")
    return next((str(row["state"]) for row in rows if row["query"] == question), "")


def _until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.1)
