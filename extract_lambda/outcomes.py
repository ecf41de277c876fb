"""The outcome of each list in an extraction: one word and one sentence."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from extract_lambda.errors import ExtractError
from lake.errors import LakeError
from lake.outcomes import OUTCOMES, UNAVAILABLE, Outcome

# Another run may succeed. Forbidden, not_found and throttled are Spotify's answers: another run
# would get the same now
FAILURES: tuple[Outcome, ...] = ("failed", "pending")


@dataclass(frozen=True)
class ListOutcome:
    """The outcome of one list.

    `items` is the number of items read, None if no snapshot was stored. `calls` counts
    the requests to the Web API. `cause` names the error's class, such as `login_needed`.
    """

    playlist_id: str
    outcome: Outcome
    sentence: str
    items: int | None = None
    calls: int = 0
    cause: str | None = None


@dataclass(frozen=True)
class ExtractionReport:
    """The outcome of every list, in the order of the request; each list is there once."""

    snapshot_date: date
    outcomes: tuple[ListOutcome, ...]
    unsaved_token: ExtractError | None = None
    """Why a new refresh token could not be saved; the next run will need a login."""
    unsaved_outcomes: LakeError | None = None
    """Why the outcomes could not be stored in the lake."""
    has_news: bool = False
    """Whether the lake has a new snapshot, or another outcome of a list for this date."""
    newly_unavailable: tuple[str, ...] = ()
    """The lists that are forbidden or not found, but were read when Spotify last answered."""

    @property
    def counts(self) -> dict[Outcome, int]:
        """Number of lists by outcome, with 0 for the others."""
        counted = Counter(each.outcome for each in self.outcomes)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def is_failure(self) -> bool:
        """Whether someone must act or run again."""
        is_unsaved = self.unsaved_token is not None or self.unsaved_outcomes is not None
        return is_unsaved or any(each.outcome in FAILURES for each in self.outcomes)

    @property
    def unavailable(self) -> tuple[str, ...]:
        """The lists that are forbidden or not found; they need a decision, not another run."""
        return tuple(each.playlist_id for each in self.outcomes if each.outcome in UNAVAILABLE)


def cause_of(error: type[BaseException]) -> str:
    """An error's class as a word for logs: LoginNeeded becomes login_needed."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", error.__name__).lower()
