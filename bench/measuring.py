"""Run a program and measure its time and the peak memory of all its processes."""

import resource
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

_POLL_S = 0.1
# Reading the memory of a large process takes tens of milliseconds and stops the process. So the
# longer a reading takes, the less often memory is read: readings take 2 % of the time
_SHARE_OF_MEMORY_READS = 0.02
_LOG_LINES_SHOWN = 20


class ProgramFailed(Exception):
    """A measured program ended with an error."""


class Usage(NamedTuple):
    """Time and memory of a program; `started_at` is seconds since the epoch.

    `cpu_seconds` misses up to the last 0.1 s of a process that its parent did not wait for, as
    PySpark doesn't wait for Java. `peak_bytes` may miss a peak of a few seconds,
    because the memory of large processes is read less often.
    """

    started_at: float
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run(command: Sequence[str | Path], log: Path, environment: Mapping[str, str]) -> Usage:
    """Run a program with its output in a log file; raises ProgramFailed."""
    cpu_seconds: dict[int, float] = {}
    peak_bytes, next_read_at = 0, 0.0
    with log.open("wb") as output:
        started_at, start, before = time.time(), time.monotonic(), _cpu_seconds_of_children()
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
                if (read_started := time.monotonic()) >= next_read_at:
                    peak_bytes = max(peak_bytes, sum(map(_memory_bytes, processes)))
                    read_ended = time.monotonic()
                    next_read_at = read_ended + (read_ended - read_started) / _SHARE_OF_MEMORY_READS
        except BaseException:
            process.kill()
            raise
    seconds = time.monotonic() - start
    waited_for = _cpu_seconds_of_children() - before
    if status:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
        raise ProgramFailed("\n".join([f"{command[0]} ended with status {status}:", *lines]))
    return Usage(started_at, seconds, max(waited_for, sum(cpu_seconds.values())), peak_bytes)


def _cpu_seconds_of_children() -> float:
    """Of all processes that this one, and its children, have waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _status(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(_POLL_S)
    except subprocess.TimeoutExpired:
        return None


def _tree(pid: int) -> Iterator[psutil.Process]:
    """A process and all its descendants."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        yield process
        yield from process.children(recursive=True)


def _memory_bytes(process: psutil.Process) -> int:
    """Memory of a process, 0 if it has ended; on Linux its share of shared pages (PSS)."""
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        memory = process.memory_full_info()
        return int(getattr(memory, "pss", memory.rss))
    return 0
