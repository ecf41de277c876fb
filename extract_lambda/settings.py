"""Spotify's URLs."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from extract_lambda.errors import ExtractError


class InvalidSettings(ExtractError):
    """The URL is malformed, or credentials would go out unencrypted."""


@dataclass(frozen=True)
class ApiSettings:
    """The Web API's base URL, and the URL for tokens.

    URLs are https, or http on this machine for the simulated Spotify. Raises InvalidSettings.
    """

    api_url: str = "https://api.spotify.com/v1"
    token_url: str = "https://accounts.spotify.com/api/token"  # noqa: S105, not a secret

    def __post_init__(self) -> None:
        object.__setattr__(self, "api_url", self.api_url.rstrip("/"))
        check_url("api_url", self.api_url)
        check_url("token_url", self.token_url)

    @property
    def host(self) -> str:
        """The API's host, the `source` of every record in the raw zone."""
        return urlsplit(self.api_url).hostname or ""


def settings_from(environ: Mapping[str, str]) -> ApiSettings:
    """The URLs in SPOTIFY_API_URL and SPOTIFY_TOKEN_URL, else Spotify's own.

    Raises InvalidSettings.
    """
    default = ApiSettings()
    return ApiSettings(
        api_url=environ.get("SPOTIFY_API_URL") or default.api_url,
        token_url=environ.get("SPOTIFY_TOKEN_URL") or default.token_url,
    )


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of a URL; raises ValueError for an invalid port."""
    parts = urlsplit(url)
    default_port = {"http": 80, "https": 443}.get(parts.scheme)
    return (parts.scheme, parts.hostname, parts.port or default_port)


def is_loopback(url: str) -> bool:
    """Whether a URL is on this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_url(name: str, url: str) -> None:
    """Raise InvalidSettings unless a URL is https, or http on this machine."""
    try:
        scheme, host, _ = origin(url)
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidSettings(f"{name} is not a URL ({error}); correct it") from error
    if not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise InvalidSettings(
            f"{name} must be scheme, host and path, without user, ? or #; correct it"
        )
    if scheme != "https" and not (scheme == "http" and is_loopback(url)):
        raise InvalidSettings(
            f"{name} is {scheme}://{host}, which would send credentials unencrypted; use https, "
            "or http on this machine only"
        )
