"""Retries: how many attempts a call has, how long they wait, and a budget for the whole run."""

from collections.abc import Callable
from math import inf

from tenacity import RetryCallState, Retrying, retry_if_exception

from extract_lambda.responses import RateLimited, RetryableError

CALL_MAX_S = 30.0
"""The longest time that one call may take, from connecting to the end of the body."""
# The event and the metrics of a run are sent after its last call
_TIME_AFTER_CALLS_S = 5.0
MAX_ATTEMPTS = 4
MAX_SHORT_WAIT_S = 30.0
# Enough for three calls that meet the longest short limit at every attempt
TOTAL_WAIT_S = 300.0
_FIRST_BACKOFF_S = 1.0


class RetryBudget:
    """How many seconds one run may wait between attempts, and how many a call may take.

    `total_s` is for the waits of all calls together, `call_max_s` for each attempt. `time_left`
    gives the seconds until the run is killed, as Lambda does. A wait always leaves enough time for
    one call.
    """

    def __init__(
        self,
        total_s: float = TOTAL_WAIT_S,
        time_left: Callable[[], float] | None = None,
        call_max_s: float = CALL_MAX_S,
    ) -> None:
        self._left_s = total_s
        self._time_left = time_left or (lambda: inf)
        self._call_max_s = call_max_s

    def call_limit_s(self) -> float:
        """The seconds that the next call may take; fewer near the end of the run, 0 at its end."""
        return max(0.0, min(self._call_max_s, self._time_left() - _TIME_AFTER_CALLS_S))

    def allows(self, wait_s: float) -> bool:
        """Whether there is time for a wait between attempts, and for the call after it."""
        return wait_s <= self._left_s and self.has_time(wait_s)

    def has_time(self, wait_s: float) -> bool:
        """Whether the run is not killed during a wait and the call after it."""
        return wait_s + CALL_MAX_S <= self._time_left()

    def spend(self, wait_s: float) -> None:
        """Subtract a wait from the budget."""
        self._left_s -= wait_s

    def is_short(self, error: RateLimited) -> bool:
        """Whether a rate limit ends soon enough to wait for it."""
        if error.is_quota or error.retry_after_s is None:
            return False
        return error.retry_after_s <= min(MAX_SHORT_WAIT_S, self._time_left() / 3)


def retrying(
    budget: RetryBudget, sleep: Callable[[float], None], random: Callable[[], float]
) -> Retrying:
    """Up to 4 attempts of one call that raises RetryableError; reraises the last error.

    `random` gives a number from 0 to 1.
    """

    def is_retryable(error: BaseException) -> bool:
        if isinstance(error, RateLimited):
            return budget.is_short(error)
        return isinstance(error, RetryableError)

    def wait_s(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, RateLimited):
            return (error.retry_after_s or 0) + 1 + random()
        doubled: int = 2 ** (state.attempt_number - 1)
        return _FIRST_BACKOFF_S * doubled * (0.5 + random())

    def is_over(state: RetryCallState) -> bool:
        return state.attempt_number >= MAX_ATTEMPTS or not budget.allows(state.upcoming_sleep)

    def wait(seconds: float) -> None:
        budget.spend(seconds)
        sleep(seconds)

    return Retrying(
        retry=retry_if_exception(is_retryable),
        wait=wait_s,
        stop=is_over,
        sleep=wait,
        reraise=True,
    )
