"""Running a program and watching it: seconds until it ended, peak memory of all its processes."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

_EVERY_S = 0.1
# Of one processor. To look at gigabytes takes tens of milliseconds, and stops their owner meanwhile
_SHARE_OF_LOOKING = 0.02
_LINES_TOLD = 20


class ProgramFailed(Exception):
    """A program that was measured ended with an error."""


class Usage(NamedTuple):
    """What a program took; `started_at` is seconds since the epoch.

    The seconds of processors are those of a tenth of a second before the end. Memory is looked at
    less often the more of it there is: a peak of less than some seconds may be missed.
    """

    started_at: float
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run(command: Sequence[str | Path], log: Path, environment: Mapping[str, str]) -> Usage:
    """Run a program to its end, its output to a file; raises ProgramFailed."""
    cpu_seconds: dict[int, float] = {}
    peak, next_look_at = 0, 0.0
    with log.open("wb") as output:
        started_at, start = time.time(), time.monotonic()
        process = subprocess.Popen(
            list(map(str, command)), stdout=output, stderr=subprocess.STDOUT, env=environment
        )
        try:
            while (status := _status(process)) is None:
                processes = list(_tree(process.pid))
                for one in processes:
                    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                        times = one.cpu_times()
                        cpu_seconds[one.pid] = times.user + times.system
                if (begun := time.monotonic()) >= next_look_at:
                    peak = max(peak, sum(map(_bytes, processes)))
                    ended = time.monotonic()
                    next_look_at = ended + (ended - begun) / _SHARE_OF_LOOKING
        except BaseException:
            process.kill()
            raise
    seconds = time.monotonic() - start
    if status:
        told = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES_TOLD:]
        raise ProgramFailed("\n".join([f"{command[0]} ended with status {status}:", *told]))
    return Usage(started_at, seconds, sum(cpu_seconds.values()), peak)


def _status(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(_EVERY_S)
    except subprocess.TimeoutExpired:
        return None


def _tree(pid: int) -> Iterator[psutil.Process]:
    """A process and all below it."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        yield process
        yield from process.children(recursive=True)


def _bytes(process: psutil.Process) -> int:
    """Memory of a process, 0 if it ended; pages that it shares count in part, where Linux tells."""
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        memory = process.memory_full_info()
        return int(getattr(memory, "pss", memory.rss))
    return 0
