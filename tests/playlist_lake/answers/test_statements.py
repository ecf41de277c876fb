"""Queries that try to write, to read other files or to change the engine."""

from contextlib import suppress
from datetime import date
from pathlib import Path

import duckdb
import pytest

from playlist_lake import connect
from playlist_lake.answers.errors import RejectedQuery
from playlist_lake.answers.query import answer
from playlist_lake.answers.results import Format
from playlist_lake.answers.statements import refuse_writing_in_athena
from playlist_lake.failures import failure_of
from tests.support.tiny_lakes import write_lake

# {file} is a published Parquet file, {tables} its lake's folder of tables, {tmp} another folder
WRITING = (
    "COPY (SELECT 1) TO '{file}'",
    "COPY songs TO '{tables}/songs' (FORMAT parquet, PARTITION_BY song_id, OVERWRITE true)",
    "COPY (PIVOT songs ON name) TO '{tmp}/x.csv'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
    "explain /* é */ (ANALYZE, FORMAT json) COPY songs TO '{tmp}/x.csv'",
    "EXPLAIN ANALYZE COPY (PIVOT songs ON name) TO '{tmp}/x.csv'",
    "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1",
    "EXPORT DATABASE '{tables}/export'",
    "ATTACH '{tables}/x.db'",
    "ATTACH ':memory:' AS x",
    "IMPORT DATABASE '{tables}'",
    "SET log_query_path = '{tables}/log.sql'",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "PRAGMA enable_profiling = 'json'",
    "PRAGMA profile_output = '{tables}/profile.json'",
    "INSTALL httpfs",
    "LOAD '{tables}/x.duckdb_extension'",
    "UPDATE EXTENSIONS",
    "CALL enable_logging(storage = 'file', storage_path = '{tables}/logs')",
    "CREATE TABLE x AS SELECT 1",
    "CREATE TABLE x AS PIVOT songs ON name",
    "CREATE PERSISTENT SECRET (TYPE S3)",
    "DROP VIEW songs",
    "INSERT INTO songs (song_id) VALUES ('x') RETURNING *",
    "WITH x AS (SELECT 'x') INSERT INTO songs (song_id) FROM x",
    "DELETE FROM songs",
    "PREPARE x AS SELECT 1",
    "CHECKPOINT memory",
    "USE memory",
)
REACHING_FILES = (
    "FROM read_csv('{tmp}/other.csv')",
    "FROM read_text('/etc/passwd')",
    "FROM read_blob('{file}')",
    "FROM glob('{tables}/**')",
    "FROM read_parquet('https://127.0.0.1:1/x.parquet')",
    "FROM read_parquet('s3://bucket/x.parquet')",
    "FROM sniff_csv('{tmp}/other.csv')",
    "FROM read_duckdb('{tables}/x.db')",
)
REFUSED_BY_DUCKDB = (
    "FROM enable_logging(storage = 'file', storage_path = '{tables}/logs')",
    "FROM enable_profiling(save_location = '{tables}/profile.json')",
    "FROM query('COPY (SELECT 1) TO ''{tables}/x.csv''')",
    "WITH x AS (DELETE FROM songs RETURNING *) FROM x",
    "SELECT 1; COPY (SELECT 1) TO '{file}'",
)
READING = (
    "SELECT 1 AS COPY",
    "/* COPY */ SELECT 1; -- DROP",
    "(SELECT 1) UNION (SELECT 2);",
    "WITH x AS (SELECT 1) FROM x",
    "FROM songs",
    "TABLE songs",
    "VALUES (1)",
    "PIVOT songs ON name USING count(*); -- é",
    "WITH x AS (PIVOT songs ON name) FROM x",
    "UNPIVOT songs ON song_id, name",
    "DESCRIBE songs",
    "DESCRIBE SELECT 1",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "SUMMARIZE songs",
    "SUMMARIZE SELECT 1",
    "EXPLAIN FROM songs",
    "EXPLAIN ANALYZE (SELECT 'é')",
    "EXPLAIN (FORMAT json) TABLE songs;",
    "EXPLAIN PIVOT songs ON name",
)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake beside another file."""
    folder = tmp_path_factory.mktemp("statements")
    (folder / "other.csv").write_text("a\n1\n")
    song = {"snapshot_date": date(2026, 1, 9), "song_id": "a", "name": "Lakeside"}
    return write_lake(folder / "lake", songs=[song])


@pytest.fixture(scope="module")
def con(lake: Path) -> duckdb.DuckDBPyConnection:
    """A connection to it, for statements that change nothing in memory either."""
    return connect(lake)


def filled(statement: str, lake: Path) -> str:
    (file,) = lake.rglob("*.parquet")
    return statement.format(file=file, tables=lake / "tables", tmp=lake.parent)


def files(lake: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in lake.parent.rglob("*") if path.is_file()}


@pytest.mark.parametrize("statement", WRITING)
def test_a_query_that_could_write_is_refused_with_its_first_word(
    con: duckdb.DuckDBPyConnection, lake: Path, tmp_path: Path, statement: str
) -> None:
    with pytest.raises(RejectedQuery, match=r"^[A-Z]+ … is refused, because a query only reads"):
        answer(con, filled(statement, lake), Format.CSV, tmp_path / "x.csv")


@pytest.mark.parametrize("statement", REACHING_FILES)
def test_a_query_reaches_no_file_but_the_tables(
    con: duckdb.DuckDBPyConnection, lake: Path, tmp_path: Path, statement: str
) -> None:
    with pytest.raises(RejectedQuery, match=r"^a query reads only the lake's tables: "):
        answer(con, filled(statement, lake), Format.CSV, tmp_path / "x.csv")


@pytest.mark.parametrize("statement", REFUSED_BY_DUCKDB)
def test_other_ways_to_write_fail_as_misuse(
    con: duckdb.DuckDBPyConnection, lake: Path, tmp_path: Path, statement: str
) -> None:
    with pytest.raises(RejectedQuery) as raised:
        answer(con, filled(statement, lake), Format.CSV, tmp_path / "x.csv")
    assert failure_of(raised.value).status == 2


@pytest.mark.parametrize("statement", READING)
def test_a_statement_that_only_reads_is_answered(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, statement: str
) -> None:
    answer(con, statement, Format.CSV, tmp_path / "x.csv")
    assert len((tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()) >= 2


def test_a_connection_changes_no_file_whatever_it_runs(lake: Path) -> None:
    con, before = connect(lake), files(lake)
    for statement in WRITING + REACHING_FILES + REFUSED_BY_DUCKDB:
        with suppress(duckdb.Error, ValueError):
            con.execute(filled(statement, lake)).fetchall()
        assert files(lake) == before, statement
    con.close()
    assert files(lake) == before


def test_a_connection_accepts_harmless_settings_and_tables_in_memory(lake: Path) -> None:
    con = connect(lake)
    for setting in ("TimeZone = 'Asia/Tokyo'", "threads = 1", "memory_limit = '1GB'"):
        con.execute(f"SET {setting}")
    con.execute("CREATE TABLE mine AS SELECT song_id FROM songs")
    assert con.cursor().sql("FROM mine").fetchall() == [("a",)]


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("DROP TABLE songs", "DROP"),
        ("-- hello\ninsert INTO songs SELECT 1", "INSERT"),
        ("CREATE TABLE x AS SELECT 1", "CREATE"),
        ("UNLOAD (SELECT 1) TO 's3://bucket/x'", "UNLOAD"),
        ("MSCK REPAIR TABLE songs", "MSCK"),
        ("EXPLAIN ANALYZE VERBOSE DELETE FROM songs", "DELETE"),
        ("explain (type distributed) INSERT INTO songs SELECT 1", "INSERT"),
    ],
)
def test_athena_gets_no_statement_that_could_write(statement: str, word: str) -> None:
    with pytest.raises(RejectedQuery, match=f"^{word}"):
        refuse_writing_in_athena(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'DROP'",
        "((SELECT 1) UNION (SELECT 2))",
        "with x AS (SELECT 1) SELECT * FROM x",
        "SHOW CREATE TABLE songs",
        "DESCRIBE songs",
        "EXPLAIN SELECT 1",
        "EXPLAIN (TYPE IO, FORMAT JSON) (SELECT 1)",
        "EXPLAIN ANALYZE VERBOSE WITH x AS (SELECT 1) SELECT * FROM x",
    ],
)
def test_athena_gets_statements_that_only_read(statement: str) -> None:
    refuse_writing_in_athena(statement)
