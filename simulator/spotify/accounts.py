"""One app and one user: the consent, authorisation codes and tokens of the simulated Spotify."""

import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

Consent = Literal["ask", "allow", "deny"]

SCOPES = ("playlist-read-private", "playlist-read-collaborative", "user-library-read")
"""The scopes of the first refresh token."""
ACCESS_TOKEN_LIFETIME = timedelta(hours=1)
CODE_LIFETIME = timedelta(minutes=10)
# Six months from the consent; a refresh doesn't extend it.
# https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration
REFRESH_TOKEN_LIFETIME = timedelta(days=182)


class TokenRefused(Exception):
    """The token endpoint refuses a request: 400 with this error and description."""

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(f"{error}: {description}")


class AccessRefused(Exception):
    """The Web API refuses an access token: 401 with this message."""


class SimulatedCredentials(NamedTuple):
    """What `playlist-lake login` stores; the same in every simulated Spotify."""

    client_id: str
    client_secret: str
    refresh_token: str


class TokenGrant(NamedTuple):
    """What the token endpoint returns; `refresh_token` is None if it stays the same."""

    access_token: str
    refresh_token: str | None
    scope: str


@dataclass(frozen=True)
class _Token:
    """A code, refresh token or access token; its lifetime counts from `valid_from`.

    A refresh token is valid from the consent, even if it was issued later by a rotation.
    """

    scope: str
    valid_from: datetime
    redirect_uri: str = ""
    is_revoked: bool = False


class Accounts:
    """The tokens of the app's one user; all methods are safe to call from several threads.

    `consent` is the user's answer to the consent page; "ask" shows the page in the browser.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.RLock()
        self.credentials = SimulatedCredentials(
            client_id=_fixed_hex("client id"),
            client_secret=_fixed_hex("client secret"),
            refresh_token=f"AQ{_fixed_hex('refresh token')}{_fixed_hex('of the user')}",
        )
        self.reset()

    def reset(self) -> None:
        """Forget all tokens except the first refresh token, which is valid from now on."""
        with self._lock:
            self.consent: Consent = "ask"
            self.rotates_refresh_tokens = False
            self._codes: dict[str, _Token] = {}
            self._access: dict[str, _Token] = {}
            first = _Token(" ".join(SCOPES), self._now())
            self._refresh = {self.credentials.refresh_token: first}

    def new_code(self, redirect_uri: str, scope: str) -> str:
        """Issue an authorisation code, as after the user's consent."""
        with self._lock:
            code = f"AQ{secrets.token_urlsafe(96)}"
            self._codes[code] = _Token(scope, self._now(), redirect_uri)
            return code

    def exchange_code(self, code: str, redirect_uri: str) -> TokenGrant:
        """Issue the first tokens for a code, once; raises TokenRefused."""
        with self._lock:
            issued = self._codes.pop(code, None)
            if issued is None:
                raise TokenRefused("invalid_grant", "Invalid authorization code")
            if self._now() >= issued.valid_from + CODE_LIFETIME:
                raise TokenRefused("invalid_grant", "Authorization code expired")
            if issued.redirect_uri != redirect_uri:
                raise TokenRefused("invalid_grant", "Invalid redirect URI")
            refresh_token = self._new_refresh_token(_Token(issued.scope, self._now()))
            return TokenGrant(self._new_access_token(issued.scope), refresh_token, issued.scope)

    def refresh(self, refresh_token: str) -> TokenGrant:
        """Issue an access token, and a refresh token if they rotate; raises TokenRefused."""
        with self._lock:
            stored = self._refresh.get(refresh_token)
            if stored is None:
                raise TokenRefused("invalid_grant", "Invalid refresh token")
            if stored.is_revoked:
                raise TokenRefused("invalid_grant", "Refresh token revoked")
            if self._now() >= stored.valid_from + REFRESH_TOKEN_LIFETIME:
                raise TokenRefused("invalid_grant", "Refresh token expired")
            rotated = None
            if self.rotates_refresh_tokens:
                rotated = self._new_refresh_token(stored)
                self._refresh[refresh_token] = replace(stored, is_revoked=True)
            return TokenGrant(self._new_access_token(stored.scope), rotated, stored.scope)

    def scope_of(self, access_token: str) -> str:
        """The scopes of an access token, separated by spaces; raises AccessRefused."""
        with self._lock:
            stored = self._access.get(access_token)
            if stored is None or stored.is_revoked:
                raise AccessRefused("Invalid access token")
            if self._now() >= stored.valid_from + ACCESS_TOKEN_LIFETIME:
                raise AccessRefused("The access token expired")
            return stored.scope

    def expire_access_tokens(self) -> None:
        """Let all access tokens issued so far expire now."""
        with self._lock:
            for token, stored in self._access.items():
                expired = replace(stored, valid_from=stored.valid_from - ACCESS_TOKEN_LIFETIME)
                self._access[token] = expired

    def revoke(self) -> None:
        """Revoke all tokens, as when the user removes the app; only a new consent helps."""
        with self._lock:
            for tokens in (self._refresh, self._access):
                for token, stored in tokens.items():
                    tokens[token] = replace(stored, is_revoked=True)

    def _new_refresh_token(self, token: _Token) -> str:
        text = f"AQ{secrets.token_urlsafe(96)}"
        self._refresh[text] = token
        return text

    def _new_access_token(self, scope: str) -> str:
        text = f"BQ{secrets.token_urlsafe(120)}"
        self._access[text] = _Token(scope, self._now())
        return text


def _fixed_hex(label: str) -> str:
    """32 hexadecimal digits, the length of Spotify's client ids; the same for the same label."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"simulated Spotify: {label}").hex
