"""Looking at something again and again, from another thread, while a test changes it."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Watcher:
    """Looks until the end of its block; fails there with the first error that a look raised.

    A look returns whether it saw a state that counts. At least one has to, and the last look is
    at what the block left.
    """

    def __init__(self, look: Callable[[], bool], pause_s: float = 0.005) -> None:
        self._look, self._pause_s = look, pause_s
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._answers = 0
        self._error: Exception | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()
        if error is None:
            if self._error:
                raise self._error
            assert self._answers

    def _watch(self) -> None:
        is_last = False
        while not (is_last or self._error):
            is_last = self._is_over.is_set()
            try:
                self._answers += self._look()
            except Exception as error:  # noqa: BLE001, AssertionError or whatever a reader gets
                self._error = error
            self._is_over.wait(self._pause_s)
