"""Answers to questions in SQL, in every format."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from playlist_lake import connect
from playlist_lake.answers import results
from playlist_lake.answers.query import QueryFailed, UnknownName, answer
from playlist_lake.answers.results import MAX_TABLE_ROWS, Format
from playlist_lake.failures import explained
from playlist_lake.output import OutputUnavailable
from tests.support.tiny_lakes import write_lake

NAMES = "SELECT * FROM (VALUES ('Otter, \"the\"', 1), (NULL, 2), ('two\nlines 🦆', 3)) t(name, n)"


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(
            """
            CREATE VIEW songs AS SELECT * FROM (VALUES
                (DATE '2026-01-09', 'b', 1),
                (DATE '2026-01-10', 'b', 2),
                (DATE '2026-01-10', 'a', 3)
            ) t(snapshot_date, song_id, n)
            """
        )
        con.execute("CREATE VIEW albums AS SELECT 1 AS album_id")
        yield con


def answered(con: duckdb.DuckDBPyConnection, question: str, format_: Format, path: Path) -> str:
    answer(con, question, format_, path)
    return path.read_text(encoding="utf-8")


def test_csv_has_null_as_an_empty_field_and_quotes_what_needs_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = answered(con, NAMES, Format.CSV, tmp_path / "names.csv")
    assert text == 'name,n\n"Otter, ""the""",1\n,2\n"two\nlines 🦆",3\n'
    assert list(csv.reader(io.StringIO(text)))[3] == ["two\nlines 🦆", "3"]


