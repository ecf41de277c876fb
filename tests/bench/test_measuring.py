"""Measured programs: the memory of all their processes, their time, their failure."""

import os
import sys
from pathlib import Path

import pytest

from bench.measuring import ProgramFailed, run

# Waits for a child process that holds 100 MB
_PARENT = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "'import time; data = bytearray(b\"x\") * 100_000_000; time.sleep(2)'])"
)


def test_the_memory_includes_child_processes(tmp_path: Path) -> None:
    usage = run([sys.executable, "-c", _PARENT], tmp_path / "log", os.environ)
    assert 100e6 < usage.peak_bytes < 200e6
    assert usage.seconds > 2


def test_cpu_seconds_exclude_waiting(tmp_path: Path) -> None:
    usage = run([sys.executable, "-c", "import time; time.sleep(1)"], tmp_path / "log", os.environ)
    assert usage.seconds > 1
    assert usage.cpu_seconds < 0.5


def test_a_failure_shows_the_output_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match=r"ended with status 3:\nno such list"):
        run(["/bin/sh", "-c", "echo no such list; exit 3"], tmp_path / "log", os.environ)
