"""The state of the login and of Spotify's quota, as `follow` and `status` print it."""

from datetime import datetime

from extract_lambda.credentials import Credentials, find_store
from extract_lambda.errors import ExtractError
from playlist_lake.console import out, shown
from playlist_lake.spotify.login import LOGIN_LIFETIME

_WARNING_DAYS = 30


def print_login(credentials: Credentials, now: datetime) -> None:
    """Print how long the login is still valid."""
    if credentials.authorized_at is None:
        out.print(
            f"Login: its start is not known; it ends {LOGIN_LIFETIME.days} days after the consent",
            soft_wrap=True,
        )
        return
    consent = credentials.authorized_at.date()
    days = (now.date() - consent).days
    left = LOGIN_LIFETIME.days - days
    text = (
        f"Login: valid since {consent}, {left} of {LOGIN_LIFETIME.days} days left"
        if left >= 0
        else f"Login: ended; the consent of {consent} was {days} days ago"
    )
    ends_soon = left < _WARNING_DAYS
    advice = "; run playlist-lake login to renew it" if ends_soon else ""
    out.print(text + advice, style="yellow" if ends_soon else "", soft_wrap=True)


def print_stored_login(now: datetime) -> None:
    """The same of the login that an extraction would use; without one, print what to do."""
    try:
        credentials = find_store().load()
    except ExtractError as error:
        out.print(shown(f"Login: {error}", "yellow"), soft_wrap=True)
    else:
        print_login(credentials, now)


def print_quota(until: datetime | None) -> None:
    """Print until when Spotify is known to refuse calls."""
    if until is None:
        out.print("Quota: not throttled")
    else:
        out.print(f"Quota: throttled until {until:%Y-%m-%d %H:%M:%S} UTC", style="yellow")
