"""Answers by DuckDB to queries, named queries and names of views and tables."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from playlist_lake import connect
from playlist_lake.answers.errors import QueryFailed, RejectedQuery, UnknownName
from playlist_lake.answers.query import answer
from playlist_lake.answers.results import Format
from playlist_lake.failures import failure_of
from playlist_lake.output import WrongOutput
from tests.support.tiny_lakes import write_catalog, write_lake
from tests.support.tiny_lists import week


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


def csv_answer(con: duckdb.DuckDBPyConnection, question: str, path: Path) -> str:
    answer(con, question, Format.CSV, path)
    return path.read_text(encoding="utf-8")


def test_a_table_name_selects_all_rows_latest_date_first(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = csv_answer(con, " Songs ", tmp_path / "x.csv")
    assert text == "snapshot_date,song_id,n\n2026-01-10,a,3\n2026-01-10,b,2\n2026-01-09,b,1\n"


def test_an_unknown_name_is_an_error_with_the_known_names(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    with pytest.raises(UnknownName) as raised:
        answer(con, "song", Format.CSV, tmp_path / "x.csv")
    said = str(raised.value)
    assert said.startswith("there is no query, view or table song (similar: songs); ")
    assert said.endswith("vanished, the views and tables are albums, songs")


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("SELEC 1", 'Parser Error: syntax error at or near "SELEC"'),
        ("SELECT * FROM song", "Catalog Error: Table with name song does not exist!"),
        ("SELECT x FROM songs", 'Binder Error: Referenced column "x" not found'),
        ("SELECT CAST(song_id AS INT) FROM songs", "Conversion Error: Could not convert"),
    ],
)
def test_a_failed_query_gives_duckdbs_reason(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, question: str, message: str
) -> None:
    with pytest.raises(RejectedQuery) as raised:
        answer(con, question, Format.CSV, tmp_path / "x.csv")
    assert failure_of(raised.value).status == 2
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
def test_a_damaged_file_is_named_with_the_command_that_repairs_it(
    tmp_path: Path, table: str, remedy: str
) -> None:
    lake = write_lake(
        tmp_path / "snapshot_date=1999-01-01" / "my lake",
        songs=[{"snapshot_date": date(2026, 1, 9), "song_id": "a"}],
        playlist_stays=[{"item_uri": "x"}],
        runs=[{"run_id": "r1"}],
    )
    (file,) = (lake / "tables" / table).rglob("*.parquet")
    # The second is long enough for DuckDB to look for the footer
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
        assert failure_of(cause) == (1, said)


def test_a_query_for_a_date_that_was_dropped_meanwhile_is_to_be_run_again(tmp_path: Path) -> None:
    lake = write_lake(
        tmp_path, songs=[{"snapshot_date": date(2026, 1, 9), "song_id": "a"}], playlists=[]
    )
    con = connect(lake)
    # What `expire --now` leaves
    shutil.rmtree(lake / "tables/songs")
    write_catalog(lake, {"songs": {}})
    with pytest.raises(QueryFailed) as raised:
        answer(con, "songs", Format.CSV, tmp_path / "x.csv")
    assert str(raised.value) == "the tables have changed since this query began; run it again"


def test_an_empty_query_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(RejectedQuery, match="the query is empty"):
        answer(con, " ", Format.CSV, tmp_path / "x.csv")


def test_several_queries_in_one_are_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(RejectedQuery, match="there are several queries; run them one at a time"):
        answer(con, "SELECT 1; SELECT 2", Format.CSV, tmp_path / "x.csv")
    assert csv_answer(con, "SELECT 1 AS n;", tmp_path / "x.csv") == "n\n1\n"


def test_a_name_may_end_with_a_semicolon(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert csv_answer(con, "albums ; ", tmp_path / "x.csv") == "album_id\n1\n"


@pytest.mark.parametrize(
    "question", ["longest stays", "sql/queries/longest_stays.sql", "SELECT * FROM longest_stay"]
)
def test_a_failed_query_that_resembles_a_named_query_gets_a_hint(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, question: str
) -> None:
    with pytest.raises(RejectedQuery) as raised:
        answer(con, question, Format.CSV, tmp_path / "x.csv")
    assert str(raised.value).splitlines()[-2] == (
        "To run a named query, pass only its name: playlist-lake query longest_stays."
    )


def test_a_failed_query_keeps_the_old_file(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("before")
    # Fails at the last row, after the others are written
    question = "SELECT CAST(IF(range = 99999, 'x', '1') AS INT) FROM range(100000)"
    with pytest.raises(RejectedQuery):
        answer(con, question, Format.CSV, path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["state/catalog.json", "tables/songs/x/y.parquet", "raw/x"])
def test_a_result_never_replaces_a_file_of_a_lake(tmp_path: Path, name: str) -> None:
    con = connect(write_lake(tmp_path, **week()))
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.exists() and file.read_bytes()

    with pytest.raises(WrongOutput, match=f"among the files of the lake {tmp_path}; name a file"):
        answer(con, "SELECT 1", Format.CSV, file)

    assert (file.exists() and file.read_bytes()) == before


@pytest.mark.parametrize(
    "question", ["SHOW TABLES", "DESCRIBE songs", "EXPLAIN FROM songs", "SELECT 1 AS a, 2 AS a"]
)
@pytest.mark.parametrize("format_", [Format.TABLE, Format.CSV, Format.JSON])
def test_every_statement_with_a_result_is_answered(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, question: str, format_: Format
) -> None:
    answer(con, question, format_, tmp_path / "x")
    assert len((tmp_path / "x").read_text(encoding="utf-8").splitlines()) >= 2
