"""Which fault meets which request."""

import re
import threading
from dataclasses import dataclass

from simulator.spotify.exchange import Fault


@dataclass
class _Waiting:
    fault: Fault
    path: re.Pattern[str]
    times: int | None
    after: int


class FaultQueue:
    """The faults asked for; a request meets the first that fits its path and is not used up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []

    def add(self, fault: Fault, path: str, times: int | None, after: int) -> None:
        """Let the fault happen to `times` requests (None: for ever) once `after` went through.

        In `path` a `*` is any part between slashes and `**` is anything. Only requests that no
        earlier fault took are counted.
        """
        pattern = re.compile(_expression(path))
        with self._lock:
            self._waiting.append(_Waiting(fault, pattern, times, after))

    def take(self, path: str) -> Fault | None:
        """The fault for one request."""
        with self._lock:
            for waiting in self._waiting:
                if waiting.times == 0 or not waiting.path.fullmatch(path):
                    continue
                if waiting.after:
                    waiting.after -= 1
                    continue
                if waiting.times is not None:
                    waiting.times -= 1
                return waiting.fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()


def _expression(path: str) -> str:
    parts = re.split(r"(\*\*|\*)", path)
    meaning = {"**": ".*", "*": "[^/]*"}
    return "".join(meaning.get(part, re.escape(part)) for part in parts)
