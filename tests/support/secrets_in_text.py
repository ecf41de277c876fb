"""The form of the simulated Spotify's credentials, looked for in all that is written."""

import re

from simulator.spotify import SimulatedSpotify

# Access tokens begin with BQ, refresh tokens and codes with AQ; all have more than 60 characters. A
# login's state, which may begin alike, has 43. Inside a longer word, such as a random receipt of
# SQS, it is chance.
_SECRET = re.compile(r"Bearer [^*]|Basic [^*]|(?<![\w-])[AB]Q[\w-]{60,}")


def looks_secret(text: str) -> bool:
    """Whether a text has something of the form of a credential."""
    return bool(_SECRET.search(text))


def assert_no_secret(text: str, spotify: SimulatedSpotify) -> None:
    """Fail if a text has a credential of the simulated Spotify, or what looks like one."""
    credentials = spotify.credentials
    assert credentials.client_secret not in text
    assert credentials.refresh_token not in text
    assert not looks_secret(text)
