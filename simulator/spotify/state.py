"""What the endpoints share: clock, date, payload generation, tokens, lists, faults, requests."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from simulator.spotify.accounts import Accounts
from simulator.spotify.faults.fault_queue import FaultQueue
from simulator.spotify.library import Library, ResponseContext
from simulator.world.catalogue import Generation, SimulatedCatalogue


class RecordedRequest(NamedTuple):
    """One request; `status` is None until it is answered."""

    method: str
    path: str
    query: str
    status: int | None


class State:
    """Everything that changes while the server runs; safe to use from several threads."""

    def __init__(
        self,
        catalogue: SimulatedCatalogue,
        generation: Generation,
        clock: Callable[[], datetime],
        today: date | None,
    ) -> None:
        self._clock = clock
        self._clock_offset = timedelta()
        self._first_generation = generation
        self._today = today
        self._lock = threading.Lock()
        self._requests: list[RecordedRequest] = []
        self.generation = generation
        self.base_url = ""
        self.stopping = threading.Event()
        self.library = Library(catalogue)
        self.accounts = Accounts(self.now)
        self.faults = FaultQueue()

    def now(self) -> datetime:
        return self._clock() + self._clock_offset

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self._clock_offset += by

    def context(self) -> ResponseContext:
        """What a response depends on at this moment."""
        return ResponseContext(self._today or self.now().date(), self.generation, self.base_url)

    def reset(self) -> None:
        """Go back to the state at the start of the server."""
        self._clock_offset = timedelta()
        self.generation = self._first_generation
        self.faults.clear()
        self.library.undo_edits()
        self.accounts.reset()
        with self._lock:
            self._requests = []

    def record(self, method: str, path: str, query: str) -> Callable[[int], None]:
        """Record a request; returns a function that records its status."""
        with self._lock:
            requests, index = self._requests, len(self._requests)
            requests.append(RecordedRequest(method, path, query, None))

        def set_status(status: int) -> None:
            with self._lock:
                requests[index] = requests[index]._replace(status=status)

        return set_status

    def requests(self) -> list[RecordedRequest]:
        with self._lock:
            return list(self._requests)
