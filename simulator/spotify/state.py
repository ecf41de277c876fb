"""What the simulated Spotify's parts share: the day, the generation, tokens, lists, faults."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from simulator.spotify.accounts import Accounts
from simulator.spotify.fault_queue import FaultQueue
from simulator.spotify.library import Library, Served
from simulator.world.catalogue import Generation, SimulatedCatalogue


class RecordedRequest(NamedTuple):
    """One call; the status is None until it is answered, and for ever if it hangs."""

    method: str
    path: str
    query: str
    status: int | None


class State:
    """All that changes while the server runs; assignments from any thread are seen by the next."""

    def __init__(
        self,
        catalogue: SimulatedCatalogue,
        generation: Generation,
        clock: Callable[[], datetime],
        today: date | None,
    ) -> None:
        self._clock = clock
        self._ahead = timedelta()
        self._first = (generation, today)
        self._lock = threading.Lock()
        self._requests: list[RecordedRequest] = []
        self.generation, self.today = self._first
        self.base_url = ""
        self.stopping = threading.Event()
        self.library = Library(catalogue)
        self.accounts = Accounts(self.now)
        self.faults = FaultQueue()

    def now(self) -> datetime:
        """The server's clock, by which tokens age."""
        return self._clock() + self._ahead

    def advance(self, by: timedelta) -> None:
        """Put the clock forward."""
        self._ahead += by

    def served(self) -> Served:
        """What bodies are made for at this moment."""
        return Served(self.today or self.now().date(), self.generation, self.base_url)

    def reset(self) -> None:
        """As it was when the server started, but for the clock given to it."""
        self._ahead = timedelta()
        self.generation, self.today = self._first
        self.faults.clear()
        self.library.undo_edits()
        self.accounts.reset()
        with self._lock:
            self._requests = []

    def record(self, method: str, path: str, query: str) -> Callable[[int], None]:
        """Note a request; the returned function notes its status."""
        with self._lock:
            requests, number = self._requests, len(self._requests)
            requests.append(RecordedRequest(method, path, query, None))

        def answered(status: int) -> None:
            with self._lock:
                requests[number] = requests[number]._replace(status=status)

        return answered

    def requests(self) -> list[RecordedRequest]:
        with self._lock:
            return list(self._requests)
