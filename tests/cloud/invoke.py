"""A script that runs a deployed function in its own process, as Lambda does.

It reads from standard input what to run: `path`, `handler`, `event`, `context`, and `now`, the
time at which the function's clock is stopped. It writes the result to the file `result`.
"""

import json
import sys
from datetime import datetime, tzinfo
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Self

ASKED = json.load(sys.stdin)


class Stopped(datetime):
    """A stopped clock: Spotify serves only today's lists, and a history takes days."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromisoformat(ASKED["now"]).astimezone(tz)


sys.path[:0] = ASKED["path"]
module_name, _, name = ASKED["handler"].rpartition(".")
module = import_module(module_name)
import_module("extract_lambda.runtime").datetime = Stopped  # type: ignore[attr-defined]
context = SimpleNamespace(
    **ASKED["context"], get_remaining_time_in_millis=lambda: ASKED["time_left_ms"]
)
result = getattr(module, name)(ASKED["event"], context)
Path(ASKED["result"]).write_text(json.dumps(result))
