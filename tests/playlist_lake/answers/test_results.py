"""Writing results: tables, CSV, JSON and Parquet."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from playlist_lake.answers import results
from playlist_lake.answers.errors import RejectedQuery
from playlist_lake.answers.results import Format, write_result
from playlist_lake.answers.text_tables import MAX_TABLE_ROWS
from playlist_lake.output import OutputUnavailable, WrongOutput


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


def written(con: duckdb.DuckDBPyConnection, query: str, format_: Format, path: Path) -> str:
    write_result(con.sql(query), format_, path)
    return path.read_bytes().decode()


def table_lines(con: duckdb.DuckDBPyConnection, query: str, width: int) -> list[str]:
    shown = on_terminal(con, query, Format.TABLE, width)
    return re.sub(r"\x1b\[[\d;]*m", "", shown).splitlines()


def on_terminal(con: duckdb.DuckDBPyConnection, query: str, format_: Format, width: int) -> str:
    file = io.BytesIO()
    results.write(con.sql(query), format_, file, terminal_width=width)
    return file.getvalue().decode()


def test_csv_quotes_whatever_python_runs_it(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Python's csv module did not quote a carriage return before 3.11.9."""
    names = ['Otter, "the"', "two\nlines 🦆", "bare\rreturn", "tab\tls\u2028nel\u0085", "=1+1", ""]
    con.execute(
        "CREATE TABLE songs AS SELECT generate_subscripts($1, 1) AS n, unnest($1) AS name", [names]
    )
    text = written(con, "FROM songs", Format.CSV, tmp_path / "x.csv")
    assert text == (
        'n,name\n1,"Otter, ""the"""\n2,"two\nlines 🦆"\n3,"bare\rreturn"\n'
        '4,tab\tls\u2028nel\u0085\n5,=1+1\n6,""\n'
    )
    expected = [[str(number), name] for number, name in enumerate(names, 1)]
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == expected
    read = pyarrow.csv.read_csv(
        tmp_path / "x.csv", parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True)
    )
    assert read["name"].to_pylist() == names
    read_back = con.read_csv(str(tmp_path / "x.csv"), header=True, all_varchar=True)
    assert [list(row) for row in read_back.fetchall()][:5] == expected[:5]


