"""Writing results: tables, CSV, JSON and Parquet."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from playlist_lake.answers import results
from playlist_lake.answers.results import MAX_TABLE_ROWS, Format, write_result
from playlist_lake.output import OutputUnavailable


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


def written(con: duckdb.DuckDBPyConnection, query: str, format_: Format, path: Path) -> str:
    write_result(con.sql(query), format_, path)
    return path.read_text(encoding="utf-8")


def table_lines(con: duckdb.DuckDBPyConnection, query: str, width: int) -> list[str]:
    file = io.BytesIO()
    results.write(con.sql(query), Format.TABLE, file, width)
    return file.getvalue().decode().splitlines()


def test_csv_writes_null_as_an_empty_field_and_quotes_where_needed(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = (
        "SELECT * FROM (VALUES ('Otter, \"the\"', 1), (NULL, 2), ('two\nlines 🦆', 3)) t(name, n)"
    )
    text = written(con, query, Format.CSV, tmp_path / "names.csv")
    assert text == 'name,n\n"Otter, ""the""",1\n,2\n"two\nlines 🦆",3\n'
    assert list(csv.reader(io.StringIO(text)))[3] == ["two\nlines 🦆", "3"]


def test_csv_writes_lists_and_times_like_duckdb(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = "SELECT ['a', 'b'] AS l, TIMESTAMP '2026-01-09 10:00:00.5' AS t, 1.50 AS d"
    text = written(con, query, Format.CSV, tmp_path / "x.csv")
    assert text == 'l,t,d\n"[a, b]",2026-01-09 10:00:00.5,1.50\n'


def test_json_is_an_array_with_one_object_per_row(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = (
        "SELECT 'é🦆\"' AS s, 1 AS i, ['a', NULL] AS l, {'k': DATE '2026-01-09'} AS o, NULL AS z, "
        "'NaN'::DOUBLE AS nan UNION ALL SELECT '', 170141183460469231731687303715884105727, [], "
        "NULL, NULL, '-inf'::DOUBLE"
    )
    text = written(con, query, Format.JSON, tmp_path / "x.json")
    assert json.loads(text) == [
        {"s": 'é🦆"', "i": 1, "l": ["a", None], "o": {"k": "2026-01-09"}, "z": None, "nan": None},
        {"s": "", "i": 2**127 - 1, "l": [], "o": None, "z": None, "nan": None},
    ]
    assert len(text.splitlines()) == 4


def test_json_without_rows_is_an_empty_array(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    assert written(con, "SELECT 1 AS n WHERE false", Format.JSON, tmp_path / "x.json") == "[]\n"


def test_parquet_keeps_the_types(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    query = (
        "SELECT 1::BIGINT AS i, ['a'] AS l, TIMESTAMP '2026-01-09 10:00:00' AS t, 1.5 AS d, "
        "MAP {'songs': 2::BIGINT} AS m"
    )
    write_result(con.sql(query), Format.PARQUET, tmp_path / "x.parquet")
    table = pq.read_table(tmp_path / "x.parquet")
    assert table.schema.field("l").type == pa.list_(pa.string())
    assert table.schema.field("i").type == pa.int64()
    assert table.to_pylist() == [
        {
            "i": 1,
            "l": ["a"],
            "t": datetime(2026, 1, 9, 10),  # noqa: DTZ001, a plain timestamp
            "d": Decimal("1.5"),
            "m": [("songs", 2)],
        }
    ]


def test_a_table_in_a_file_has_all_columns_uncut(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = f"SELECT '{'x' * 200}' AS long, NULL AS nothing, 7 AS n, 12345 AS number"
    lines = written(con, query, Format.TABLE, tmp_path / "x.txt").splitlines()
    assert lines[0].split() == ["long", "nothing", "n", "number"]
    assert lines[2].split() == ["x" * 200, "NULL", "7", "12345"]
    assert lines[2].endswith("   7   12345")


def test_a_table_rounds_fractions(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    query = "SELECT unnest([2/3, 1.0, 0.0, -0.00001234, 'NaN', 'inf', NULL]::DOUBLE[]) AS share"
    table = written(con, query, Format.TABLE, tmp_path / "x.txt").split()
    assert table[2:] == ["0.6667", "1.0", "0.0", "-1.234e-05", "nan", "inf", "NULL"]
    exact = written(con, query, Format.CSV, tmp_path / "x.csv").split()
    assert exact[1] == "0.6666666666666666"


def test_a_narrow_terminal_shows_the_columns_that_fit(
    con: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    query = f"SELECT 'short' AS a, '{'x' * 99}' AS b, '{'y' * 99}' AS c, 4 AS d"
    # a and 2 spaces, b cut to 40 and 2 spaces, c cut to the rest of 61
    assert table_lines(con, query, 61) == [
        "a      b                                         c           ",
        "─" * 61,
        f"short  {'x' * 39}…  {'y' * 11}…",
    ]
    assert capsys.readouterr().err == ("Columns not shown: d; --format csv writes all columns.\n")


def test_a_table_that_fits_is_not_cut(
    con: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert table_lines(con, f"SELECT '{'x' * 60}' AS a, 1 AS b", 63)[2] == f"{'x' * 60}  1"
    assert capsys.readouterr().err == ""


def test_a_table_ends_after_the_maximum_number_of_rows(
    con: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    query = "SELECT range AS n FROM range({}) ORDER BY n"
    lines = table_lines(con, query.format(MAX_TABLE_ROWS + 1), 80)
    assert len(lines) == 2 + MAX_TABLE_ROWS
    assert lines[-1].strip() == str(MAX_TABLE_ROWS - 1)
    assert capsys.readouterr().err.startswith(f"Only the first {MAX_TABLE_ROWS} rows")
    table_lines(con, query.format(MAX_TABLE_ROWS), 80)
    assert capsys.readouterr().err == ""


def test_a_table_contains_no_control_characters(con: duckdb.DuckDBPyConnection) -> None:
    lines = table_lines(con, "SELECT 'a' || chr(27) || '[2J[bold]b' AS name", 80)
    assert lines[2].rstrip() == "a\N{REPLACEMENT CHARACTER}[2J[bold]b"


def test_a_time_with_a_zone_is_written(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("SET TimeZone = 'UTC'")
    query = "SELECT TIMESTAMPTZ '2026-01-09 10:00:00+02' AS t"
    assert written(con, query, Format.CSV, tmp_path / "x") == "t\n2026-01-09 08:00:00+00\n"


def test_a_file_that_cannot_be_written_is_an_error(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(OutputUnavailable, match=r"nowhere/x\.csv cannot be written: No such file"):
        write_result(con.sql("SELECT 1"), Format.CSV, tmp_path / "nowhere" / "x.csv")


def test_a_full_disk_is_an_error(con: duckdb.DuckDBPyConnection) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OutputUnavailable, match="/dev/full cannot be written: No space left"):
        write_result(con.sql("SELECT 1"), Format.CSV, full)
