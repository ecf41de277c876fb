"""Every view and query gives the same rows in Trino, Athena's engine, and in DuckDB."""

import json
import random
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from trino.dbapi import Connection

from jobs.flatten import flatten_playlists
from jobs.options import JobOptions
from jobs.stays import build_stays
from playlist_lake import connect
from playlist_lake.data_dictionary import column_types
from playlist_lake.database import QUERIES, VIEWS, named_query
from playlist_lake.demo import DATES, write_demo
from tests.cloud.trino import Trino, trino
from tests.glue.cloud import DATABASE, LAKE, Cloud, cloud, put_folder
from tests.jobs.built_lakes import put_bytes, write_raw
from tests.jobs.oracle import Snapshot
from tests.jobs.small_lakes import song

pytestmark = pytest.mark.slow

DEMO_DATES = DATES[-3:]
ODD_DATES = [DEMO_DATES[0] - timedelta(days=days) for days in range(34, 0, -1) if days % 11]
VIEW_NAMES = sorted(path.stem for path in VIEWS.glob("*.sql"))
QUERY_NAMES = sorted(path.stem for path in QUERIES.glob("*.sql"))
# The partitioned tables that each query reads, besides playlists, which says what dates there are
PARTITIONED = {
    "artist_share": {"playlist_entries", "song_artists", "artists"},
    "entries_and_exits": {"playlist_entries"},
    "health": {"rejects"},
    "longest_stays": {"playlist_entries"},
    "make_up": {"playlist_entries", "songs", "albums"},
    "number_ones": {"playlist_entries"},
    "overlap": set(),
    "survival": set(),
    "trending": {"playlist_entries"},
    "turnover": set(),
}
_SCAN = re.compile(rf"\w*Scan\w*\[table = \w+:{DATABASE}:(\w+)(.*)\]")


