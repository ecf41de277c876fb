"""The accounts of the simulated Spotify: one app, one user, their consent and their tokens."""

import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from simulator.world.catalogue import SimulationError

Consent = Literal["ask", "allow", "deny"]

SCOPES = ("playlist-read-private", "playlist-read-collaborative")
"""What the refresh token that the server begins with may do."""
ACCESS_TOKEN_LIFETIME = timedelta(hours=1)
CODE_LIFETIME = timedelta(minutes=10)
# Six months from the consent; refreshing doesn't lengthen it.
# https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration
REFRESH_TOKEN_LIFETIME = timedelta(days=182)


class TokenRefused(SimulationError):
    """The token endpoint answers 400 with this error and description."""

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(f"{error}: {description}")


class AccessRefused(SimulationError):
    """An access token is no good: the Web API answers 401 with this message."""


class SimulatedCredentials(NamedTuple):
    """What `login` would have stored; the same in every simulated Spotify."""

    client_id: str
    client_secret: str
    refresh_token: str


class Granted(NamedTuple):
    """What the token endpoint gives away; a refresh token only where there is a new one."""

    access_token: str
    refresh_token: str | None
    scope: str


@dataclass(frozen=True)
class _Token:
    """A code, refresh token or access token; `since` is the consent, for the last its issue."""

    scope: str
    since: datetime
    redirect_uri: str = ""
    is_revoked: bool = False


class Accounts:
    """The tokens of the one app and its one user; every method may be called from any thread."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.RLock()
        self.credentials = SimulatedCredentials(
            client_id=_unchanging("client id"),
            client_secret=_unchanging("client secret"),
            refresh_token=f"AQ{_unchanging('refresh token')}{_unchanging('of the user')}",
        )
        self.reset()

    def reset(self) -> None:
        """Forget all tokens; the first refresh token is as if the user had just consented."""
        with self._lock:
            self.consent: Consent = "ask"
            self.rotates_refresh_tokens = False
            self._codes: dict[str, _Token] = {}
            self._access: dict[str, _Token] = {}
            first = _Token(" ".join(SCOPES), self._now())
            self._refresh = {self.credentials.refresh_token: first}

    def new_code(self, redirect_uri: str, scope: str) -> str:
        """What an authorisation code is worth after the user's consent."""
        with self._lock:
            code = f"AQ{secrets.token_urlsafe(96)}"
            self._codes[code] = _Token(scope, self._now(), redirect_uri)
            return code

    def exchange_code(self, code: str, redirect_uri: str) -> Granted:
        """The first tokens for a code, which can be used once; raises TokenRefused."""
        with self._lock:
            issued = self._codes.pop(code, None)
            if issued is None:
                raise TokenRefused("invalid_grant", "Invalid authorization code")
            if self._now() >= issued.since + CODE_LIFETIME:
                raise TokenRefused("invalid_grant", "Authorization code expired")
            if issued.redirect_uri != redirect_uri:
                raise TokenRefused("invalid_grant", "Invalid redirect URI")
            refresh_token = self._new_refresh_token(_Token(issued.scope, self._now()))
            return Granted(self._new_access_token(issued.scope), refresh_token, issued.scope)

    def refresh(self, refresh_token: str) -> Granted:
        """A new access token, and a new refresh token if these rotate; raises TokenRefused."""
        with self._lock:
            held = self._refresh.get(refresh_token)
            if held is None:
                raise TokenRefused("invalid_grant", "Invalid refresh token")
            if held.is_revoked:
                raise TokenRefused("invalid_grant", "Refresh token revoked")
            if self._now() >= held.since + REFRESH_TOKEN_LIFETIME:
                raise TokenRefused("invalid_grant", "Refresh token expired")
            rotated = None
            if self.rotates_refresh_tokens:
                rotated = self._new_refresh_token(held)
                self._refresh[refresh_token] = replace(held, is_revoked=True)
            return Granted(self._new_access_token(held.scope), rotated, held.scope)

    def scope_of(self, access_token: str) -> str:
        """The scopes of an access token, space-separated; raises AccessRefused."""
        with self._lock:
            held = self._access.get(access_token)
            if held is None or held.is_revoked:
                raise AccessRefused("Invalid access token")
            if self._now() >= held.since + ACCESS_TOKEN_LIFETIME:
                raise AccessRefused("The access token expired")
            return held.scope

    def expire_access_tokens(self) -> None:
        """Let every access token be as old as it can get; new ones can be had."""
        with self._lock:
            for token, held in self._access.items():
                self._access[token] = replace(held, since=held.since - ACCESS_TOKEN_LIFETIME)

    def revoke(self) -> None:
        """Take back every token, as a user does who removes the app; a new consent is needed."""
        with self._lock:
            for tokens in (self._refresh, self._access):
                for token, held in tokens.items():
                    tokens[token] = replace(held, is_revoked=True)

    def _new_refresh_token(self, token: _Token) -> str:
        text = f"AQ{secrets.token_urlsafe(96)}"
        self._refresh[text] = token
        return text

    def _new_access_token(self, scope: str) -> str:
        text = f"BQ{secrets.token_urlsafe(120)}"
        self._access[text] = _Token(scope, self._now())
        return text


def _unchanging(what: str) -> str:
    """32 hexadecimal digits, as Spotify's ids and secrets are."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"simulated Spotify: {what}").hex
