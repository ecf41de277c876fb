"""Programs that are measured: memory of all their processes, time, failure."""

import os
import sys
from pathlib import Path

import pytest

from bench.measuring import ProgramFailed, run

# Holds 100 MB in a process of its own, which it waits for
_PARENT = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "'import time; held = bytearray(b\"x\") * 100_000_000; time.sleep(0.5)'])"
)


def test_memory_is_that_of_all_processes(tmp_path: Path) -> None:
    usage = run([sys.executable, "-c", _PARENT], tmp_path / "log", os.environ)
    assert 100e6 < usage.peak_bytes < 200e6
    assert 0.5 < usage.seconds < 20


def test_seconds_of_processors_are_not_those_that_pass(tmp_path: Path) -> None:
    usage = run([sys.executable, "-c", "import time; time.sleep(1)"], tmp_path / "log", os.environ)
    assert usage.seconds > 1
    assert usage.cpu_seconds < 0.5


def test_a_failure_tells_what_the_program_said(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match=r"ended with status 3:\nno such list"):
        run(["/bin/sh", "-c", "echo no such list; exit 3"], tmp_path / "log", os.environ)
