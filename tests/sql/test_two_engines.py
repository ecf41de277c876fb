"""Every view and query gives the same rows in Trino, Athena's engine, and in DuckDB."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from playlist_lake import connect
from playlist_lake.answers.sql_files import QUERIES, VIEWS, named_query
from tests.cloud.trino import Trino
from tools.data_dictionary import column_types

pytestmark = pytest.mark.slow

VIEW_NAMES = sorted(path.stem for path in VIEWS.glob("*.sql"))
QUERY_NAMES = sorted(path.stem for path in QUERIES.glob("*.sql"))
KINDS = (
    *("entered", "left", "missing", "moved", "reissued", "unavailable", "available"),
    *("song_renamed", "list_renamed", "description_changed", "cover_changed"),
)


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
