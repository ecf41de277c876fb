"""HTTP sessions that check every response, and a filter on what spotipy logs."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests import PreparedRequest, Response
from urllib3.exceptions import HTTPError

from extract_lambda.bounded_http import (
    MAX_RESPONSE_BYTES,
    BoundedAdapter,
    DeadlineExceeded,
    TooManyBytes,
)
from extract_lambda.responses import NoResponse, ResponseTooLarge
from extract_lambda.settings import is_loopback

# At DEBUG, spotipy logs the access token, the client secret and the refresh token. A filter holds
# even if someone sets the level of all loggers to DEBUG.
_SPOTIPY_LOGGERS = ("client", "oauth2", "cache_handler", "util")


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.INFO


for _name in _SPOTIPY_LOGGERS:
    logging.getLogger(f"spotipy.{_name}").addFilter(_above_debug)


def open_session(
    url: str, check: Callable[..., None], call_limit_s: Callable[[], float]
) -> requests.Session:
    """A session for the URLs of a web API, without retries of its own.

    `check` gets every response, and raises if it is not a success. `call_limit_s` gives the seconds
    that the next call may take; the timeouts that spotipy passes don't count.
    """

    def hook(response: Response, *_: Any, **__: Any) -> None:
        check(response)

    session = requests.Session()
    session.mount("https://", BoundedAdapter(call_limit_s))
    session.mount("http://", BoundedAdapter(call_limit_s))
    session.hooks["response"].append(hook)
    # Otherwise requests replaces the token with credentials from a .netrc file
    session.auth = _unchanged
    # Calls on this machine go through no proxy
    session.trust_env = not is_loopback(url)
    return session


@contextmanager
def network_errors(what: str) -> Iterator[None]:
    """Turn what a session raises into NoResponse and ResponseTooLarge; `what` was requested."""
    try:
        yield
    except DeadlineExceeded as error:
        raise NoResponse(f"{what}: {error}; check the network, run again") from error
    except TooManyBytes as error:
        raise ResponseTooLarge(
            f"{what}: the response is larger than {MAX_RESPONSE_BYTES >> 20} MiB, so it was not "
            "read further; check the network for a proxy that changes it, then run again"
        ) from error
    except (requests.RequestException, HTTPError) as error:
        raise NoResponse(
            f"{what}: no complete response ({type(error).__name__}); check the network, run again"
        ) from error


def _unchanged(request: PreparedRequest) -> PreparedRequest:
    return request
