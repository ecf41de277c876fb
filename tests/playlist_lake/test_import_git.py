"""The command `import --git`, without a build."""

import json
from pathlib import Path

import pytest

from tests.playlist_lake.conftest import Command
from tests.support.git_repositories import MadeRepository
from tests.support.saved_responses import ITEMS, LIST, playlist

DOCUMENT = json.dumps(playlist(ITEMS))


@pytest.fixture
def made(tmp_path: Path) -> MadeRepository:
    """Two versions of a list on one date, a damaged one on the next, and a file without a list."""
    repository = MadeRepository(tmp_path / "lists.git")
    repository.commit("2026-01-08T08:00:00+00:00", {"a.json": DOCUMENT, "package.json": "{}"})
    repository.commit("2026-01-08T09:00:00+00:00", {"a.json": json.dumps(playlist(ITEMS[:1]))})
    repository.commit("2026-01-09T08:00:00+00:00", {"a.json": "{"})
    return repository


def test_an_import_says_what_it_did_with_each_version(
    made: MadeRepository, tmp_path: Path, command: Command
) -> None:
    arguments = ("import", "--git", made.folder, "--lake", tmp_path / "lake", "--no-build")
    status, out, err = command(*arguments)
    assert (status, out) == (
        0,
        [
            "Imported 1 snapshot, 0 already there, 0 files superseded, 1 file ignored, "
            "1 version passed over, 0 failures"
        ],
    )
    commits = made.git("rev-list", "--reverse", "main").split()
    assert err[0] == f"import 4 versions of files in {made.folder}"
    assert err[1].startswith(f"ignored: {commits[0][:10]}:package.json is neither a playlist nor")
    assert err[2] == "1 version passed over, because another one of the same file and date is newer"
    assert err[3].startswith(f"passed over: {commits[2][:10]}:a.json is not JSON (line 1, column 2")
    assert [path.name for path in (tmp_path / "lake/raw").iterdir()] == ["snapshot_date=2026-01-08"]

    _, out, _ = command(*arguments)
    assert out[0].startswith("Imported 0 snapshots, 1 already there, 0 files superseded")


def test_a_dry_run_writes_nothing(made: MadeRepository, tmp_path: Path, command: Command) -> None:
    lake = tmp_path / "lake"
    status, out, _ = command("import", "--git", made.folder, "--dry-run", "--lake", lake)
    assert status == 0
    assert out[0].split()[:3] == ["write", "2026-01-08", LIST]
    assert out[-1].startswith("Nothing written; would import 1 snapshot, 0 already there")
    assert not lake.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--snapshot-date", "2026-01-09"], "--snapshot-date does not go with --git"),
        (["--playlist-id", LIST], "--playlist-id is the id of one list; pass the one file that"),
        (["none.json"], "none.json is not in the history of "),
    ],
)
def test_misuse_makes_no_lake(
    made: MadeRepository, tmp_path: Path, command: Command, arguments: list[str], message: str
) -> None:
    lake = tmp_path / "lake"
    status, out, err = command("import", "--git", made.folder, *arguments, "--lake", lake)
    assert (status, out) == (2, [])
    assert err[0].startswith(f"error: {message}")
    assert not lake.exists()


def test_a_name_of_map_may_be_in_any_commit(
    made: MadeRepository, tmp_path: Path, command: Command
) -> None:
    backup = {
        "playlists": [
            {
                "name": "Rainy Day",
                "lastModifiedDate": "2026-01-10",
                "items": [
                    {
                        "track": {
                            "trackName": "Drizzle",
                            "artistName": "A",
                            "albumName": "B",
                            "trackUri": "spotify:track:0VjIjW4GlUZAMYd2vXMi3b",
                        },
                        "addedDate": "2026-01-10",
                    }
                ],
            }
        ]
    }
    made.commit("2026-01-10T08:00:00+00:00", {"Playlist1.json": json.dumps(backup)})
    arguments = ("import", "--git", made.folder, "--lake", tmp_path / "lake", "--no-build")
    assert command(*arguments, "--map", f"Rainy Day={LIST}")[0] == 0
    assert (tmp_path / f"lake/raw/snapshot_date=2026-01-10/{LIST}.jsonl.gz").exists()
    other = ("import", "--git", made.folder, "--lake", tmp_path / "other", "--no-build")
    status, _, err = command(*other, "--map", f"Rainy Days={LIST}")
    assert (status, len(err)) == (2, 1)
    assert "--map names 'Rainy Days', but no file has a list with that name" in err[-1]
    assert not (tmp_path / "other").exists()
