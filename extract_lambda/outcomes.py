"""What became of each list in an extraction, in one word and one sentence."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from extract_lambda.errors import ExtractError

Outcome = Literal[
    "extracted", "already_present", "not_found", "forbidden", "throttled", "failed", "pending"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# The others are answers of Spotify's, which running again would not change.
FAILURES: tuple[Outcome, ...] = ("failed", "pending")


@dataclass(frozen=True)
class ListOutcome:
    """What became of one list.

    `items` is the number of items read, None if the list was not read whole; `calls` counts the
    requests to the Web API. `cause` names the error's class, such as `login_needed`.
    """

    playlist_id: str
    outcome: Outcome
    sentence: str
    items: int | None = None
    calls: int = 0
    cause: str | None = None


@dataclass(frozen=True)
class ExtractionReport:
    """What became of every list, in the order asked for; a list named twice is there once."""

    snapshot_date: date
    outcomes: tuple[ListOutcome, ...]
    unsaved_token: ExtractError | None = None
    """Why a new refresh token could not be kept: the next run will need playlist-lake login."""

    @property
    def counts(self) -> dict[Outcome, int]:
        """Lists by outcome, every outcome named."""
        counted = Counter(each.outcome for each in self.outcomes)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def exit_is_failure(self) -> bool:
        """Whether somebody has to do something, or to run again."""
        return self.unsaved_token is not None or any(
            each.outcome in FAILURES for each in self.outcomes
        )


def cause_of(error: type[Exception]) -> str:
    """An error's class as a word for logs: LoginNeeded is login_needed."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", error.__name__).lower()
