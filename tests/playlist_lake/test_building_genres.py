"""A build of genres alone, from the command line: it starts no Spark and fails nothing."""

from pathlib import Path

import pytest

from lake.folder import FolderStorage
from playlist_lake import connect
from playlist_lake.building import local_session
from playlist_lake.building.up_to_date import is_up_to_date
from tests.playlist_lake.conftest import Command
from tests.support.genre_objects import artist_id, listenbrainz, mbid, musicbrainz, put_calls
from tests.support.outcomes_oracle import put_lines
from tests.support.runs import day

A, B = artist_id(1), artist_id(2)
FIRST, SECOND = "2026-11-20T06:00:00.000Z", "2026-11-21T06:00:00.000Z"
UP_TO_DATE = "Nothing to build: the tables are up to date."


@pytest.fixture(autouse=True)
def _no_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        pytest.fail("Spark was started")

    monkeypatch.setattr(local_session, "local_session", fail)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake with the outcome of one list and the genres of one artist."""
    put_lines(FolderStorage(tmp_path), day(21), "r1", {"chart": "forbidden"})
    tags = {mbid(1): [("trip hop", 3, mbid(101)), ("ambient", 1, mbid(102))]}
    put_calls(
        FolderStorage(tmp_path),
        "r1",
        musicbrainz(FIRST, {A: [mbid(1)]}),
        listenbrainz(FIRST, [mbid(1)], tags),
    )
    return tmp_path


def test_new_answers_are_built_and_queried(lake: Path, command: Command) -> None:
    status, out, err = command("build", "--lake", lake)

    assert (status, err) == (0, [])
    assert out[:2] == [
        "Built    no snapshot date, only the outcomes of 2026-11-21 and the genres",
        "Rows     outcomes 1, artist_matches 1, artist_genres 2",
    ]
    rows = connect(lake).sql("SELECT artist_id, genre, share FROM artist_genres_top")
    assert rows.fetchall() == [(A, "trip hop", 0.75)]
    assert command("build", "--lake", lake) == (0, [UP_TO_DATE], [])

    put_calls(FolderStorage(lake), "r2", musicbrainz(SECOND, {B: []}))
    assert not is_up_to_date(lake, [])
    assert command("build", "--lake", lake)[1][:2] == [
        "Built    no snapshot date, only the genres",
        "Rows     artist_matches 2, artist_genres 2",
    ]
    assert is_up_to_date(lake, [])


def test_genres_that_cannot_be_built_are_a_warning(lake: Path, command: Command) -> None:
    (path,) = lake.rglob("genres/*/*.gz")
    path.write_bytes(b"torn")

    status, out, err = command("build", "--lake", lake)

    assert (status, out[0]) == (0, "Built    no snapshot date, only the outcomes of 2026-11-21")
    (warning,) = err
    assert warning.startswith(
        "warning: the tables of genres were not built: no object in genres/ can be read: genres/"
    )
