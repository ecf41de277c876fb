"""A lake in a folder as a DuckDB database: `playlist_lake.connect`."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from jobs.tables import TABLES
from playlist_lake import connect
from tests.support.tiny_lakes import (
    RUN_ID,
    write_catalog,
    write_lake,
    write_parquet,
)

FIRST, SECOND = date(2026, 1, 9), date(2026, 1, 10)
PLAYLISTS = [
    {"snapshot_date": FIRST, "playlist_id": "a", "name": "Mine", "item_count": 1},
    {"snapshot_date": SECOND, "playlist_id": "a", "name": "Mine, new", "item_count": 2},
]


def test_columns_have_the_declared_types_and_the_date_comes_last(tmp_path: Path) -> None:
    started = datetime.fromisoformat("2026-01-10T06:00:00.123Z")
    lake = write_lake(
        tmp_path,
        playlist_entries=[
            {
                "snapshot_date": FIRST,
                "playlist_id": "a",
                "position": 1,
                "item_type": "song",
                "item_uri": "spotify:track:x",
                "name": "Lakeside",
                "artist_names": ["Otter", "Newt"],
                "song_id": "x",
                "linked_from_uri": None,
                "added_at": datetime.fromisoformat("2026-01-08T23:30:00Z"),
                "is_playable": True,
                "streams": 9_000_000_000,
                "days_on_chart": 41,
            }
        ],
        runs=[
            {
                "run_id": RUN_ID,
                "job": "flatten_playlists",
                "snapshot_date": FIRST,
                "status": "partial",
                "started_at": started,
                "finished_at": started,
                "counts": [("songs", 1)],
                "refused_objects": [{"object": "raw/x", "reason": "torn"}],
            }
        ],
    )
    con = connect(lake)
    entries = con.sql("FROM playlist_entries")
    assert list(zip(entries.columns, map(str, entries.types), strict=True)) == [
        ("playlist_id", "VARCHAR"),
        ("position", "INTEGER"),
        ("item_type", "VARCHAR"),
        ("item_uri", "VARCHAR"),
        ("name", "VARCHAR"),
        ("artist_names", "VARCHAR[]"),
        ("song_id", "VARCHAR"),
        ("linked_from_uri", "VARCHAR"),
        ("added_at", "TIMESTAMP"),
        ("is_playable", "BOOLEAN"),
        ("streams", "BIGINT"),
        ("peak_rank", "INTEGER"),
        ("days_on_chart", "INTEGER"),
        ("weeks_on_chart", "INTEGER"),
        ("snapshot_date", "DATE"),
    ]
    assert entries.fetchall() == [
        (
            *("a", 1, "song", "spotify:track:x", "Lakeside", ["Otter", "Newt"], "x", None),
            *(datetime(2026, 1, 8, 23, 30), True, 9_000_000_000),  # noqa: DTZ001, UTC
            *(None, 41, None, FIRST),
        )
    ]
    assert con.sql(
        "SELECT snapshot_date, started_at, counts, refused_objects FROM runs"
    ).fetchall() == [
        (
            FIRST,
            datetime(2026, 1, 10, 6, 0, 0, 123_000),  # noqa: DTZ001, UTC
            {"songs": 1},
            [{"object": "raw/x", "reason": "torn"}],
        )
    ]


def test_a_table_without_files_has_the_same_columns_as_one_with_files(tmp_path: Path) -> None:
    empty = connect(write_lake(tmp_path / "a", playlists=PLAYLISTS))
    rows = {name: [dict.fromkeys(table.column_names)] for name, table in TABLES.items()}
    for name, table in TABLES.items():
        if table.is_partitioned:
            rows[name][0]["snapshot_date"] = FIRST
    full = connect(write_lake(tmp_path / "b", **rows))
    for name in TABLES:
        without, with_ = empty.sql(f"FROM {name}"), full.sql(f"FROM {name}")
        assert (without.columns, without.types) == (with_.columns, with_.types)
        assert len(with_.fetchall()) == 1


def test_columns_that_an_older_file_lacks_are_null(tmp_path: Path) -> None:
    old = {"snapshot_date": FIRST, "song_id": "x", "name": "Old"}
    new = {"snapshot_date": SECOND, "song_id": "x", "name": "New", "popularity": 3}
    con = connect(write_lake(tmp_path, songs=[old, new]))
    rows = con.sql("SELECT name, isrc, popularity, snapshot_date FROM songs ORDER BY snapshot_date")
    assert rows.fetchall() == [("Old", None, None, FIRST), ("New", None, 3, SECOND)]


@pytest.mark.parametrize(
    "name", ['it\'s a "lake"', "snapshot_date=1999-01-01/name=x", "Käse 湖 100%"]
)
def test_the_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    con = connect(write_lake(tmp_path / name, playlists=PLAYLISTS))
    rows = con.sql("SELECT name, snapshot_date FROM playlists ORDER BY ALL")
    assert rows.fetchall() == [("Mine", FIRST), ("Mine, new", SECOND)]


def test_a_connection_keeps_the_state_of_its_start(tmp_path: Path) -> None:
    con = connect(write_lake(tmp_path, playlists=PLAYLISTS))
    newer = "tables/playlists/newer/snapshot_date=2026-01-09"
    write_parquet(tmp_path / newer / "part.parquet", "playlists", [{"playlist_id": "z"}])
    write_catalog(tmp_path, {"playlists": {"2026-01-09": newer}})
    ids = "SELECT playlist_id FROM playlists"
    assert con.sql(ids).fetchall() == [("a",), ("a",)]
    assert connect(tmp_path).sql(ids).fetchall() == [("z",)]


def test_connecting_opens_no_table_file(tmp_path: Path) -> None:
    """So the time to connect depends on the number of files, not on their size."""
    write_lake(tmp_path, playlists=PLAYLISTS)
    for path in tmp_path.glob("tables/*/*/*/*.parquet"):
        path.write_bytes(b"no Parquet")
    con = connect(tmp_path)
    with pytest.raises(duckdb.Error, match="part-00000-x"):
        con.sql("FROM playlists").fetchall()


def test_a_filter_on_the_date_skips_the_files_of_other_dates(tmp_path: Path) -> None:
    con = connect(write_lake(tmp_path, playlists=PLAYLISTS))
    broken = tmp_path / f"tables/playlists/{RUN_ID}/snapshot_date={FIRST}"
    (broken / "part-00000-x.c000.snappy.parquet").write_bytes(b"no Parquet")
    rows = con.sql("SELECT name FROM playlists WHERE snapshot_date >= DATE '2026-01-10'")
    assert rows.fetchall() == [("Mine, new",)]


def test_times_are_utc_in_every_time_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    fetched = datetime.fromisoformat("2026-01-09T02:00:00Z")
    con = connect(write_lake(tmp_path, playlists=[PLAYLISTS[0] | {"fetched_at": fetched}]))
    con.execute("SET TimeZone = 'Asia/Tokyo'")
    rows = con.sql("SELECT fetched_at, CAST(fetched_at AS DATE) FROM playlists")
    assert rows.fetchall() == [(datetime(2026, 1, 9, 2), FIRST)]  # noqa: DTZ001, UTC
