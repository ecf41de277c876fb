"""The login: the user's own Spotify app, their consent, and the credentials for later runs."""

import os
import secrets
import sys
import webbrowser
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import typer

from extract_lambda.access_token import open_oauth
from extract_lambda.credentials import (
    ENVIRONMENT,
    Credentials,
    CredentialStore,
    InvalidCredentials,
    MissingCredentials,
    is_usable,
)
from extract_lambda.responses import AppRefused, LoginNeeded
from extract_lambda.retries import RetryBudget
from extract_lambda.sessions import network_errors
from extract_lambda.settings import ApiSettings
from playlist_lake.console import out, remark
from playlist_lake.errors import CommandError
from playlist_lake.spotify.consent import code_in, listening, redirect_uri

# The last one is for Liked Songs
SCOPES = "playlist-read-private playlist-read-collaborative user-library-read"
CONSENT_TIMEOUT_S = 300.0
# Six months after the consent, refreshed or not; the shortest six months have 181 days.
# https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration
LOGIN_LIFETIME = timedelta(days=180)

_WALK_THROUGH = """\
playlist-lake reads your lists through a Spotify app of your own. To create one:
  1. Open https://developer.spotify.com/dashboard and log in; your account needs Premium.
  2. Create an app, with any name and description. As redirect URI give exactly
     {redirect_uri}
     and choose the Web API.
  3. Copy the client ID and the client secret from its settings and enter them here.
"""


class NoInput(CommandError):
    """The user entered nothing."""


class UnusableInput(CommandError):
    """The user entered something that is not valid."""


class CodeRefused(CommandError):
    """Spotify does not exchange the code for a token."""


@dataclass(frozen=True)
class App:
    """The Spotify app that asks for consent."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


def known_app(stores: Iterable[CredentialStore]) -> App | None:
    """The app in the environment, else that in the first store with credentials.

    Raises CredentialsUnavailable, UnusableInput.
    """
    names = ENVIRONMENT["client_id"], ENVIRONMENT["client_secret"]
    if all(os.environ.get(name) for name in names):
        return App(*(_checked(os.environ[name], name) for name in names))
    for store in stores:
        try:
            kept = store.load()
        except MissingCredentials:
            continue
        except InvalidCredentials as error:
            remark(f"ignored: {error}", "yellow")
            continue
        return App(kept.client_id, kept.client_secret)
    return None


def ask_for_app(port: int) -> App:
    """Explain how to create an app, and ask for its id and secret."""
    out.print(_WALK_THROUGH.format(redirect_uri=redirect_uri(port)), soft_wrap=True)
    return App(_ask("Client ID"), _ask("Client secret", is_secret=True))


def log_in(
    app: App,
    settings: ApiSettings,
    *,
    port: int,
    paste: bool,
    clock: Callable[[], datetime],
) -> Credentials:
    """Ask the user for consent in a browser; returns credentials that are valid for six months.

    `paste` is for a browser on another machine: the user copies
    the address that it shows after the consent.
    Raises CommandError and ExtractError; no message contains a secret or the code.
    """
    oauth = open_oauth(
        settings, app.client_id, app.client_secret, redirect_uri(port), budget=RetryBudget()
    )
    oauth.scope = SCOPES
    state = secrets.token_urlsafe(32)
    link = oauth.get_authorize_url(state=state)
    code = code_in(_pasted(link) if paste else _from_browser(link, port), state)
    try:
        with network_errors("the request for the first token"):
            oauth.get_access_token(code, as_dict=False, check_cache=False)
    except LoginNeeded as error:
        raise CodeRefused(
            "Spotify does not accept the code from the browser, which is valid once and for ten "
            "minutes; run playlist-lake login again"
        ) from error
    except AppRefused as error:
        raise UnusableInput(
            "Spotify does not accept the client secret; run playlist-lake login --new-app and copy "
            "the secret from the app's settings again"
        ) from error
    refresh_token = (oauth.cache_handler.get_cached_token() or {}).get("refresh_token")
    if not is_usable(refresh_token):
        raise CodeRefused("Spotify gave no usable refresh token; run playlist-lake login again")
    return Credentials(app.client_id, app.client_secret, refresh_token, clock())


def _from_browser(link: str, port: int) -> str:
    with listening(port) as wait:
        _print_link(link)
        if _has_browser():
            webbrowser.open(link)
        minutes = CONSENT_TIMEOUT_S / 60
        out.print(
            f"Waiting up to {minutes:.0f} minutes for the browser to come back …", style="dim"
        )
        return wait(CONSENT_TIMEOUT_S)


def _pasted(link: str) -> str:
    _print_link(link)
    out.print(
        "The browser then ends at a page that it cannot open. Copy the whole address of that page "
        "and paste it here; it is not shown.",
        soft_wrap=True,
    )
    return _ask("Address", is_secret=True)


def _print_link(link: str) -> None:
    out.print("Allow playlist-lake to read your lists and Liked Songs (nothing else) at")
    out.print(link, style="bold", markup=False, soft_wrap=True)


def _has_browser() -> bool:
    """Whether a browser opens in a window of its own, not in this terminal."""
    if os.environ.get("BROWSER") or not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _ask(what: str, *, is_secret: bool = False) -> str:
    """What the user types in a terminal (a secret is not shown), else the next line of stdin."""
    if sys.stdin.isatty():
        answer: str = typer.prompt(what, hide_input=is_secret)
    else:
        answer = sys.stdin.readline()
    answer = answer.strip()
    if not answer:
        raise NoInput(f"{what} was not entered; run playlist-lake login in a terminal")
    return _checked(answer, what)


def _checked(text: str, what: str) -> str:
    if not is_usable(text):
        raise UnusableInput(f"{what} contains a character that is not allowed; copy it again")
    return text
