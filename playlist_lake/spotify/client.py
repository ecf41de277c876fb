"""Spotify as the commands reach it: the login that is kept, the client of a run."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from extract_lambda.credentials import CredentialStore
from extract_lambda.lake_files import LakeFiles
from extract_lambda.settings import ApiSettings
from extract_lambda.spotify_api import SpotifyApi
from extract_lambda.throttle import Throttle
from playlist_lake.console import remark

# Six months after the consent, refreshed or not; the shortest six months have 181 days.
# https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration
LOGIN_LIFETIME = timedelta(days=180)


def utc_now() -> datetime:
    """The clock of the commands."""
    return datetime.now(UTC)


def open_api(
    settings: ApiSettings,
    store: CredentialStore,
    files: LakeFiles,
    clock: Callable[[], datetime],
) -> SpotifyApi:
    """A client for one run, which waits and remembers limits as the Lambda's does."""
    return SpotifyApi(
        settings, store, Throttle(files, clock), sleep=time.sleep, random=random.random
    )


@contextmanager
def warnings_shown() -> Iterator[None]:
    """Show on stderr what the extractor's room warns of in its log."""
    logger, handler = logging.getLogger("extract_lambda"), _Remarks(logging.WARNING)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


class _Remarks(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        remark(f"warning: {record.getMessage()}", "yellow")
