"""A plain HTTP client for the simulated Spotify, and what fixtures make of the two."""

import functools
from collections.abc import Iterator
from datetime import date
from typing import Any, Self

import requests

from simulator.spotify import SimulatedSpotify
from simulator.world.catalogue import SimulatedCatalogue

SUNDAY = date(2026, 11, 1)
"""A day with a null row, an episode, a local file and every precision of dates."""
CALLBACK = "http://127.0.0.1:8080/callback"

Answer = requests.Response


@functools.cache
def catalogue() -> SimulatedCatalogue:
    """One for all servers of the test run: it costs more to make than a server."""
    return SimulatedCatalogue()


def started() -> Iterator[SimulatedSpotify]:
    """The server of a file's tests."""
    with SimulatedSpotify(catalogue=catalogue(), today=SUNDAY) as spotify:
        yield spotify


class Client:
    """Asks one server, with Bearer authorisation where there is a token."""

    def __init__(self, spotify: SimulatedSpotify) -> None:
        self.spotify = spotify
        self.access_token: str | None = None

    @classmethod
    def of(cls, spotify: SimulatedSpotify) -> Self:
        """A client with a good access token, of a server as it was at its start."""
        spotify.reset()
        client = cls(spotify)
        client.access_token = client.refreshed().json()["access_token"]
        return client

    def get(self, path: str, *, timeout: float = 5, **params: Any) -> Answer:
        """GET below /v1; a whole URL is taken as it is."""
        url = path if path.startswith("http") else self.spotify.api_url + path
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        return requests.get(url, params=params, headers=headers, timeout=timeout)

    def items(self, playlist_id: str, **params: Any) -> list[Any]:
        """All rows of a list, page by page as `next` says."""
        answer = self.get(f"/playlists/{playlist_id}/items", limit=50, **params)
        rows: list[Any] = []
        while True:
            assert answer.status_code == 200, answer.text
            rows += answer.json()["items"]
            if answer.json()["next"] is None:
                return rows
            answer = self.get(answer.json()["next"])

    def token(self, **form: str) -> Answer:
        """POST /api/token with the app's id and secret."""
        credentials = self.spotify.credentials
        url = f"{self.spotify.accounts_url}/api/token"
        app = (credentials.client_id, credentials.client_secret)
        return requests.post(url, data=form, auth=app, timeout=5)

    def refreshed(self, refresh_token: str | None = None) -> Answer:
        """An access token for a refresh token, usually the one that the server begins with."""
        given = refresh_token or self.spotify.credentials.refresh_token
        return self.token(grant_type="refresh_token", refresh_token=given)

    def log_in(self, scope: str) -> str:
        """Use an access token with these scopes from now on; returns its refresh token."""
        code = self.spotify.accounts.new_code(CALLBACK, scope)
        grant = self.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK).json()
        self.access_token = grant["access_token"]
        return str(grant["refresh_token"])

    def authorize(self, **changed: str) -> Answer:
        """GET /authorize as a browser does that doesn't follow the redirect."""
        asked = {
            "client_id": self.spotify.credentials.client_id,
            "response_type": "code",
            "redirect_uri": CALLBACK,
            "scope": "playlist-read-private",
            "state": "mirror-me",
        }
        url = f"{self.spotify.accounts_url}/authorize"
        return requests.get(url, params=asked | changed, allow_redirects=False, timeout=5)
