"""Running a program and watching it: seconds until it ended, peak memory of all its processes."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

_EVERY_S = 0.1


class ProgramFailed(Exception):
    """A program that was measured ended with an error."""


class Usage(NamedTuple):
    """What a program took; `started_at` is seconds since the epoch."""

    started_at: float
    seconds: float
    peak_bytes: int


def run(command: Sequence[str | Path], log: Path, environment: Mapping[str, str]) -> Usage:
    """Run a program to its end, its output to a file; raises ProgramFailed."""
    with log.open("wb") as output:
        started_at, start = time.time(), time.monotonic()
        process = subprocess.Popen(
            list(map(str, command)), stdout=output, stderr=subprocess.STDOUT, env=environment
        )
        peak = 0
        try:
            while True:
                with suppress(subprocess.TimeoutExpired):
                    status = process.wait(_EVERY_S)
                    break
                peak = max(peak, tree_bytes(process.pid))
        except BaseException:
            process.kill()
            raise
    seconds = time.monotonic() - start
    if status:
        raise ProgramFailed(f"{command[0]} ended with status {status}; see {log}")
    return Usage(started_at, seconds, peak)


def tree_bytes(pid: int) -> int:
    """The memory of a process and all below it now, shared pages counted once where Linux tells."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                total += _bytes(one)
    return total


def _bytes(process: psutil.Process) -> int:
    memory = process.memory_full_info()
    return int(getattr(memory, "pss", memory.rss))
