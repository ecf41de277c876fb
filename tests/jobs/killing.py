"""Starts the victims of the kill tests, and kills them at a point or after some seconds."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
JVM_END_S = 60


class Death(NamedTuple):
    """How a victim ended: exit status (negative: the signal), at which event, after how long."""

    status: int
    event: str
    seconds: float


class _Process:
    """A running `tests.jobs.victim`."""

    def __init__(self, mode: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.victim", mode],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()

    def _send(self, action: str, lake: Path, point: str | int | None) -> None:
        assert self._process.stdin is not None
        command = {"action": action, "lake": str(lake), "point": point}
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class Forks(_Process):
    """Victims without Spark, each a fork of one process."""

    def __init__(self) -> None:
        super().__init__("fork")

    def __enter__(self) -> "Forks":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def strike(
        self,
        action: str,
        lake: Path,
        point: int | None = None,
        *,
        after_s: float | None = None,
    ) -> Death:
        """Run a command in a victim, and kill it at a point or after some seconds."""
        self._send(action, lake, point)
        child = int(self._line().removeprefix("child "))
        started = time.monotonic()
        if after_s is not None:
            time.sleep(after_s)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        event = ""
        while not (line := self._line()).startswith("ended "):
            assert line.startswith("at "), f"the victims' parent ended: {line}"
            event = line.removeprefix("at ")
        return Death(int(line.removeprefix("ended ")), event, time.monotonic() - started)


class SparkVictim(_Process):
    """A victim with its own Spark; it starts at once and waits for its command."""

    def __init__(self) -> None:
        super().__init__("spark")
        self._jvm = 0

    def strike(
        self,
        action: str,
        lake: Path,
        point: str | None = None,
        *,
        after_s: float | None = None,
    ) -> Death:
        """Run a command in it, and kill it at a point, after some seconds, or when it is done."""
        self._jvm = int(self._line().removeprefix("jvm "))
        self._send(action, lake, point)
        started = time.monotonic()
        event = ""
        if after_s is None:
            event = self._line()
        else:
            time.sleep(after_s)
        seconds = time.monotonic() - started
        if point is None:
            self._process.kill()
        status = self._process.wait()
        self.close()
        return Death(status, event.removeprefix("at "), seconds)

    def jvm_has_ended(self) -> bool:
        """Whether its JVM ends by itself."""
        deadline = time.monotonic() + JVM_END_S
        while _is_alive(self._jvm):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        return True


class SparkVictims:
    """One victim after the other; the next one may start while the tests do something else."""

    def __init__(self) -> None:
        self._next: SparkVictim | None = None

    def prepare(self) -> None:
        """Start the next one."""
        self._next = self._next or SparkVictim()

    def take(self) -> SparkVictim:
        """The next one."""
        self.prepare()
        victim, self._next = self._next, None
        assert victim is not None
        return victim

    def close(self) -> None:
        """End the prepared victim that was not taken."""
        if self._next:
            self._next.close()


def _is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    answer = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)],  # noqa: S607, where ps is differs by system
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() != "" and not answer.stdout.strip().startswith("Z")
