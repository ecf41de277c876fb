"""Where nothing may be skipped, a skip fails the run, with workers as well as without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = {
    "test_skipped.py": 'import pytest\ndef test_it(): pytest.skip("no such thing here")',
    "test_file.py": 'import pytest\npytest.skip("no such thing here", allow_module_level=True)',
    "test_passed.py": "def test_that(): pass",
}


@pytest.mark.parametrize(
    ("required", "workers", "failures"), [("1", 0, 2), ("1", 2, 2), ("", 2, 0)]
)
def test_a_skip_fails_the_run_where_all_is_required(
    tmp_path: Path, required: str, workers: int, failures: int
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)

    ended = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", tmp_path, tmp_path,
            "-p", "tests.support.no_skips", "-p", "no:cacheprovider", f"--numprocesses={workers}",
            # Without a summary: with CI=1, pytest repeats whole messages there
            "--continue-on-collection-errors", "-rN",
        ],
        cwd=ROOT,
        env=os.environ | {"PLAYLIST_LAKE_REQUIRE_ALL": required},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    sentence = "PLAYLIST_LAKE_REQUIRE_ALL=1 forbids this skip. Skipped: no such thing here"
    assert ended.stdout.count(sentence) == failures
    assert bool(ended.returncode) == bool(failures)
