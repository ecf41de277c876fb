"""All views and queries: found by name, documented, and right for unusual lakes."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pytest

from playlist_lake import connect
from playlist_lake.answers.errors import UnknownName
from playlist_lake.answers.query import answer
from playlist_lake.answers.results import Format
from playlist_lake.answers.sql_files import QUERIES, VIEWS, named_query, query_names
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import day, snapshots, stay, together, week
from tools.sql_headers import read_header

FILES = [*VIEWS.glob("*.sql"), *QUERIES.glob("*.sql")]
NAMES = [
    "artist_share",
    "changes",
    "entries_and_exits",
    "genre_share",
    "health",
    "longest_stays",
    "make_up",
    "number_ones",
    "overlap",
    "streams",
    "survival",
    "trending",
    "turnover",
    "vanished",
]


LakeOf = Callable[..., duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def lake_of(tmp_path_factory: pytest.TempPathFactory) -> LakeOf:
    """A connection to a lake with the rows that a function returns, made once for all queries."""

    @cache
    def connected(rows: Callable[[], dict[str, list[Row]]]) -> duckdb.DuckDBPyConnection:
        return connect(write_lake(tmp_path_factory.mktemp("lake"), **rows()))

    return connected


def test_these_are_the_queries() -> None:
    assert query_names() == NAMES


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.stem))
def test_the_header_has_question_grain_and_columns(lake_of: LakeOf, file: Path) -> None:
    header = read_header(file)
    sql = named_query(file.stem) if file.parent == QUERIES else f"FROM {file.stem}"
    assert lake_of(week).sql(sql).columns == [column.name for column in header.columns]


@pytest.mark.parametrize("name", NAMES)
def test_a_named_query_keeps_its_own_order(lake_of: LakeOf, tmp_path: Path, name: str) -> None:
    con = lake_of(week)
    answer(con, f" {name.upper()} ", Format.CSV, tmp_path / "x.csv")
    # A lake's connection writes no files
    rows = duckdb.from_arrow(con.sql(named_query(name)).to_arrow_table())
    rows.write_csv(str(tmp_path / "expected.csv"))
    assert (tmp_path / "x.csv").read_text() == (tmp_path / "expected.csv").read_text()


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("trendin", "trending"),
        ("number-ones", "number_ones"),
        ("song_latest", "songs_latest"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(
    lake_of: LakeOf, asked: str, nearest: str
) -> None:
    with pytest.raises(UnknownName) as raised:
        answer(lake_of(week), asked, Format.CSV, None)
    assert str(raised.value).startswith(
        f"there is no query, view or table {asked} (similar: {nearest}"
    )


def no_lists() -> dict[str, list[Row]]:
    return {"songs": [{"snapshot_date": day(1), "song_id": "x"}]}


@pytest.mark.parametrize("name", NAMES)
def test_a_lake_without_lists_gives_no_rows(lake_of: LakeOf, name: str) -> None:
    assert lake_of(no_lists).sql(named_query(name)).fetchall() == []


def lost_names() -> dict[str, list[Row]]:
    """On its last dates a list has no name, and neither do its songs and their artists.

    None of them can be played then.
    """
    tables = together(
        snapshots("chart", {1: "A B C"}),
        snapshots("chart", {2: "B A C", 3: "C B"}, None),
        snapshots("other", {3: "A"}, None),
        snapshots("other", {1: "A"}, "Other"),
        song_artists=[
            {"snapshot_date": day(n), "song_id": name, "artist_id": name, "artist_position": 1}
            for n in (1, 2, 3)
            for name in "ABC"
        ],
        artists=[
            {"snapshot_date": day(n), "artist_id": name, "name": name if n == 1 else None}
            for n in (1, 2, 3)
            for name in "ABC"
        ],
        playlist_stays=[
            stay("chart", "A", 1, (1, 2, 3), (1, 1, 2), is_old=True),
            stay("chart", "B", 1, (1, 3, None), (2, 1, 2), is_old=True),
            stay("chart", "C", 1, (1, 3, None), (3, 1, 1), is_old=True),
            stay("other", "A", 1, (1, 3, None), is_old=True),
        ],
    )
    for row in tables["playlist_entries"]:
        row["streams"] = 5
        if row["snapshot_date"] > day(1):
            row.update(name=None, artist_names=None, is_playable=False)
    return tables


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_the_last_known_one(lake_of: LakeOf, name: str) -> None:
    rows = lake_of(lost_names).sql(named_query(name)).to_arrow_table().to_pylist()
    assert rows
    for column in ("playlist_name", "other_playlist_name", "song_name", "artists", "artist"):
        assert None not in [row[column] for row in rows if column in row]


def one_song() -> dict[str, list[Row]]:
    stays = [stay("chart", "A", 1, (1, 1, None), is_old=True)]
    return together(snapshots("chart", {1: "A"}), playlist_stays=stays)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("artist_share", 2),
        ("changes", 0),
        ("entries_and_exits", 0),
        # No genre is known
        ("genre_share", 1),
        ("health", 1),
        ("longest_stays", 1),
        # The song has no facts: item type, versions, four unknown, explicit in two tiers
        ("make_up", 8),
        ("number_ones", 1),
        ("overlap", 0),
        # It is not from a chart file
        ("streams", 0),
        ("survival", 3),
        ("trending", 0),
        ("turnover", 1),
        ("vanished", 0),
    ],
)
def test_one_song_on_one_date_has_these_rows(lake_of: LakeOf, name: str, rows: int) -> None:
    assert len(lake_of(one_song).sql(named_query(name)).fetchall()) == rows
