"""The simulated Spotify's accounts: consent in a browser, codes, tokens and their ends."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from simulator.spotify import SimulatedSpotify
from tests.support.simulated_client import (
    CALLBACK,
    SUNDAY,
    Answer,
    Client,
    catalogue,
    started,
)

FRESH = catalogue().playlist_ids[1]


@pytest.fixture(scope="module")
def spotify() -> Iterator[SimulatedSpotify]:
    yield from started()


@pytest.fixture
def client(spotify: SimulatedSpotify) -> Client:
    return Client.of(spotify)


def answered(response: Answer) -> dict[str, list[str]]:
    """What the browser is sent back with."""
    assert response.status_code == 302, response.text
    target = response.headers["Location"]
    assert target.startswith(f"{CALLBACK}?")
    return parse_qs(urlsplit(target).query)


def code_of(response: Answer) -> str:
    return answered(response)["code"][0]


def refusal(response: Answer) -> tuple[int, str, str]:
    body = response.json()
    return response.status_code, body["error"], body["error_description"]


def test_consent_gives_a_code_and_the_state_and_the_code_gives_tokens(client: Client) -> None:
    back = answered(client.authorize(auto="allow"))
    assert back.keys() == {"code", "state"}
    assert back["state"] == ["mirror-me"]
    body = client.token(
        grant_type="authorization_code", code=back["code"][0], redirect_uri=CALLBACK
    ).json()
    assert body.keys() == {"access_token", "token_type", "expires_in", "refresh_token", "scope"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    assert body["scope"] == "playlist-read-private"
    client.access_token = body["access_token"]
    assert client.get("/me").status_code == 200
    assert client.refreshed(body["refresh_token"]).status_code == 200


def test_the_page_for_a_browser_has_a_link_for_each_answer(client: Client) -> None:
    page = client.authorize(scope="<script>")
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<script>" not in page.text
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page.text)]
    allow, deny = (
        requests.get(client.spotify.accounts_url + link, allow_redirects=False, timeout=5)
        for link in links
    )
    assert answered(allow).keys() == {"code", "state"}
    assert answered(deny) == {"error": ["access_denied"], "state": ["mirror-me"]}


def test_the_server_can_be_told_to_answer_for_the_user(client: Client) -> None:
    client.spotify.accounts.consent = "deny"
    assert answered(client.authorize())["error"] == ["access_denied"]
    client.spotify.accounts.consent = "allow"
    assert "code" in answered(client.authorize())


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"client_id": "nobody"}, "INVALID_CLIENT: Invalid client"),
        (
            {"redirect_uri": "http://localhost:8080/callback"},
            "INVALID_CLIENT: Insecure redirect URI",
        ),
        ({"redirect_uri": "http://127.0.0.1/callback"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://lake.example:80/"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": "http://127.0.0.1:x/"}, "INVALID_CLIENT: Invalid redirect URI"),
        ({"redirect_uri": ""}, "INVALID_CLIENT: Invalid redirect URI"),
    ],
)
def test_a_browser_is_sent_back_to_the_loopback_address_alone(
    client: Client, changed: dict[str, str], text: str
) -> None:
    response = client.authorize(auto="allow", **changed)
    assert (response.status_code, response.text) == (400, text)


def test_another_response_type_is_refused_at_the_callback(client: Client) -> None:
    back = answered(client.authorize(response_type="token"))
    assert back == {"error": ["unsupported_response_type"], "state": ["mirror-me"]}


def test_a_code_is_good_once_for_ten_minutes_and_for_its_callback(client: Client) -> None:
    def exchanged(code: str, redirect_uri: str = CALLBACK) -> Answer:
        return client.token(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)

    code = code_of(client.authorize(auto="allow"))
    assert exchanged(code).status_code == 200
    assert refusal(exchanged(code)) == (400, "invalid_grant", "Invalid authorization code")
    elsewhere = exchanged(code_of(client.authorize(auto="allow")), "http://127.0.0.1:1/")
    assert refusal(elsewhere) == (400, "invalid_grant", "Invalid redirect URI")
    code = code_of(client.authorize(auto="allow"))
    client.spotify.advance(timedelta(minutes=10))
    assert refusal(exchanged(code)) == (400, "invalid_grant", "Authorization code expired")


def test_the_app_proves_itself_by_header_or_form(client: Client) -> None:
    credentials = client.spotify.credentials
    url = f"{client.spotify.accounts_url}/api/token"
    form = {"grant_type": "refresh_token", "refresh_token": credentials.refresh_token}
    app = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    assert requests.post(url, data=form | app, timeout=5).status_code == 200
    wrong = requests.post(url, data=form, auth=(credentials.client_id, "wrong"), timeout=5)
    assert refusal(wrong) == (400, "invalid_client", "Invalid client secret")
    unknown = requests.post(url, data=form, auth=("nobody", "wrong"), timeout=5)
    assert refusal(unknown) == (400, "invalid_client", "Invalid client")
    assert refusal(requests.post(url, data=form, timeout=5))[1] == "invalid_client"


def test_other_grants_and_unfinished_forms_are_refused(client: Client) -> None:
    assert refusal(client.token(grant_type="password"))[1] == "unsupported_grant_type"
    assert refusal(client.token(grant_type="refresh_token"))[1] == "invalid_request"
    assert refusal(client.token(grant_type="authorization_code"))[1] == "invalid_request"


def test_an_access_token_lives_an_hour_of_the_servers_clock() -> None:
    now = datetime(2026, 11, 1, 6, tzinfo=UTC)
    with SimulatedSpotify(catalogue=catalogue(), clock=lambda: now) as spotify:
        client = Client(spotify)
        client.access_token = client.refreshed().json()["access_token"]
        assert spotify.today == SUNDAY
        now += timedelta(seconds=3599)
        assert client.get("/me").status_code == 200
        now += timedelta(seconds=1)
        expired = client.get("/me")
        assert expired.status_code == 401
        assert expired.json() == {"error": {"status": 401, "message": "The access token expired"}}
        client.access_token = client.refreshed().json()["access_token"]
        assert client.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("header", "status", "message"),
    [
        (None, 401, "No token provided"),
        ("Basic bm9ib2R5", 400, "Only valid bearer authentication supported"),
        ("Bearer", 401, "Invalid access token"),
        ("Bearer BQ-unknown", 401, "Invalid access token"),
    ],
)
def test_the_web_api_wants_a_bearer_token(
    client: Client, header: str | None, status: int, message: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = requests.get(f"{client.spotify.api_url}/me", headers=headers, timeout=5)
    assert answer.status_code == status
    assert answer.json() == {"error": {"status": status, "message": message}}


def test_items_need_the_scope_for_private_lists(client: Client) -> None:
    code = code_of(client.authorize(auto="allow", scope="user-library-read"))
    granted = client.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
    client.access_token = granted.json()["access_token"]
    answer = client.get(f"/playlists/{FRESH}/items")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "Insufficient client scope"
    assert client.get(f"/playlists/{FRESH}").status_code == 200


def test_a_refresh_token_ends_half_a_year_after_the_consent_however_often_used(
    client: Client,
) -> None:
    client.spotify.advance(timedelta(days=181))
    assert client.refreshed().status_code == 200
    client.spotify.advance(timedelta(days=1))
    assert refusal(client.refreshed()) == (400, "invalid_grant", "Refresh token expired")


def test_what_the_user_takes_back_is_worthless(client: Client) -> None:
    client.spotify.accounts.revoke()
    assert client.get("/me").json()["error"]["message"] == "Invalid access token"
    assert refusal(client.refreshed()) == (400, "invalid_grant", "Refresh token revoked")
    assert refusal(client.refreshed("AQ-unknown")) == (
        400,
        "invalid_grant",
        "Invalid refresh token",
    )


def test_a_refresh_usually_keeps_the_refresh_token(client: Client) -> None:
    assert "refresh_token" not in client.refreshed().json()
    assert client.refreshed().status_code == 200


def test_refresh_tokens_rotate_where_they_are_told_to(client: Client) -> None:
    client.spotify.accounts.rotates_refresh_tokens = True
    rotated = client.refreshed().json()["refresh_token"]
    assert refusal(client.refreshed())[1] == "invalid_grant"
    client.spotify.advance(timedelta(days=181))
    assert "refresh_token" in client.refreshed(rotated).json()


def test_the_credentials_are_the_same_in_every_server(client: Client) -> None:
    other = SimulatedSpotify(catalogue=catalogue())
    assert other.credentials == client.spotify.credentials
    assert re.fullmatch(r"[0-9a-f]{32}", other.credentials.client_id)
    assert re.fullmatch(r"[0-9a-f]{32}", other.credentials.client_secret)
