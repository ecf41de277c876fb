"""The keys that plain Python reads, and the check of tables against them."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.contestants import duckdb_tables
from bench.keys import KEYS, Output, WrongKeys, check, expected_keys
from bench.raw_zones import RawZone, zone
from bench.sizes import Size


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> RawZone:
    return zone(tmp_path_factory.mktemp("data"), Size("small", dates=2, lists=3, items=100))


@pytest.fixture(scope="module")
def expected(small: RawZone) -> Path:
    return expected_keys(small)


@pytest.fixture
def output(small: RawZone, tmp_path: Path) -> Iterator[Output]:
    duckdb_tables.main(str(small.raw), str(tmp_path))
    with duckdb.connect() as con:
        for name in KEYS:
            con.execute(f"CREATE TABLE {name} AS FROM '{tmp_path}/{name}/*.parquet'")
        yield Output(con, {name: name for name in KEYS})


def test_every_item_except_null_rows_has_an_entry(expected: Path) -> None:
    # One list has a null row on each date
    assert pq.read_table(expected / "playlist_entries.parquet").num_rows == 2 * 3 * 100 - 2


def test_tables_with_the_right_keys_pass(expected: Path, output: Output) -> None:
    check(expected, output)


def test_a_table_without_dates_must_have_the_keys_of_all_dates(
    expected: Path, output: Output
) -> None:
    output.con.register("ids", pa.table(output.con.sql("SELECT DISTINCT song_id FROM songs")))
    check(expected, Output(output.con, {"songs": "ids"}))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("DELETE FROM songs WHERE rowid = 0", "songs has missing keys: 1, such as"),
        ("INSERT INTO albums (album_id) VALUES ('x')", "albums has unexpected keys: 1, such as"),
        ("INSERT INTO artists FROM artists LIMIT 2", "artists has duplicate keys: 2, such as"),
        (
            "UPDATE playlist_entries SET position = 101 WHERE position = 1",
            "entries has missing keys: 6, such as",
        ),
    ],
)
def test_a_wrong_key_is_reported(
    expected: Path, output: Output, change: str, sentence: str
) -> None:
    output.con.execute(change)
    with pytest.raises(WrongKeys, match=sentence):
        check(expected, output)
