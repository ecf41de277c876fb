"""Which folder is used as a lake: --lake, PLAYLIST_LAKE or the default, never a package."""

from datetime import date
from pathlib import Path

import pytest

from playlist_lake import connect
from playlist_lake.lakes import (
    FolderOfCode,
    LakeElsewhere,
    NoLake,
    existing_lake,
    new_or_existing_lake,
)
from tests.playlist_lake.conftest import Command
from tests.support.tiny_lakes import write_lake


@pytest.fixture
def _three_lakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lake in my-lake, one in other and one in named, each with one song named after it."""
    for name in ("my-lake", "other", "named"):
        write_lake(tmp_path / name, songs=[{"snapshot_date": date(2026, 1, 9), "song_id": name}])
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_three_lakes")
def test_the_option_goes_before_the_variable_and_that_before_the_default(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("query", "SELECT song_id FROM songs", "--format", "csv")
    assert command(*asked)[1] == ["song_id", "my-lake"]
    monkeypatch.setenv("PLAYLIST_LAKE", "other")
    assert command(*asked)[1] == ["song_id", "other"]
    assert command(*asked, "--lake", "named")[1] == ["song_id", "named"]
    monkeypatch.setenv("PLAYLIST_LAKE", "")
    assert command(*asked)[1] == ["song_id", "my-lake"]


def test_a_python_package_is_not_accepted_as_a_lake(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    # As an import into it would have left it
    (tmp_path / "raw").mkdir()
    for resolve in (existing_lake, new_or_existing_lake):
        with pytest.raises(FolderOfCode, match="is a Python package"):
            resolve(tmp_path)


@pytest.mark.parametrize("name", ["run", "demo", "extract", "follow"])
def test_no_command_writes_into_the_lake_package(
    command: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    root = Path(__file__).parents[2]
    before = sorted((root / "lake").iterdir())
    monkeypatch.chdir(root)
    status, out, err = command(name, "--lake", "lake")
    assert (status, out) == (2, [])
    assert err[-1].startswith(f"error: {root}/lake is a Python package")
    assert sorted((root / "lake").iterdir()) == before


def test_a_lake_is_read_through_a_link_and_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lake(tmp_path / "real", songs=[{"snapshot_date": date(2026, 1, 9), "song_id": "a"}])
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.chdir(tmp_path)
    assert connect("link").sql("SELECT count(*) FROM songs").fetchall() == [(1,)]


def test_a_file_is_not_a_lake(tmp_path: Path) -> None:
    (tmp_path / "lake").touch()
    with pytest.raises(NoLake, match="is not a folder"):
        connect(tmp_path / "lake")


@pytest.mark.parametrize("lake", ["s3://bucket/lake", Path("s3://bucket/lake")])
def test_a_lake_on_s3_needs_athena(lake: str | Path) -> None:
    with pytest.raises(LakeElsewhere, match="query it with Athena, or name a folder"):
        connect(lake)
