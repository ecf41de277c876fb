"""The wheel carries what the command line needs: installed elsewhere it answers and reports."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import week

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def run(folder: Path, *arguments: str | Path, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_an_installed_wheel_answers_and_reports(tmp_path: Path) -> None:
    source, installed = tmp_path / "source", tmp_path / "installed"
    # A copy, since building leaves files behind
    left_out = shutil.ignore_patterns(".*", "build", "dist", "*lake", "*.egg-info", "tests")
    shutil.copytree(
        ROOT, source, ignore=lambda *found: left_out(*found) - {"lake", "playlist_lake"}
    )
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    run(tmp_path, *pip, "--target", installed, source)
    lake = write_lake(tmp_path / "lake", **week())

    def playlist_lake(*arguments: str | Path) -> str:
        # -P and elsewhere: nothing of the repository is on the path
        main = "import sys; from playlist_lake.cli import main; print(sys.path[0]); main()"
        said = run(tmp_path, "-P", "-c", main, *arguments, PYTHONPATH=str(installed))
        first, _, rest = said.partition("\n")
        assert first == str(installed)
        return rest

    chart = "SELECT song_name FROM chart WHERE position = 1 AND snapshot_date = DATE '2026-01-06'"
    assert playlist_lake("query", chart, "--lake", lake, "--format", "csv") == "song_name\nSong C\n"
    assert "Song A" in playlist_lake("query", "number_ones", "--lake", lake)
    assert playlist_lake("report", "--lake", lake) == f"Report: {lake}/report.html\n"
