"""Which fault answers which request."""

import re
import threading
from dataclasses import dataclass

from simulator.spotify.faults.fault import Fault


@dataclass
class _QueuedFault:
    fault: Fault
    path: re.Pattern[str]
    times: int | None
    after: int


class FaultQueue:
    """Faults in the order in which they were added; the first matching one takes a request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: list[_QueuedFault] = []

    def add(self, fault: Fault, path: str, times: int | None, after: int) -> None:
        """Apply a fault to `times` requests (None: to all), after `after` normal ones.

        In `path`, `*` stands for any text without a slash and `**` for any text. Requests that an
        earlier fault takes don't count.
        """
        with self._lock:
            self._queue.append(_QueuedFault(fault, _pattern(path), times, after))

    def take(self, path: str) -> Fault | None:
        """The fault for one request, or None."""
        with self._lock:
            for queued in self._queue:
                if queued.times == 0 or not queued.path.fullmatch(path):
                    continue
                if queued.after:
                    queued.after -= 1
                    continue
                if queued.times is not None:
                    queued.times -= 1
                return queued.fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._queue.clear()


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*|\*)", path)
    wildcards = {"**": ".*", "*": "[^/]*"}
    return re.compile("".join(wildcards.get(part, re.escape(part)) for part in parts))