@pytest.fixture(scope="module")
def lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of the demo, after a month of two odd lists; a torn object on the last."""
    folder = tmp_path_factory.mktemp("two_engines") / "lake"
    write_demo(folder, DEMO_DATES, lambda _: None)
    chance = random.Random(7)  # noqa: S311, no secret
    for on in [*ODD_DATES, *DEMO_DATES]:
        write_raw(folder, _odd(on, "odd", chance))
        if on.day % 3:
            write_raw(folder, _odd(on, "rare", chance))
    put_bytes(folder, "torn", b"no gzip", DEMO_DATES[-1])
    flatten_playlists(spark, JobOptions(str(folder)))
    build_stays(spark, JobOptions(str(folder)))
    return folder


def _odd(on: date, name: str, chance: random.Random) -> Snapshot:
    """A list of songs that come back, twice or under an ISRC, artists without id, null rows."""
    items: list[Any] = [song(number) for number in chance.sample(range(15), 8)]
    for item in items:
        track = item["item"]
        if track["duration_ms"] % 3000 == 0:
            track["artists"] = [{"id": None, "name": "Only a name"}, track["artists"][0]]
            track["external_ids"] = {"isrc": f"ISRC{track['duration_ms'] % 2000}"}
        if track["duration_ms"] % 5000 == 0:
            track["artists"] = [{"id": None, "name": f"Nobody {track['duration_ms']}"}]
    items += [items[0], _local(chance.randrange(3)), None]
    chance.shuffle(items)
    is_cut = chance.random() < 0.15
    return Snapshot(on, name, [(0, items)], len(items) + is_cut, {"name": f"{name} 🎣"})


def _local(number: int) -> dict[str, Any]:
    uri = f"spotify:local:::memo+{number}:9"
    track = {"uri": uri, "type": "track", "is_local": True, "id": None, "name": f"memo {number}"}
    return {"is_local": True, "item": track | {"artists": [{"id": None, "name": "Me"}]}}


@pytest.fixture(scope="module")
def athena(lake: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trino]:
    """Trino over the same files in a bucket, with the views."""
    with cloud(tmp_path_factory.mktemp("aws")) as running:
        put_folder(running, lake)
        _register(running, lake)
        with trino(running, tmp_path_factory.mktemp("trino")) as server:
            for name in VIEW_NAMES:
                _create_view(server, name)
            yield server


def _register(running: Cloud, lake: Path) -> None:
    """Point the catalog's partitions at the files, as the folder's catalog does."""
    glue = running.client("glue")
    for table, locations in json.loads((lake / "state/catalog.json").read_bytes())[
        "tables"
    ].items():
        declared = glue.get_table(DatabaseName=DATABASE, Name=table)["Table"]
        storage = declared["StorageDescriptor"]
        for on, location in locations.items():
            placed = storage | {"Location": f"{LAKE}/{location}"}
            if on:
                glue.create_partition(
                    DatabaseName=DATABASE,
                    TableName=table,
                    PartitionInput={"Values": [on], "StorageDescriptor": placed},
                )
            else:
                kept = {key: declared[key] for key in ("Name", "TableType", "Parameters")}
                glue.update_table(
                    DatabaseName=DATABASE, TableInput=kept | {"StorageDescriptor": placed}
                )


def _create_view(server: Trino, name: str) -> None:
    connection = Connection(
        host="127.0.0.1", port=server.port, user="test", catalog="awsdatacatalog", schema=DATABASE
    )
    with closing(connection):
        cursor = connection.cursor()
        cursor.execute(
            f"CREATE OR REPLACE VIEW {name} AS {(VIEWS / name).with_suffix('.sql').read_text()}"
        )
        cursor.fetchall()


def in_trino(server: Trino, sql: str) -> list[tuple[Any, ...]]:
    return [_rounded(row.values()) for row in server.rows(sql)]


def in_duckdb(lake: Path, sql: str) -> list[tuple[Any, ...]]:
    with connect(lake) as con:
        return [_rounded(row) for row in con.sql(sql).fetchall()]


def _rounded(row: Any) -> tuple[Any, ...]:
    return tuple(round(value, 9) if isinstance(value, float) else value for value in row)


@pytest.mark.parametrize("name", VIEW_NAMES)
def test_a_view_has_the_same_rows_in_both(lake: Path, athena: Trino, name: str) -> None:
    sql = f"SELECT * FROM {name}"  # noqa: S608, a file's name
    rows = in_duckdb(lake, sql)
    assert rows
    assert sorted(in_trino(athena, sql), key=repr) == sorted(rows, key=repr)


@pytest.mark.parametrize("name", QUERY_NAMES)
def test_a_query_has_the_same_rows_in_the_same_order_in_both(
    lake: Path, athena: Trino, name: str
) -> None:
    rows = in_duckdb(lake, named_query(name))
    assert rows
    assert in_trino(athena, (QUERIES / f"{name}.sql").read_text()) == rows


@pytest.mark.parametrize("name", QUERY_NAMES)
def test_a_query_has_the_same_types_in_both(lake: Path, athena: Trino, name: str) -> None:
    with connect(lake) as con:
        types = column_types(con.sql(named_query(name)))
    assert _types(athena, types, (QUERIES / f"{name}.sql").read_text()) == types


@pytest.mark.parametrize("name", VIEW_NAMES)
def test_a_view_has_the_same_types_in_both(lake: Path, athena: Trino, name: str) -> None:
    with connect(lake) as con:
        types = column_types(con.view(name))
    assert _types(athena, types, f"SELECT * FROM {name}") == types  # noqa: S608, a file's name


def _types(server: Trino, columns: Iterable[str], sql: str) -> dict[str, str]:
    """What Trino says of the columns' types, in the words of the data dictionary."""
    asked = ", ".join(f"typeof({column}) AS {column}" for column in columns)
    (found,) = server.rows(f"SELECT {asked} FROM ({sql}\n) LIMIT 1")  # noqa: S608, our own
    words = {"varchar": "string", "integer": "int"}
    plain = {column: re.sub(r"\(.*", "", type_) for column, type_ in found.items()}
    return {column: words.get(type_, type_) for column, type_ in plain.items()}


@pytest.mark.parametrize("name", QUERY_NAMES)
def test_every_scan_of_a_partitioned_table_is_filtered_by_date(athena: Trino, name: str) -> None:
    (plan,) = athena.rows(f"EXPLAIN {(QUERIES / f'{name}.sql').read_text()}")
    scans = [found for found in _SCAN.findall(str(plan["Query Plan"])) if found[0] != "playlists"]
    by_date = re.compile(r"dynamicFilters = \{.*\bsnapshot_date\w* >?= #df_")
    filtered = {table for table, filters in scans if by_date.search(filters)}
    unfiltered = {table for table, filters in scans if not by_date.search(filters)}
    assert filtered == PARTITIONED[name]
    assert unfiltered <= {"playlist_stays", "runs"}


def test_the_filter_leaves_the_older_dates_unread(lake: Path, athena: Trino) -> None:
    query = (QUERIES / "trending.sql").read_text()
    (plan,) = athena.rows(f"EXPLAIN ANALYZE {query}")
    scan = re.search(
        r"table = \w+:\w+:playlist_entries.*?Input: ([\d,]+) rows", str(plan["Query Plan"]), re.S
    )
    assert scan
    last_30, whole = in_duckdb(
        lake,
        """
        SELECT count(*) FROM playlist_entries WHERE snapshot_date IN (
            SELECT DISTINCT snapshot_date FROM playlists ORDER BY 1 DESC LIMIT 30)
        UNION ALL SELECT count(*) FROM playlist_entries
        """,
    )
    assert int(scan[1].replace(",", "")) <= last_30[0] < whole[0]
