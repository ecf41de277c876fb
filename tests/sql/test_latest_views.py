"""The views songs_latest, albums_latest and artists_latest."""

from datetime import date
from pathlib import Path

import pytest

from jobs.tables import ALBUMS, TABLES
from playlist_lake import connect
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import day


@pytest.mark.parametrize("table", ["songs", "albums", "artists"])
def test_the_row_is_that_of_the_newest_date_nulls_included(tmp_path: Path, table: str) -> None:
    key = f"{table.removesuffix('s')}_id"
    rows = [(1, "x", "Old"), (3, "x", None), (2, "x", "Middle"), (2, "y", "Gone since")]
    lake = write_lake(
        tmp_path,
        **{table: [{"snapshot_date": day(n), key: id_, "name": name} for n, id_, name in rows]},
    )
    con = connect(lake)
    found = con.view(f"{table}_latest").select(key, "name", "snapshot_date").order(key).fetchall()
    assert found == [("x", None, day(3)), ("y", "Gone since", day(2))]
    assert con.sql(f"FROM {table}_latest").columns == [
        *TABLES[table].column_names,
        "snapshot_date",
    ]


def test_every_column_comes_from_the_newest_row(tmp_path: Path) -> None:
    of_type = {"int": 9, "date": date(1999, 1, 1)}
    # A text is the name of its column
    last = {column.name: of_type.get(column.type, column.name) for column in ALBUMS.columns}
    first = dict.fromkeys(last, None) | {"album_id": last["album_id"]}
    lake = write_lake(
        tmp_path, albums=[{"snapshot_date": day(1), **first}, {"snapshot_date": day(2), **last}]
    )
    assert connect(lake).sql("FROM albums_latest").fetchall() == [(*last.values(), day(2))]