def test_csv_tells_null_from_an_empty_text_unless_it_is_the_only_column(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = written(con, "SELECT NULL AS a, '' AS b", Format.CSV, tmp_path / "x.csv")
    assert text == 'a,b\n,""\n'
    # Readers skip empty lines
    assert written(con, "SELECT NULL AS a", Format.CSV, tmp_path / "x.csv") == 'a\n""\n'


def test_csv_writes_nested_values_as_json(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    query = (
        "SELECT ['a', 'b, \"c\"', NULL] AS list, {'k': DATE '2026-01-09', 'n': [1]} AS struct, "
        "MAP {'songs': 2} AS map, ['NaN'::DOUBLE, 1.5] AS fractions, ARRAY[1, 2]::INT[2] AS pair"
    )
    text = written(con, query, Format.CSV, tmp_path / "x.csv")
    (row,) = csv.DictReader(io.StringIO(text))
    assert {name: json.loads(value) for name, value in row.items()} == {
        "list": ["a", 'b, "c"', None],
        "struct": {"k": "2026-01-09", "n": [1]},
        "map": {"songs": 2},
        "fractions": [None, 1.5],
        "pair": [1, 2],
    }


def test_csv_writes_other_values_as_duckdb_does(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = (
        "SELECT TIMESTAMP '2026-01-09 10:00:00.5', 1.50, 170141183460469231731687303715884105727, "
        "'NaN'::DOUBLE, '-inf'::DOUBLE, INTERVAL 3 DAY, '\\xAA'::BLOB, true"
    )
    text = written(con, query, Format.CSV, tmp_path / "x.csv")
    assert text.splitlines()[1] == (
        "2026-01-09 10:00:00.5,1.50,170141183460469231731687303715884105727,nan,-inf,3 days,"
        "\\xAA,true"
    )


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        (Format.CSV, "id,id_1,id_1_1,ID_2\n1,2,3,4\n"),
        (Format.JSON, '[\n{"id":1,"id_1":2,"id_1_1":3,"ID_2":4}\n]\n'),
    ],
)
def test_repeated_names_are_numbered(
    con: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    format_: Format,
    expected: str,
) -> None:
    query = 'SELECT 1 AS id, 2 AS id, 3 AS id_1, 4 AS "ID"'
    assert written(con, query, format_, tmp_path / "x") == expected
    assert capsys.readouterr().err == (
        "Columns with the same name are numbered: id_1 (was id), id_1_1 (was id_1), ID_2 (was "
        "ID).\n"
    )


def test_repeated_names_are_numbered_in_parquet_and_kept_in_a_table(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = "SELECT 1 AS id, 2 AS id"
    write_result(con.sql(query), Format.PARQUET, tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet").to_pylist() == [{"id": 1, "id_1": 2}]
    assert written(con, query, Format.TABLE, tmp_path / "x.txt").split()[:2] == ["id", "id"]


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


def test_json_keeps_every_digit_and_any_name(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = 'SELECT 12345678901234567890.12345 AS result, 1 AS "a ""b"""'
    text = written(con, query, Format.JSON, tmp_path / "x.json")
    assert text == '[\n{"result":12345678901234567890.12345,"a \\"b\\"":1}\n]\n'


def test_a_title_like_a_number_that_json_lacks_changes_no_other_value(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = (
        """SELECT 'To "Infinity"' AS title, 12345678901234567890.12345 AS n, '-inf'::DOUBLE AS x"""
    )
    text = written(con, query, Format.JSON, tmp_path / "x.json")
    assert text == '[\n{"title":"To \\"Infinity\\"","n":12345678901234567890.12345,"x":null}\n]\n'


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


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("SELECT 1 AS n, INTERVAL 3 DAY AS length", "column length"),
        ("SELECT 1 AS n, {} AS nothing", "column nothing"),
    ],
)
def test_a_type_that_parquet_lacks_is_refused(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, query: str, what: str
) -> None:
    with pytest.raises(
        RejectedQuery, match=f"^Parquet cannot hold the {what}: .*cast it to VARCHAR"
    ):
        write_result(con.sql(query), Format.PARQUET, tmp_path / "x.parquet")
    assert list(tmp_path.iterdir()) == []


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
    assert [line.rstrip() for line in table_lines(con, query, 61)] == [
        "a      b                                         c",
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
    assert lines[2] == "a\N{REPLACEMENT CHARACTER}[2J[bold]b"


def test_no_line_of_a_table_ends_with_blanks(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = "SELECT * FROM (VALUES (1, 'long name'), (2, 'short')) t(number, name)"
    text = written(con, query, Format.TABLE, tmp_path / "x.txt")
    assert text == f"number  name\n{'─' * 17}\n     1  long name\n     2  short\n"


def test_tsv_is_a_line_per_row_with_all_rows(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    query = r"SELECT 2/3 AS share, E'tab\t line\n back\\ ' || chr(27) AS name, NULL AS nothing"
    text = written(con, query, Format.TSV, tmp_path / "x.tsv")
    assert text == (
        "share\tname\tnothing\n"
        "0.6666666666666666\ttab\\t line\\n back\\\\ \N{REPLACEMENT CHARACTER}\t\n"
    )
    every = written(con, f"FROM range({MAX_TABLE_ROWS + 1})", Format.TSV, tmp_path / "x.tsv")
    assert len(every.splitlines()) == 1 + MAX_TABLE_ROWS + 1


@pytest.mark.parametrize(
    ("format_", "shown"),
    [
        (Format.CSV, "name\n\ufffdevil\ufffd[2J\n"),
        (Format.JSON, '[\n{"name":"\\u202eevil\\u001B[2J"}\n]\n'),
        (Format.TSV, "name\n\ufffdevil\ufffd[2J\n"),
    ],
)
def test_no_format_controls_a_terminal_but_a_file_keeps_the_data(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, format_: Format, shown: str
) -> None:
    query = "SELECT chr(8238) || 'evil' || chr(27) || '[2J' AS name"
    assert on_terminal(con, query, format_, 80) == shown
    if format_ is not Format.TSV:
        text = written(con, query, format_, tmp_path / "x")
        assert "\u202eevil" in text


def test_a_time_with_a_zone_is_written(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("SET TimeZone = 'UTC'")
    query = "SELECT TIMESTAMPTZ '2026-01-09 10:00:00+02' AS t"
    assert written(con, query, Format.CSV, tmp_path / "x") == "t\n2026-01-09 08:00:00+00\n"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("nowhere/x.csv", "No such file"), ("file/x.csv", "Not a directory"), ("", "Is a directory")],
)
def test_a_file_that_cannot_exist_is_misuse(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongOutput, match=rf"{name} cannot be written: {reason}"):
        write_result(con.sql("SELECT 1"), Format.CSV, tmp_path / name)


def test_a_full_disk_is_an_error(con: duckdb.DuckDBPyConnection) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OutputUnavailable, match="/dev/full cannot be written: No space left"):
        write_result(con.sql("SELECT 1"), Format.CSV, full)
