"""What a Lambda gets from outside: its time, its environment variables, chance."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from aws_lambda_powertools.utilities.typing import LambdaContext

from extract_lambda.errors import ExtractError


class MissingSetting(ExtractError):
    """An environment variable of the function is not set."""


@dataclass(frozen=True)
class Runtime:
    """Clock (UTC), sleep, random numbers from 0 to 1, seconds until Lambda kills the run."""

    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    time_left: Callable[[], float]

    @classmethod
    def of(cls, context: LambdaContext) -> Self:
        """That of an invocation."""
        return cls(
            clock=lambda: datetime.now(UTC),
            sleep=time.sleep,
            random=random.random,
            time_left=lambda: context.get_remaining_time_in_millis() / 1000,
        )


def setting(environ: Mapping[str, str], name: str) -> str:
    """An environment variable; raises MissingSetting."""
    if value := environ.get(name):
        return value
    raise MissingSetting(f"the environment variable {name} is not set; set it on the function")
