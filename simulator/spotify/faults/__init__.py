"""One class for each fault of a request; see `SimulatedSpotify.fault`."""

from simulator.spotify.faults.broken_responses import (
    Cut,
    EmptyBody,
    HalfJson,
    Hang,
    HtmlPage,
    Slow,
    Torn,
)
from simulator.spotify.faults.endless_responses import Endless, GzipBomb
from simulator.spotify.faults.error_responses import (
    ErrorText,
    Forbidden,
    NotFound,
    QuotaExceeded,
    RateLimited,
    ServerError,
)
from simulator.spotify.faults.fault import Exchange, Fault
from simulator.spotify.faults.misleading_responses import (
    Edited,
    EmptyPage,
    LeftOut,
    NullItems,
    Shrunk,
    TokenExpired,
    TokenRevoked,
    UnusableToken,
    WrongNext,
    WrongTotal,
)
from simulator.spotify.faults.renamed_keys import RenamedKey

__all__ = [
    "Cut",
    "Edited",
    "EmptyBody",
    "EmptyPage",
    "Endless",
    "ErrorText",
    "Exchange",
    "Fault",
    "Forbidden",
    "GzipBomb",
    "HalfJson",
    "Hang",
    "HtmlPage",
    "LeftOut",
    "NotFound",
    "NullItems",
    "QuotaExceeded",
    "RateLimited",
    "RenamedKey",
    "ServerError",
    "Shrunk",
    "Slow",
    "TokenExpired",
    "TokenRevoked",
    "Torn",
    "UnusableToken",
    "WrongNext",
    "WrongTotal",
]
