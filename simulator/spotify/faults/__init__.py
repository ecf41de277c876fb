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
    NullItems,
    TokenExpired,
    TokenRevoked,
    WrongNext,
    WrongTotal,
)

__all__ = [
    "Cut",
    "Edited",
    "EmptyBody",
    "ErrorText",
    "Exchange",
    "Fault",
    "Forbidden",
    "HalfJson",
    "Hang",
    "HtmlPage",
    "NotFound",
    "NullItems",
    "QuotaExceeded",
    "RateLimited",
    "ServerError",
    "Slow",
    "TokenExpired",
    "TokenRevoked",
    "Torn",
    "WrongNext",
    "WrongTotal",
]
