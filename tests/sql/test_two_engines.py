"""Every view and query gives the same rows in Trino, Athena's engine, and in DuckDB."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from playlist_lake import connect
from playlist_lake.answers.sql_files import QUERIES, VIEWS, named_query
from tests.cloud.trino import Trino
from tests.support.glue_tables import DATABASE
from tools.data_dictionary import column_types

pytestmark = pytest.mark.slow

VIEW_NAMES = sorted(path.stem for path in VIEWS.glob("*.sql"))
QUERY_NAMES = sorted(path.stem for path in QUERIES.glob("*.sql"))
# Each query's partitioned tables of which it reads certain dates only, those of list_snapshots
FILTERED = {
    "artist_share": {"playlist_entries", "song_artists"},
    "changes": {"playlist_entries"},
    "entries_and_exits": set(),
    "genre_share": {"playlist_entries", "song_artists"},
    "health": {"rejects"},
    "longest_stays": set(),
    "make_up": {"playlist_entries", "songs", "albums"},
    "number_ones": {"playlist_entries"},
    "overlap": set(),
    "streams": {"playlist_entries"},
    "survival": set(),
    "trending": {"playlist_entries"},
    "turnover": set(),
    "vanished": set(),
}
# And those of which it reads all dates, for the last known names
WHOLE = {
    "artist_share": {"artists"},
    "changes": {"playlist_entries"},
    "entries_and_exits": {"playlist_entries"},
    "health": {"outcomes"},
    "longest_stays": {"playlist_entries"},
    "number_ones": {"playlist_entries"},
    "streams": {"playlist_entries"},
    "trending": {"playlist_entries"},
    "vanished": {"playlist_entries", "songs"},
}
UNDATED = {"list_snapshots", "playlist_stays", "artist_genres", "runs"}
KINDS = (
    *("entered", "left", "missing", "moved", "reissued", "unavailable", "available"),
    *("song_renamed", "list_renamed", "description_changed", "cover_changed"),
)
_SCAN = re.compile(rf"\w*Scan\w*\[table = \w+:{DATABASE}:(\w+)(.*)\]")


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


@pytest.mark.parametrize(
    "condition",
    [
        "list_snapshots WHERE is_drop",
        "list_snapshots WHERE NOT is_complete",
        "playlist_stays WHERE continues_uri IS NOT NULL",
        "stay_chains WHERE stays > 1",
        "stay_chains WHERE origin_uri <> first_uri",
        "playlist_stays AS stays JOIN list_snapshots AS snapshots USING (playlist_id)"
        " WHERE snapshot_date = entered_on AND NOT is_complete AND snapshots_seen = 1",
        "outcomes WHERE outcome = 'failed'",
        "artist_genres WHERE share < 1",
        "artist_matches WHERE outcome = 'unknown'",
        "playlist_entries WHERE streams IS NULL AND days_on_chart IS NOT NULL",
        *[f"changes WHERE change = '{kind}'" for kind in KINDS],
    ],
)
def test_the_lake_has_what_the_views_tell_apart(lake: Path, condition: str) -> None:
    assert in_duckdb(lake, f"SELECT 1 FROM {condition}")  # noqa: S608, a constant


def _types(server: Trino, columns: Iterable[str], sql: str) -> dict[str, str]:
    """The columns' types in Trino, by their names in the data dictionary."""
    asked = ", ".join(f"typeof({column}) AS {column}" for column in columns)
    (found,) = server.rows(f"SELECT {asked} FROM ({sql}\n) LIMIT 1")  # noqa: S608, our own
    words = {"varchar": "string", "integer": "int"}
    plain = {column: re.sub(r"\(.*", "", type_) for column, type_ in found.items()}
    return {column: words.get(type_, type_) for column, type_ in plain.items()}


@pytest.mark.parametrize("name", QUERY_NAMES)
def test_a_query_filters_by_date_wherever_it_can(athena: Trino, name: str) -> None:
    (plan,) = athena.rows(f"EXPLAIN {(QUERIES / f'{name}.sql').read_text()}")
    scans = [found for found in _SCAN.findall(str(plan["Query Plan"])) if found[0] != "playlists"]
    by_date = re.compile(r"dynamicFilters = \{.*\bsnapshot_date\w* >?= #df_")
    filtered = {table for table, filters in scans if by_date.search(filters)}
    unfiltered = {table for table, filters in scans if not by_date.search(filters)}
    assert filtered - UNDATED == FILTERED[name]
    assert unfiltered - UNDATED == WHOLE.get(name, set())


@pytest.mark.parametrize(
    ("name", "table"),
    [("make_up", "playlist_entries"), ("changes", "playlist_entries"), ("changes", "playlists")],
)
def test_what_is_about_the_last_30_dates_does_not_read_older_ones(
    lake: Path, athena: Trino, name: str, table: str
) -> None:
    """Of changes the view is asked. The first of the dates is compared with the one before."""
    is_view = name in VIEW_NAMES
    sql = f"SELECT * FROM {name}" if is_view else (QUERIES / f"{name}.sql").read_text()  # noqa: S608
    (plan,) = athena.rows(f"EXPLAIN ANALYZE {sql}")
    scans = re.findall(
        rf"table = \w+:\w+:{table}\b.*?Input: ([\d,]+) rows", str(plan["Query Plan"]), re.S
    )
    assert len(scans) == 1
    dates = 31 if is_view else 30
    recent, whole = in_duckdb(
        lake,
        f"""
        SELECT count(*) FROM {table} WHERE snapshot_date IN (
            SELECT DISTINCT snapshot_date FROM playlists ORDER BY 1 DESC LIMIT {dates})
        UNION ALL SELECT count(*) FROM {table}
        """,  # noqa: S608
    )
    assert int(scans[0].replace(",", "")) <= recent[0] < whole[0]