def test_csv_writes_lists_and_times_as_the_engine_does(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    question = "SELECT ['a', 'b'] AS l, TIMESTAMP '2026-01-09 10:00:00.5' AS t, 1.50 AS d"
    text = answered(con, question, Format.CSV, tmp_path / "x.csv")
    assert text == 'l,t,d\n"[a, b]",2026-01-09 10:00:00.5,1.50\n'


def test_json_is_an_array_with_an_object_per_row(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    question = (
        "SELECT 'é🦆\"' AS s, 1 AS i, ['a', NULL] AS l, {'k': DATE '2026-01-09'} AS o, NULL AS z, "
        "'NaN'::DOUBLE AS nan UNION ALL SELECT '', 170141183460469231731687303715884105727, [], "
        "NULL, NULL, '-inf'::DOUBLE"
    )
    text = answered(con, question, Format.JSON, tmp_path / "x.json")
    assert json.loads(text) == [
        {"s": 'é🦆"', "i": 1, "l": ["a", None], "o": {"k": "2026-01-09"}, "z": None, "nan": None},
        {"s": "", "i": 2**127 - 1, "l": [], "o": None, "z": None, "nan": None},
    ]
    assert len(text.splitlines()) == 4


def test_json_of_no_rows_is_an_empty_array(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert answered(con, "FROM songs WHERE false", Format.JSON, tmp_path / "x.json") == "[]\n"


def test_parquet_keeps_the_types(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    question = (
        "SELECT 1::BIGINT AS i, ['a'] AS l, TIMESTAMP '2026-01-09 10:00:00' AS t, 1.5 AS d, "
        "MAP {'songs': 2::BIGINT} AS m"
    )
    answer(con, question, Format.PARQUET, tmp_path / "x.parquet")
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


def test_a_table_in_a_file_has_all_columns_whole(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    question = f"SELECT '{'x' * 200}' AS long, NULL AS nothing, 7 AS n, 12345 AS number"
    lines = answered(con, question, Format.TABLE, tmp_path / "x.txt").splitlines()
    assert lines[0].split() == ["long", "nothing", "n", "number"]
    assert lines[2].split() == ["x" * 200, "NULL", "7", "12345"]
    assert lines[2].endswith("   7   12345")


def table_of(con: duckdb.DuckDBPyConnection, question: str, width: int) -> list[str]:
    file = io.BytesIO()
    results.write(con.sql(question), Format.TABLE, file, width)
    return file.getvalue().decode().splitlines()


def test_a_table_shows_fractions_as_far_as_one_reads_them(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    question = "SELECT unnest([2/3, 1.0, 0.0, -0.00001234, 'NaN', 'inf', NULL]::DOUBLE[]) AS share"
    table = answered(con, question, Format.TABLE, tmp_path / "x.txt").split()
    assert table[2:] == ["0.6667", "1.0", "0.0", "-1.234e-05", "nan", "inf", "NULL"]
    csv = answered(con, question, Format.CSV, tmp_path / "x.csv").split()
    assert csv[1] == "0.6666666666666666"


def test_on_a_narrow_terminal_a_table_has_the_columns_that_fit(
    con: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    question = f"SELECT 'short' AS a, '{'x' * 99}' AS b, '{'y' * 99}' AS c, 4 AS d"
    # a and 2 spaces, b cut at 40 and 2 spaces, c cut at what is left of 61
    assert table_of(con, question, 61) == [
        "a      b                                         c           ",
        "─" * 61,
        f"short  {'x' * 39}…  {'y' * 11}…",
    ]
    assert capsys.readouterr().err == "No room for d; --format csv has all columns.\n"


def test_a_table_that_fits_is_not_cut(
    con: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert table_of(con, f"SELECT '{'x' * 60}' AS a, 1 AS b", 63)[2] == f"{'x' * 60}  1"
    assert capsys.readouterr().err == ""


def test_a_table_ends_after_as_many_rows_as_somebody_may_look_at(
    con: duckdb.DuckDBPyConnection, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "SELECT range AS n FROM range({}) ORDER BY n"
    lines = table_of(con, question.format(MAX_TABLE_ROWS + 1), 80)
    assert len(lines) == 2 + MAX_TABLE_ROWS
    assert lines[-1].strip() == str(MAX_TABLE_ROWS - 1)
    assert capsys.readouterr().err.startswith(f"The first {MAX_TABLE_ROWS} rows are shown")
    table_of(con, question.format(MAX_TABLE_ROWS), 80)
    assert capsys.readouterr().err == ""


def test_no_name_commands_the_terminal(con: duckdb.DuckDBPyConnection) -> None:
    lines = table_of(con, "SELECT 'a' || chr(27) || '[2J[bold]b' AS name", 80)
    assert lines[2].rstrip() == "a\N{REPLACEMENT CHARACTER}[2J[bold]b"


def test_a_name_stands_for_all_rows_with_the_latest_date_first(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = answered(con, " Songs ", Format.CSV, tmp_path / "x.csv")
    assert text == "snapshot_date,song_id,n\n2026-01-10,a,3\n2026-01-10,b,2\n2026-01-09,b,1\n"


def test_an_unknown_name_is_told_what_there_is(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(UnknownName) as raised:
        answer(con, "song", Format.CSV, tmp_path / "x.csv")
    said = str(raised.value)
    assert said.startswith("there is no query, view or table song; the nearest is songs; ")
    assert said.endswith("turnover, the views and tables albums, songs")


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("SELEC 1", 'Parser Error: syntax error at or near "SELEC"'),
        ("SELECT * FROM song", "Catalog Error: Table with name song does not exist!"),
        ("SELECT x FROM songs", 'Binder Error: Referenced column "x" not found'),
        ("SELECT CAST(song_id AS INT) FROM songs", "Conversion Error: Could not convert"),
    ],
)
def test_the_engine_says_what_is_wrong_with_a_query(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, question: str, message: str
) -> None:
    with pytest.raises(QueryFailed) as raised:
        answer(con, question, Format.CSV, tmp_path / "x.csv")
    assert str(raised.value).startswith(message)
    assert str(raised.value).endswith("\nThe views and tables are albums, songs.")


@pytest.mark.parametrize(
    ("table", "remedy"),
    [
        ("songs", "run playlist-lake build --lake '{lake}' --snapshot-dates 2026-01-09"),
        ("playlist_stays", "delete that file, then run playlist-lake build --lake '{lake}'"),
        ("runs", "delete that file, then run playlist-lake build --lake '{lake}'"),
    ],
)
def test_a_damaged_file_is_named_with_what_repairs_it(
    tmp_path: Path, table: str, remedy: str
) -> None:
    lake = write_lake(
        tmp_path / "snapshot_date=1999-01-01" / "my lake",
        songs=[{"snapshot_date": date(2026, 1, 9), "song_id": "a"}],
        playlist_stays=[{"item_uri": "x"}],
        runs=[{"run_id": "r1"}],
    )
    (file,) = (lake / "tables" / table).rglob("*.parquet")
    # Of a length at which DuckDB looks for the end, too
    for content in (b"", b"no Parquet" * 99):
        file.write_bytes(content)
        with pytest.raises(QueryFailed) as raised:
            answer(connect(lake), table, Format.CSV, tmp_path / "x.csv")
        said = str(raised.value)
        assert said.startswith("the tables cannot be read: ")
        assert str(file) in said
        assert said.endswith(remedy.format(lake=lake))
        (cause,) = [raised.value.__cause__]
        assert isinstance(cause, duckdb.Error)
        assert explained(cause) == (1, said)


def test_an_empty_query_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(QueryFailed, match="the query is empty"):
        answer(con, " ", Format.CSV, tmp_path / "x.csv")


def test_several_queries_are_refused_before_any_is_answered(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(QueryFailed, match="these are several queries; ask them one at a time"):
        answer(con, "SELECT 1; SELECT 2", Format.CSV, tmp_path / "x.csv")
    assert answered(con, "SELECT 1 AS n;", Format.CSV, tmp_path / "x.csv") == "n\n1\n"
    assert answered(con, "PIVOT songs ON n USING sum(1)", Format.CSV, tmp_path / "x.csv")


def test_a_name_may_end_as_a_query_does(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert answered(con, "albums ; ", Format.CSV, tmp_path / "x.csv") == "album_id\n1\n"


@pytest.mark.parametrize(
    "question", ["longest stays", "sql/queries/longest_stays.sql", "SELECT * FROM longest_stay"]
)
def test_what_seems_to_mean_a_named_query_is_told_how_to_ask_it(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, question: str
) -> None:
    with pytest.raises(QueryFailed) as raised:
        answer(con, question, Format.CSV, tmp_path / "x.csv")
    assert str(raised.value).splitlines()[-2] == (
        "A named query is asked by its name alone: playlist-lake query longest_stays."
    )


def test_a_query_that_fails_leaves_the_file_as_it_was(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    # Fails at the last row, when the others are written
    question = "SELECT CAST(IF(range = 99999, 'x', '1') AS INT) FROM range(100000)"
    with pytest.raises(QueryFailed):
        answer(con, question, Format.CSV, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_named(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(OutputUnavailable, match=r"nowhere/x\.csv cannot be written: No such file"):
        answer(con, "SELECT 1", Format.CSV, tmp_path / "nowhere" / "x.csv")


def test_a_full_disk_is_named(con: duckdb.DuckDBPyConnection) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(OutputUnavailable, match="/dev/full cannot be written: No space left"):
        answer(con, "SELECT 1", Format.CSV, full)


@pytest.mark.parametrize(
    "question", ["SHOW TABLES", "DESCRIBE songs", "EXPLAIN FROM songs", "SELECT 1 AS a, 2 AS a"]
)
@pytest.mark.parametrize("format_", [Format.TABLE, Format.CSV, Format.JSON])
def test_whatever_has_a_result_is_answered(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, question: str, format_: Format
) -> None:
    assert len(answered(con, question, format_, tmp_path / "x").splitlines()) >= 2


def test_times_with_a_zone_are_answered(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("SET TimeZone = 'UTC'")
    question = "SELECT TIMESTAMPTZ '2026-01-09 10:00:00+02' AS t"
    assert answered(con, question, Format.CSV, tmp_path / "x") == "t\n2026-01-09 08:00:00+00\n"
