"""Spotify as the commands reach it: its addresses, the login that is kept, the client of a run."""

import logging
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
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


def api_settings(environ: Mapping[str, str] = os.environ) -> ApiSettings:
    """Spotify's addresses, or those of the environment; raises InvalidSettings."""
    default = ApiSettings()
    return ApiSettings(
        api_url=environ.get("SPOTIFY_API_URL") or default.api_url,
        token_url=environ.get("SPOTIFY_TOKEN_URL") or default.token_url,
    )


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
