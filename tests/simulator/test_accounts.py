"""The simulated accounts service: which redirect URIs, codes, scopes and tokens it accepts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.spotify import SimulatedSpotify
from tests.support.simulated_client import CALLBACK, Answer, Client, catalogue, started

FRESH = catalogue().playlist_ids[1]


@pytest.fixture(scope="module")
def spotify() -> Iterator[SimulatedSpotify]:
    yield from started()


@pytest.fixture
def client(spotify: SimulatedSpotify) -> Client:
    return Client.of(spotify)


def code_of(response: Answer) -> str:
    return parse_qs(urlsplit(response.headers["Location"]).query)["code"][0]


def refusal(response: Answer) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["error"], body["error_description"]


@pytest.mark.parametrize(
    ("redirect_uri", "text"),
    [
        ("http://localhost:8080/callback", "INVALID_CLIENT: Insecure redirect URI"),
        ("http://127.0.0.1/callback", "INVALID_CLIENT: Invalid redirect URI"),
        ("http://lake.example:80/", "INVALID_CLIENT: Invalid redirect URI"),
        ("", "INVALID_CLIENT: Invalid redirect URI"),
    ],
)
def test_only_a_loopback_address_with_a_port_is_a_redirect_uri(
    client: Client, redirect_uri: str, text: str
) -> None:
    response = client.authorize(auto="allow", redirect_uri=redirect_uri)
    assert (response.status_code, response.text) == (400, text)


def test_a_code_is_valid_once_and_for_its_redirect_uri(client: Client) -> None:
    def exchanged(code: str, redirect_uri: str = CALLBACK) -> Answer:
        return client.token(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)

    code = code_of(client.authorize(auto="allow"))
    assert exchanged(code).status_code == 200
    assert refusal(exchanged(code)) == (400, "invalid_grant", "Invalid authorization code")
    other = exchanged(code_of(client.authorize(auto="allow")), "http://127.0.0.1:1/")
    assert refusal(other) == (400, "invalid_grant", "Invalid redirect URI")


def test_an_access_token_is_valid_for_an_hour_of_the_servers_clock() -> None:
    now = datetime(2026, 11, 1, 6, tzinfo=UTC)
    with SimulatedSpotify(catalogue=catalogue(), clock=lambda: now) as spotify:
        client = Client(spotify)
        body = client.refreshed().json()
        client.access_token = body["access_token"]
        assert body["expires_in"] == 3600
        now += timedelta(seconds=3599)
        assert client.get("/me").status_code == 200
        now += timedelta(seconds=1)
        expired = client.get("/me")
        assert expired.status_code == 401
        assert expired.json() == {"error": {"status": 401, "message": "The access token expired"}}


def test_items_need_the_scope_for_private_lists(client: Client) -> None:
    client.log_in("user-library-read")
    for path in (f"/playlists/{FRESH}/items", "/me/playlists"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert answer.json()["error"]["message"] == "Insufficient client scope"
    assert client.get(f"/playlists/{FRESH}").status_code == 200


def test_liked_songs_need_the_scope_for_the_library(client: Client) -> None:
    client.log_in("playlist-read-private playlist-read-collaborative")
    assert client.get("/me/tracks").json() == {
        "error": {"status": 403, "message": "Insufficient client scope"}
    }
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize("rotates", [False, True])
def test_a_refresh_does_not_extend_the_six_months_since_the_consent(
    client: Client, rotates: bool
) -> None:
    client.spotify.accounts.rotates_refresh_tokens = rotates
    client.spotify.advance(timedelta(days=181))
    token = client.refreshed().json().get("refresh_token")
    assert (token is not None) is rotates
    client.spotify.advance(timedelta(days=1))
    assert refusal(client.refreshed(token)) == (400, "invalid_grant", "Refresh token expired")
