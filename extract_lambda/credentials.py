"""Spotify credentials: read from a store, and saved there when Spotify replaces the token.

The store is the environment, else a file in the user's configuration folder. The Lambda's store is
in secret.py.
"""

import json
import logging
import os
import re
import sys
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

from extract_lambda.errors import ExtractError
from extract_lambda.moments import utc_moment
from lake.atomic import atomic_write, remove_leftover_draft

ENVIRONMENT = {
    "client_id": "SPOTIFY_CLIENT_ID",
    "client_secret": "SPOTIFY_CLIENT_SECRET",
    "refresh_token": "SPOTIFY_REFRESH_TOKEN",
}
_LOGIN = "run playlist-lake login"
# Spotify's tokens have a few hundred characters
_USABLE = re.compile(r"[\x21-\x7e]{1,4096}")
_UNUSABLE = "is missing, or has characters that it cannot have"

_logger = logging.getLogger(__name__)


class MissingCredentials(ExtractError):
    """The store has no credentials."""


class InvalidCredentials(ExtractError):
    """The store's content is not valid credentials, or other users can read it."""


class CredentialsUnavailable(ExtractError):
    """The store cannot be read or written."""


@dataclass(frozen=True)
class Credentials:
    """The app's id and secret, and the refresh token that the user's consent gave.

    Raises InvalidCredentials unless each is usable, so a store never saves what it cannot load.
    """

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    authorized_at: datetime | None
    """When the user consented (UTC); the refresh token expires six months later. None: unknown."""

    def __post_init__(self) -> None:
        for key in ENVIRONMENT:
            if not is_usable(getattr(self, key)):
                raise InvalidCredentials(f"{key} {_UNUSABLE}; {_LOGIN}")

    def age_days(self, now: datetime) -> float | None:
        """Days since the consent; None if its time is unknown."""
        return (
            None
            if self.authorized_at is None
            else (now - self.authorized_at).total_seconds() / 86400
        )


def is_usable(text: Any) -> TypeGuard[str]:
    """Whether an id, a secret or a token has only characters that it can have, and not none."""
    return isinstance(text, str) and _USABLE.fullmatch(text) is not None


class CredentialStore(ABC):
    """Where credentials are stored."""

    @abstractmethod
    def load(self) -> Credentials:
        """Read them; raises MissingCredentials, InvalidCredentials, CredentialsUnavailable."""

    @abstractmethod
    def save(self, credentials: Credentials) -> None:
        """Replace what the store holds; raises CredentialsUnavailable."""


def find_store(environ: MutableMapping[str, str] = os.environ) -> CredentialStore:
    """The environment if all three variables are set, else the user's file.

    Raises MissingCredentials if there is neither.
    """
    missing = [name for name in ENVIRONMENT.values() if not environ.get(name)]
    if not missing:
        return EnvironmentStore(environ)
    path = credentials_path(environ)
    if path.exists():
        return FileStore(path)
    if len(missing) < len(ENVIRONMENT):
        raise MissingCredentials(
            f"the environment lacks {' and '.join(missing)}; set all three variables, or {_LOGIN}"
        )
    raise MissingCredentials(f"there are no credentials in the environment or in {path}; {_LOGIN}")


def credentials_path(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The path of the user's credentials.toml, which may not exist."""
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    # The XDG specification ignores relative paths
    chosen = Path(environ.get("XDG_CONFIG_HOME", ""))
    if chosen.is_absolute():
        folder = chosen
    elif platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = home / ".config"
    return folder / "playlist-lake" / "credentials.toml"


class EnvironmentStore(CredentialStore):
    """Credentials in environment variables; only this process sees what is saved."""

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self._environ = environ

    def load(self) -> Credentials:
        found = {key: self._environ.get(name, "") for key, name in ENVIRONMENT.items()}
        return read_credentials(found, "the environment", ENVIRONMENT)

    def save(self, credentials: Credentials) -> None:
        for key, name in ENVIRONMENT.items():
            self._environ[name] = getattr(credentials, key)
        _logger.warning(
            "Spotify gave a new refresh token, which the environment keeps for this process only; "
            "%s, and unset %s",
            _LOGIN,
            ENVIRONMENT["refresh_token"],
        )


class FileStore(CredentialStore):
    """Credentials in a TOML file that only the user may read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Credentials:
        # A save that was killed left its draft, with a token in it; on a read-only disk it stays
        with suppress(OSError):
            remove_leftover_draft(self._target())
        try:
            mode = self._path.stat().st_mode & 0o777
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise MissingCredentials(f"there is no {self._path}; {_LOGIN}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise self._unavailable("read", error) from error
        if mode & 0o077:
            raise InvalidCredentials(
                f"{self._path} can be read or changed by others (mode {mode:04o}); "
                f"run chmod 600 on it"
            )
        try:
            content = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise InvalidCredentials(f"{self._path} is not TOML ({error}); {_LOGIN}") from None
        return read_credentials(content, str(self._path))

    def save(self, credentials: Credentials) -> None:
        # JSON strings are TOML strings too
        lines = [f"{key} = {json.dumps(getattr(credentials, key))}\n" for key in ENVIRONMENT]
        if credentials.authorized_at:
            lines.append(f"authorized_at = {credentials.authorized_at.isoformat()}\n")
        target = self._target()
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_write(target, "".join(lines).encode(), is_private=True)
        except OSError as error:
            raise self._unavailable("written", error) from error

    def _target(self) -> Path:
        """The file itself, so that a link to it stays a link."""
        return Path(os.path.realpath(self._path))

    def _unavailable(self, action: str, error: Exception) -> CredentialsUnavailable:
        why = getattr(error, "strerror", None) or error
        return CredentialsUnavailable(f"{self._path} cannot be {action} ({why}); check the file")


def read_credentials(
    content: Any, location: str, names: Mapping[str, str] | None = None
) -> Credentials:
    """Credentials from the content of a store; raises InvalidCredentials, which shows no value."""
    if not isinstance(content, dict):
        raise InvalidCredentials(f"{location} has no credentials; {_LOGIN}")
    for key in ENVIRONMENT:
        if not is_usable(content.get(key)):
            name = names[key] if names else key
            raise InvalidCredentials(f"{name} in {location} {_UNUSABLE}; correct it, or {_LOGIN}")
    return Credentials(
        client_id=content["client_id"],
        client_secret=content["client_secret"],
        refresh_token=content["refresh_token"],
        authorized_at=_moment(content.get("authorized_at"), location),
    )


def _moment(value: Any, location: str) -> datetime | None:
    if value is None:
        return None
    try:
        return utc_moment(value)
    except ValueError:
        raise InvalidCredentials(
            f"authorized_at in {location} is not a time such as 2026-11-23T06:00:00Z; correct it"
        ) from None
