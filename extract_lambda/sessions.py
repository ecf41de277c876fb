"""HTTP sessions for spotipy, which judge every answer, and a bound on what spotipy logs."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
from requests import PreparedRequest, Response

from extract_lambda.answers import NoAnswer
from extract_lambda.settings import is_loopback

# A filter, since whoever sets all levels to DEBUG would set these loggers' too: there spotipy
# writes the access token, and the client secret with the refresh token.
_SPOTIPY_LOGGERS = ("client", "oauth2", "cache_handler", "util")


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.INFO


for _name in _SPOTIPY_LOGGERS:
    logging.getLogger(f"spotipy.{_name}").addFilter(_above_debug)


def open_session(url: str, judge: Callable[..., None]) -> requests.Session:
    """A session for one of Spotify's addresses, without retries of its own.

    `judge` is called with every response, and raises if it is no success.
    """

    def hook(response: Response, *_: Any, **__: Any) -> None:
        judge(response)

    session = requests.Session()
    session.hooks["response"].append(hook)
    # Without it, requests puts what a .netrc says in the place of the token.
    session.auth = _unchanged
    # What stays on this machine goes through no proxy.
    session.trust_env = not is_loopback(url)
    return session


@contextmanager
def network_errors_named(what: str) -> Iterator[None]:
    """Turn what requests raises into NoAnswer."""
    try:
        yield
    except requests.RequestException as error:
        raise NoAnswer(
            f"{what} got no whole answer ({type(error).__name__}); check the network, run again"
        ) from error


def _unchanged(request: PreparedRequest) -> PreparedRequest:
    return request
