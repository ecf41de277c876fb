"""How a test run is split between workers."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONFTEST = """
import os
from pathlib import Path
import pytest

@pytest.fixture(scope="session")
def spark(): pass

@pytest.fixture(autouse=True)
def _tell(request):
    line = f"{os.environ['PYTEST_XDIST_WORKER']} {request.node.name}\\n"
    with Path(__file__).with_name("told.txt").open("a") as told: told.write(line)
"""
FILE = """
def test_spark_{0}(spark): pass
def test_file_{0}_a(): pass
def test_file_{0}_b(): pass
"""


@pytest.mark.slow
def test_one_worker_has_all_of_spark_and_each_file_is_on_one(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for name in "1234":
        (tmp_path / f"test_{name}.py").write_text(FILE.format(name))

    ended = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", tmp_path, tmp_path,
            "-p", "tests.support.workers", "-p", "no:cacheprovider", "--numprocesses=2",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stdout
    told = [line.split() for line in (tmp_path / "told.txt").read_text().splitlines()]
    assert len(told) == 12
    assert len({worker for worker, test in told}) == 2
    assert len({worker for worker, test in told if "spark" in test}) == 1
    for name in "1234":
        assert len({worker for worker, test in told if f"file_{name}" in test}) == 1
