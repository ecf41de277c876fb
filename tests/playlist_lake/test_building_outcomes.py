"""A build of outcomes alone, from the command line: it starts no Spark."""

import shlex
from pathlib import Path

import pytest

from lake.folder import FolderStorage
from playlist_lake import connect
from playlist_lake.answers.table_files import DatesMissing, EmptyLake
from playlist_lake.building import local_session
from playlist_lake.building.up_to_date import is_up_to_date
from tests.playlist_lake.conftest import Command
from tests.support.outcomes_oracle import put_lines
from tests.support.runs import day

D1, D2 = day(21), day(22)
UP_TO_DATE = "Nothing to build: the tables are up to date."


@pytest.fixture(autouse=True)
def _no_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        pytest.fail("Spark was started")

    monkeypatch.setattr(local_session, "local_session", fail)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake whose only extractions got lists that are forbidden or not found."""
    storage = FolderStorage(tmp_path)
    put_lines(storage, D1, "r1", {"chart": "forbidden"})
    put_lines(storage, D2, "r2", {"chart": "forbidden", "mixtape": "not_found"})
    return tmp_path


def test_a_lake_that_has_only_outcomes_is_built_and_queried(lake: Path, command: Command) -> None:
    with pytest.raises(EmptyLake, match="has no tables yet; build them with playlist-lake build"):
        connect(lake)

    status, out, err = command("build", "--lake", lake)

    assert (status, err) == (0, [])
    assert out[:2] == [
        "Built    no snapshot date, only the outcomes of 2026-11-21 to 2026-11-22",
        "Rows     outcomes 3",
    ]
    con = connect(lake)
    rows = con.sql("SELECT snapshot_date, playlist_id, outcome, items FROM outcomes ORDER BY ALL")
    assert rows.fetchall() == [
        (D1, "chart", "forbidden", None),
        (D2, "chart", "forbidden", None),
        (D2, "mixtape", "not_found", None),
    ]
    assert con.sql("SELECT count(*) FROM playlists").fetchall() == [(0,)]
    assert command("build", "--lake", lake) == (0, [UP_TO_DATE], [])


def test_an_extraction_that_changes_no_row_leaves_nothing_to_build(
    lake: Path, command: Command
) -> None:
    command("build", "--lake", lake)
    put_lines(FolderStorage(lake), D2, "r3", {"chart": "already_present"}, hour=9)
    assert not is_up_to_date(lake, [D2])

    assert command("build", "--lake", lake) == (0, [UP_TO_DATE], [])
    assert is_up_to_date(lake, [D1, D2])


def test_a_named_date_may_have_only_outcomes(lake: Path, command: Command) -> None:
    status, out, err = command("build", "--lake", lake, "--snapshot-dates", D1)
    assert (status, err) == (0, [])
    assert out[0] == "Built    no snapshot date, only the outcomes of 2026-11-21"

    status, _, err = command("build", "--lake", lake, "--snapshot-dates", day(20))
    assert (status, err) == (
        1,
        [f"error: {lake}/raw has no snapshot of {day(20)}; import one first"],
    )


def test_an_object_that_cannot_be_read_is_named_once(lake: Path, command: Command) -> None:
    (lake / f"outcomes/snapshot_date={D2}/r2.jsonl").write_bytes(b"torn")

    status, _, err = command("build", "--lake", lake)

    assert status == 1
    assert err[0].startswith(f"refused: outcomes/snapshot_date={D2}/r2.jsonl cannot be read (")
    assert err[1:] == [
        f"not built: {D2} none of its outcomes objects can be read",
        "error: some outcomes could not be built; see above",
    ]
    assert command("build", "--lake", lake) == (0, [UP_TO_DATE], [])


def test_the_suggested_command_repairs_a_lost_file(lake: Path, command: Command) -> None:
    command("build", "--lake", lake)
    (file,) = lake.glob(f"tables/outcomes/*/snapshot_date={D1}/*.parquet")
    file.unlink()
    with pytest.raises(DatesMissing) as raised:
        connect(lake)

    suggested = str(raised.value).rpartition("run playlist-lake ")[2]

    assert command(*shlex.split(suggested))[0] == 0
    assert connect(lake).sql("SELECT count(*) FROM outcomes").fetchall() == [(3,)]
