"""The Spotify client that the commands use, their clock, and the extractor's warnings."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from extract_lambda.credentials import CredentialStore
from extract_lambda.settings import ApiSettings
from extract_lambda.spotify_api import SpotifyApi
from extract_lambda.throttle import Throttle
from lake.storage import Storage
from playlist_lake.console import remark


def utc_now() -> datetime:
    """The current time."""
    return datetime.now(UTC)


def open_api(
    settings: ApiSettings,
    store: CredentialStore,
    storage: Storage,
    clock: Callable[[], datetime],
) -> SpotifyApi:
    """A client for one run; like the Lambda's, it waits between retries and stores rate limits."""
    return SpotifyApi(
        settings, store, Throttle(storage, clock), sleep=time.sleep, random=random.random
    )


@contextmanager
def warnings_printed() -> Iterator[None]:
    """Print the warnings that extract_lambda logs to stderr."""
    logger, handler = logging.getLogger("extract_lambda"), _RemarkHandler(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _RemarkHandler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        remark(f"warning: {record.getMessage()}", "yellow")
