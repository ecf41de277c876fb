"""The consent that a login asks for: what the browser may answer, and what goes wrong."""

import socket
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from playlist_lake.spotify import login
from playlist_lake.spotify.consent import (
    ConsentDenied,
    NoConsent,
    StateMismatch,
    code_in,
    listening,
)
from simulator.spotify import SimulatedSpotify
from tests.playlist_lake.conftest import Command
from tests.playlist_lake.spotify.conftest import (
    SetVisit,
    Visit,
    stored_credentials,
    visit,
)
from tests.support.secrets_in_text import assert_no_secret


def answer_with_wrong_state(link: str) -> None:
    asked = parse_qs(urlsplit(link).query)
    visit(f"{asked['redirect_uri'][0]}?code=AQ-code-of-somebody-else&state=another")


def deny(link: str) -> None:
    visit(f"{link}&auto=deny")


@pytest.mark.parametrize(
    ("visit_", "message"),
    [
        (deny, "the consent was denied, so nothing was stored; run playlist-lake login again"),
        (answer_with_wrong_state, "the address belongs to another login, or is incomplete"),
    ],
)
def test_without_consent_the_old_login_is_kept(
    logged_in: SimulatedSpotify,
    command: Command,
    browser: SetVisit,
    port: int,
    visit_: Visit,
    message: str,
) -> None:
    before = stored_credentials()
    browser(visit_)
    status, out, err = command("login", "--port", str(port))
    assert (status, len(err)) == (1, 1)
    assert err[0].startswith(f"error: {message}")
    assert stored_credentials() == before
    assert [one.path for one in logged_in.requests if one.path == "/api/token"] == []
    assert_no_secret("\n".join(out + err), logged_in)


def test_an_expired_code_is_an_error(
    logged_in: SimulatedSpotify, command: Command, browser: SetVisit, port: int
) -> None:
    before = stored_credentials()

    def answer_late(link: str) -> None:
        sent = requests.get(f"{link}&auto=allow", allow_redirects=False, timeout=5)
        logged_in.advance(timedelta(minutes=11))
        visit(sent.headers["Location"])

    browser(answer_late)
    status, out, err = command("login", "--port", str(port), "--debug")
    assert status == 1
    assert err[-1].startswith("error: Spotify does not accept the code from the browser")
    assert stored_credentials() == before
    assert_no_secret("\n".join(out + err), logged_in)


def test_a_port_in_use_is_an_error(logged_in: SimulatedSpotify, command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, err = command("login", "--port", str(port))
    assert (status, logged_in.requests) == (1, [])
    assert err == [
        f"error: port {port} cannot be used (Address already in use); stop the program that uses "
        "it, or pass --port with another one and change the redirect URI in the app's settings to "
        "it"
    ]


def test_a_browser_that_does_not_return_is_an_error(
    logged_in: SimulatedSpotify, command: Command, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONSENT_TIMEOUT_S", 0.05)
    status, _, err = command("login", "--port", str(port))
    assert (status, logged_in.requests, len(err)) == (1, [], 1)
    assert err[0].startswith(f"error: no browser came back to http://127.0.0.1:{port}/callback")


def test_only_a_callback_with_an_answer_ends_the_wait(port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    with listening(port) as wait, socket.create_connection(("127.0.0.1", port)):
        assert visit(f"{base}/favicon.ico?code=1").status_code == 404
        assert visit(f"{base}/callback").status_code == 404
        assert visit(f"{base}/callback?error=access_denied&state=s").status_code == 200
        assert wait(5) == "/callback?error=access_denied&state=s"
        with pytest.raises(NoConsent):
            wait(0.01)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("http://127.0.0.1:8888/callback?code=c&state=other", StateMismatch),
        ("http://127.0.0.1:8888/callback?code=c", StateMismatch),
        ("http://127.0.0.1:8888/callback?code=c&state=ü", StateMismatch),
        ("http://[half?code=c&state=s", StateMismatch),
        ("nonsense", StateMismatch),
        ("http://127.0.0.1:8888/callback?error=server_error&state=s", ConsentDenied),
    ],
)
def test_an_address_without_state_and_code_is_refused(address: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        code_in(address, "s")
    assert code_in(" http://127.0.0.1:8888/callback?code=c&state=s\n", "s") == "c"
