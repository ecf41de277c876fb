"""The credentials that Spotify wants, read from where they are kept, and put back there.

Kept in the environment, else in a file of the user's configuration folder. The Lambda has them in
Secrets Manager, see secret.py.
"""

import json
import logging
import os
import re
import sys
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extract_lambda.errors import ExtractError
from lake.atomic import atomic_write

ENVIRONMENT = {
    "client_id": "SPOTIFY_CLIENT_ID",
    "client_secret": "SPOTIFY_CLIENT_SECRET",
    "refresh_token": "SPOTIFY_REFRESH_TOKEN",
}
_LOGIN = "run playlist-lake login"

_logger = logging.getLogger(__name__)


class MissingCredentials(ExtractError):
    """There are no credentials where they should be."""


class InvalidCredentials(ExtractError):
    """What is kept there cannot be credentials, or is readable by everybody."""


class CredentialsUnavailable(ExtractError):
    """The place where credentials are kept cannot be read or written."""


@dataclass(frozen=True)
class Credentials:
    """The app's id and secret, and the refresh token that stands for the user's consent."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    authorized_at: datetime | None
    """When the user consented (UTC); a refresh token ends six months later. None: unknown."""

    def age_days(self, now: datetime) -> float | None:
        """Days since the consent, None if its time is unknown."""
        return (
            None
            if self.authorized_at is None
            else (now - self.authorized_at).total_seconds() / 86400
        )


class CredentialStore(ABC):
    """A place where credentials are kept."""

    @abstractmethod
    def load(self) -> Credentials:
        """Raises MissingCredentials, InvalidCredentials, CredentialsUnavailable."""

    @abstractmethod
    def save(self, credentials: Credentials) -> None:
        """Put them in the place of what is there; raises CredentialsUnavailable."""


def find_store(environ: MutableMapping[str, str] = os.environ) -> CredentialStore:
    """The environment where all three variables are set, else the user's file.

    Raises MissingCredentials where neither is there.
    """
    missing = [name for name in ENVIRONMENT.values() if not environ.get(name)]
    if not missing:
        return EnvironmentStore(environ)
    path = credentials_path(environ)
    if path.exists():
        return FileStore(path)
    if len(missing) < len(ENVIRONMENT):
        raise MissingCredentials(
            f"the environment lacks {' and '.join(missing)}; set it too, or {_LOGIN}"
        )
    raise MissingCredentials(f"there are no credentials in the environment or in {path}; {_LOGIN}")


def credentials_path(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Where the user's credentials.toml is, or would be."""
    home = Path(environ["HOME"]) if environ.get("HOME") else Path.home()
    # The specification has relative paths ignored
    chosen = Path(environ.get("XDG_CONFIG_HOME", ""))
    if chosen.is_absolute():
        folder = chosen
    elif platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = home / ".config"
    return folder / "playlist-lake" / "credentials.toml"


class EnvironmentStore(CredentialStore):
    """Credentials in environment variables, which nobody but this process sees change."""

    def __init__(self, environ: MutableMapping[str, str]) -> None:
        self._environ = environ

    def load(self) -> Credentials:
        found = {key: self._environ.get(name, "") for key, name in ENVIRONMENT.items()}
        return read_credentials(found, "the environment", ENVIRONMENT)

    def save(self, credentials: Credentials) -> None:
        for key, name in ENVIRONMENT.items():
            self._environ[name] = getattr(credentials, key)
        _logger.warning(
            "Spotify gave a new refresh token, and the environment keeps it for this process "
            "alone; %s, and unset %s",
            _LOGIN,
            ENVIRONMENT["refresh_token"],
        )


class FileStore(CredentialStore):
    """Credentials in a TOML file that nobody but the user may read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Credentials:
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
        except tomllib.TOMLDecodeError as error:
            raise InvalidCredentials(f"{self._path} is no TOML ({error}); {_LOGIN}") from None
        return read_credentials(content, str(self._path))

    def save(self, credentials: Credentials) -> None:
        # JSON's strings are TOML's too
        lines = [f"{key} = {json.dumps(getattr(credentials, key))}\n" for key in ENVIRONMENT]
        if credentials.authorized_at:
            lines.append(f"authorized_at = {credentials.authorized_at.isoformat()}\n")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_write(self._path, "".join(lines).encode(), is_private=True)
        except OSError as error:
            raise self._unavailable("written", error) from error

    def _unavailable(self, done: str, error: Exception) -> CredentialsUnavailable:
        why = getattr(error, "strerror", None) or error
        return CredentialsUnavailable(f"{self._path} cannot be {done} ({why}); check the file")


def read_credentials(
    content: Any, place: str, names: Mapping[str, str] | None = None
) -> Credentials:
    """Credentials from what a place holds; raises InvalidCredentials, which shows no value."""
    if not isinstance(content, dict):
        raise InvalidCredentials(f"{place} holds no credentials; {_LOGIN}")
    for key in ENVIRONMENT:
        value = content.get(key)
        if not isinstance(value, str) or not re.fullmatch(r"[\x21-\x7e]+", value):
            name = names[key] if names else key
            raise InvalidCredentials(
                f"{name} in {place} is missing, or has other characters than such a value has; "
                f"correct it, or {_LOGIN}"
            )
    return Credentials(
        client_id=content["client_id"],
        client_secret=content["client_secret"],
        refresh_token=content["refresh_token"],
        authorized_at=_moment(content.get("authorized_at"), place),
    )


def _moment(value: Any, place: str) -> datetime | None:
    if value is None:
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidCredentials(
            f"authorized_at in {place} is no time such as 2026-11-23T06:00:00Z; correct it"
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
