"""Everything that can go wrong with one request, on demand: a class per fault."""

from simulator.spotify.disturbances import (
    Cut,
    Edited,
    HalfJson,
    Hang,
    NullItems,
    Slow,
    TokenExpired,
    TokenRevoked,
    Torn,
    WrongNext,
    WrongTotal,
)
from simulator.spotify.exchange import Fault
from simulator.spotify.refusals import (
    EmptyBody,
    ErrorText,
    Forbidden,
    HtmlPage,
    NotFound,
    QuotaExceeded,
    RateLimited,
    ServerError,
)

__all__ = [
    "FAULTS",
    "Cut",
    "Edited",
    "EmptyBody",
    "ErrorText",
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

FAULTS: dict[str, type[Fault]] = {
    kind.__name__: kind
    for kind in (
        RateLimited,
        QuotaExceeded,
        ServerError,
        Forbidden,
        NotFound,
        ErrorText,
        EmptyBody,
        HtmlPage,
        HalfJson,
        Torn,
        Slow,
        Hang,
        Cut,
        TokenExpired,
        TokenRevoked,
        Edited,
        WrongNext,
        WrongTotal,
        NullItems,
    )
}
"""Every fault by the name that the control endpoint knows it by."""
