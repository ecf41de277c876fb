"""A build whose Java is killed: the real processes, and all that is printed."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow

_STEP = "flatten_playlists: write"


def test_a_killed_java_is_one_sentence_and_the_next_build_completes_the_work(
    three_days: Path, tmp_path: Path
) -> None:
    lake = shutil.copytree(three_days, tmp_path / "lake")
    script = Path(sys.executable).with_name("playlist-lake")
    command = [str(script), "build", "--lake", str(lake)]

    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as building:
        assert building.stderr
        before = list(iter(building.stderr.readline, f"{_STEP}\n"))
        (java,) = psutil.Process(building.pid).children()
        java.send_signal(signal.SIGKILL)
        after = building.stderr.read().splitlines()

    assert building.returncode == 1
    assert before == ["start Spark\n", "flatten_playlists: read\n"]
    assert after == [
        "error: Java, in which Spark runs, was killed (usually because memory was full) during the "
        "build of the snapshot dates; nothing was published; free some memory, or build fewer "
        "dates at a time, then run again"
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Built    3 snapshot dates" in done.stdout
