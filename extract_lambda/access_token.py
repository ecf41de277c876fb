"""The access token of one run, requested with the refresh token, which Spotify may replace."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from tenacity import Retrying

from extract_lambda.credentials import Credentials, CredentialStore, InvalidCredentials
from extract_lambda.errors import ExtractError
from extract_lambda.responses import (
    PermanentError,
    RateLimited,
    RetryableError,
    check_token_response,
)
from extract_lambda.retries import RetryBudget
from extract_lambda.sessions import network_errors, open_session
from extract_lambda.settings import ApiSettings
from extract_lambda.throttle import Throttle, Throttled

if TYPE_CHECKING:
    from spotipy.oauth2 import SpotifyOAuth

# spotipy requires one; a refresh does not use it
_ANY_REDIRECT = "http://127.0.0.1:8888/callback"

_logger = logging.getLogger(__name__)


class NoAccessToken(PermanentError):
    """Spotify gives no access token at the moment; the credentials are not the reason."""


def open_oauth(
    settings: ApiSettings,
    client_id: str,
    client_secret: str,
    redirect_uri: str = _ANY_REDIRECT,
    *,
    budget: RetryBudget,
) -> SpotifyOAuth:
    """spotipy's OAuth client; it keeps tokens in memory only, and never prompts.

    `budget` limits the time of each call. Calls raise what check_token_response and sessions raise.
    """
    # spotipy is slow to import, and a run without a call does not need it
    from spotipy.cache_handler import MemoryCacheHandler
    from spotipy.oauth2 import SpotifyOAuth

    oauth = SpotifyOAuth(
        client_id=client_id,
        client_secret=client_secret,
        redirect_uri=redirect_uri,
        requests_session=open_session(
            settings.token_url, check_token_response, budget.call_limit_s
        ),
        open_browser=False,
        cache_handler=MemoryCacheHandler(),
    )
    oauth.OAUTH_TOKEN_URL = settings.token_url
    oauth.OAUTH_AUTHORIZE_URL = urljoin(settings.token_url, "/authorize")
    return oauth


class AccessToken:
    """Requests access tokens; after a permanent error it raises that error without a request.

    A new refresh token is saved in the store. If that fails, the run continues, and `unsaved` says
    why the next run will need a login. A refresh token that the store could not load again is
    ignored, with one warning.
    """

    def __init__(
        self,
        settings: ApiSettings,
        store: CredentialStore,
        throttle: Throttle,
        budget: RetryBudget,
        retrying: Callable[[], Retrying],
    ) -> None:
        self.unsaved: ExtractError | None = None
        self._settings = settings
        self._store = store
        self._throttle = throttle
        self._budget = budget
        self._retrying = retrying
        self._has_warned = False
        self._credentials: Credentials | None = None
        self._failure: ExtractError | None = None

    def renew(self) -> str:
        """Request a new access token.

        Raises LoginNeeded, AppRefused, NoAccessToken, Throttled and what the store raises.
        """
        if self._failure:
            raise self._failure
        try:
            return self._renew()
        except Throttled:
            raise
        except ExtractError as error:
            self._failure = error
            raise

    def _renew(self) -> str:
        credentials = self._credentials = self._credentials or self._store.load()
        oauth = open_oauth(
            self._settings, credentials.client_id, credentials.client_secret, budget=self._budget
        )

        def request() -> dict[str, Any]:
            with network_errors("the request for an access token"):
                tokens: dict[str, Any] = oauth.refresh_access_token(credentials.refresh_token)
                return tokens

        try:
            tokens = self._retrying()(request)
        except RateLimited as limit:
            raise self._throttle.begin(limit) from limit
        except RetryableError as error:
            raise NoAccessToken(f"Spotify gives no access token: {error}") from error
        if tokens["refresh_token"] != credentials.refresh_token:
            self._save(credentials, tokens["refresh_token"])
        access_token: str = tokens["access_token"]
        return access_token

    def _save(self, credentials: Credentials, refresh_token: Any) -> None:
        try:
            self._credentials = replace(credentials, refresh_token=refresh_token)
        except InvalidCredentials:
            if not self._has_warned:
                self._has_warned = True
                _logger.warning(
                    "Spotify gave a new refresh token that is empty or has characters that it "
                    "cannot have; the old one is kept"
                )
            return
        try:
            self._store.save(self._credentials)
        except ExtractError as error:
            self.unsaved = error
            _logger.error("Spotify gave a new refresh token, which could not be saved: %s", error)
