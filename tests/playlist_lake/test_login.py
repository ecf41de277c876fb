"""The login against the simulated Spotify's /authorize, with a browser played by the test."""

import io
import json
import logging
import os
import pty
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from moto import mock_aws

from extract_lambda.credentials import Credentials, FileStore, credentials_path
from playlist_lake.spotify import login
from playlist_lake.spotify.consent import (
    ConsentDenied,
    ForeignAnswer,
    NoConsent,
    code_in,
    listening,
)
from simulator.spotify import SimulatedSpotify
from tests.playlist_lake.conftest import NOON, Command

SCRIPT = str(Path(sys.executable).with_name("playlist-lake"))
# Access tokens begin with BQ, refresh tokens and codes with AQ; a state of 43 characters may too
SECRET = re.compile(r"[AB]Q[\w-]{60,}")

Browser = Callable[[str], object]


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        found: int = free.getsockname()[1]
        return found


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Browser], None]]:
    """Sets what happens in the browser that a login opens; it happens beside the login."""
    threads: list[threading.Thread] = []

    def use(visit: Browser) -> None:
        def opened(link: str) -> bool:
            threads.append(threading.Thread(target=visit, args=(link,)))
            threads[-1].start()
            return True

        monkeypatch.setenv("BROWSER", "the-tests-own")
        monkeypatch.setattr("webbrowser.open", opened)

    yield use
    for thread in threads:
        thread.join()


def visit(link: str) -> requests.Response:
    return requests.get(link, timeout=5)


def kept() -> Credentials:
    return FileStore(credentials_path()).load()


def assert_no_secret(text: str, spotify: SimulatedSpotify) -> None:
    assert spotify.credentials.client_secret not in text
    assert not SECRET.search(text)


def test_a_login_from_the_beginning_needs_no_browser_here(
    served: SimulatedSpotify, port: int
) -> None:
    app = served.credentials
    with subprocess.Popen(
        [SCRIPT, "login", "--port", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(f"{app.client_id}\n {app.client_secret} \n")
        process.stdin.close()
        walk_through = []
        for line in process.stdout:
            walk_through.append(line)
            if "/authorize?" in line:
                break
        page = visit(f"{walk_through[-1].strip()}&auto=allow")
        rest = process.stdout.read()
        assert process.stderr
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, "")
    assert f"     http://127.0.0.1:{port}/callback\n" in walk_through
    assert "Spotify has answered" in page.text
    path = credentials_path()
    assert f"The login is kept in {path}." in rest
    assert path.stat().st_mode & 0o777 == 0o600
    assert (kept().client_id, kept().client_secret) == (app.client_id, app.client_secret)
    assert served.accounts.refresh(kept().refresh_token).scope == (
        "playlist-read-private playlist-read-collaborative"
    )
    assert_no_secret("".join(walk_through) + page.text + rest, served)


def test_a_renewal_asks_for_nothing_but_consent(
    logged_in: SimulatedSpotify,
    command: Command,
    browser: Callable[[Browser], None],
    port: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    before = kept()
    logged_in.accounts.consent = "allow"
    browser(visit)
    status, out, err = command("login", "--port", str(port))
    assert (status, err) == (0, [])
    assert "Client ID" not in "".join(out)
    assert out[-2].endswith("Run playlist-lake login again before 2027-04-30.")
    assert out[-1] == "Next: playlist-lake follow LINK"
    assert (kept().client_id, kept().client_secret) == (before.client_id, before.client_secret)
    assert kept().refresh_token != before.refresh_token
    assert kept().authorized_at == NOON
    # The browser's own thread may log the code
    logged = [one.getMessage() for one in caplog.records if one.threadName == "MainThread"]
    assert any("POST /api/token" in message for message in logged)
    assert_no_secret("\n".join([*out, *logged]), logged_in)


def test_the_app_may_stand_in_the_environment(
    served: SimulatedSpotify,
    command: Command,
    browser: Callable[[Browser], None],
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", served.credentials.client_id)
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", served.credentials.client_secret)
    monkeypatch.setenv("SPOTIFY_REFRESH_TOKEN", "an-old-one")
    served.accounts.consent = "allow"
    browser(visit)
    status, _, err = command("login", "--port", str(port))
    assert status == 0
    assert err == [
        "warning: the environment has other credentials, which go before that file; unset "
        "SPOTIFY_REFRESH_TOKEN"
    ]
    assert kept().client_id == served.credentials.client_id


def wrong_state(link: str) -> None:
    asked = parse_qs(urlsplit(link).query)
    visit(f"{asked['redirect_uri'][0]}?code=AQ-somebody-elses-code-of-his&state=another")


def denied(link: str) -> None:
    visit(f"{link}&auto=deny")


@pytest.mark.parametrize(
    ("visit_", "sentence"),
    [
        (denied, "the consent was denied, so nothing was stored; run playlist-lake login again"),
        (wrong_state, "the answer belongs to another login than this one, or is not the whole"),
    ],
)
def test_without_consent_nothing_changes(
    logged_in: SimulatedSpotify,
    command: Command,
    browser: Callable[[Browser], None],
    port: int,
    visit_: Browser,
    sentence: str,
) -> None:
    before = kept()
    browser(visit_)
    status, out, err = command("login", "--port", str(port))
    assert (status, len(err)) == (1, 1)
    assert err[0].startswith(f"error: {sentence}")
    assert kept() == before
    assert [one.path for one in logged_in.requests if one.path == "/api/token"] == []
    assert_no_secret("\n".join(out + err), logged_in)


def test_a_code_that_comes_too_late_is_refused(
    logged_in: SimulatedSpotify, command: Command, browser: Callable[[Browser], None], port: int
) -> None:
    before = kept()

    def dawdle(link: str) -> None:
        sent = requests.get(f"{link}&auto=allow", allow_redirects=False, timeout=5)
        logged_in.advance(timedelta(minutes=11))
        visit(sent.headers["Location"])

    browser(dawdle)
    status, out, err = command("login", "--port", str(port), "--debug")
    assert status == 1
    assert err[-1].startswith("error: Spotify does not accept the code that it gave the browser")
    assert kept() == before
    assert_no_secret("\n".join(out + err), logged_in)


def test_a_wrong_secret_names_the_way_to_enter_another(
    served: SimulatedSpotify,
    command: Command,
    browser: Callable[[Browser], None],
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed = io.StringIO(f"{served.credentials.client_id}\nnot-the-secret\n")
    monkeypatch.setattr("sys.stdin", typed)
    served.accounts.consent = "allow"
    browser(visit)
    status, _, err = command("login", "--new-app", "--port", str(port))
    assert (status, len(err)) == (1, 1)
    assert err[0].startswith("error: Spotify does not accept the client secret; copy it from")
    assert err[0].endswith("run playlist-lake login --new-app")
    assert not credentials_path().exists()


def test_nobody_at_the_terminal_is_one_sentence(served: SimulatedSpotify, command: Command) -> None:
    assert served.requests == []
    assert command("login")[::2] == (
        1,
        ["error: Client ID was asked for and not given; run playlist-lake login in a terminal"],
    )


def test_a_port_in_use_is_one_sentence(logged_in: SimulatedSpotify, command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, _, err = command("login", "--port", str(port))
    assert (status, logged_in.requests) == (1, [])
    assert err == [
        f"error: port {port} of this machine cannot be used (Address already in use); end what "
        "uses it, or take another with --port, which the redirect URI in the app's settings must "
        "have too"
    ]


def test_a_browser_that_never_comes_is_one_sentence(
    logged_in: SimulatedSpotify, command: Command, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "CONSENT_TIMEOUT_S", 0.05)
    status, _, err = command("login", "--port", str(port))
    assert (status, logged_in.requests, len(err)) == (1, [], 1)
    assert err[0].startswith(f"error: Spotify sent no browser to http://127.0.0.1:{port}/callback")


def test_an_address_can_be_pasted_from_another_machine(
    logged_in: SimulatedSpotify,
    capsys: pytest.CaptureFixture[str],
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = kept()

    class Person:
        def isatty(self) -> bool:
            return False

        def readline(self) -> str:
            link = re.search(r"http\S*/authorize\S*", capsys.readouterr().out)
            assert link
            sent = requests.get(f"{link[0]}&auto=allow", allow_redirects=False, timeout=5)
            return sent.headers["Location"] + "\n"

    monkeypatch.setattr("sys.stdin", Person())
    status, out, err = command("login", "--paste")
    assert (status, err) == (0, [])
    assert kept().refresh_token != before.refresh_token
    assert_no_secret("\n".join(out), logged_in)


def test_a_secret_is_not_seen_when_it_is_typed(served: SimulatedSpotify, port: int) -> None:
    ours, theirs = pty.openpty()
    app = served.credentials
    process = subprocess.Popen(
        [SCRIPT, "login", "--port", str(port)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    seen = ""
    for prompt, answer in (("Client ID:", app.client_id), ("Client secret:", app.client_secret)):
        seen = until(ours, prompt, seen)
        # The prompt may come before the terminal stops echoing
        time.sleep(0.2)
        os.write(ours, f"{answer}\n".encode())
    seen = until(ours, "come back", seen)
    link = re.search(r"http\S*/authorize\S*", seen)
    assert link
    visit(f"{link[0]}&auto=deny")
    assert process.wait(10) == 1
    os.close(ours)
    assert app.client_id in seen
    assert app.client_secret not in seen


def until(terminal: int, text: str, seen: str) -> str:
    """What a terminal has shown when a text appears."""
    while text not in seen:
        seen += os.read(terminal, 1000).decode()
    return seen


def test_the_lambdas_secret_can_be_written_instead(
    logged_in: SimulatedSpotify,
    command: Command,
    browser: Callable[[Browser], None],
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = credentials_path().read_bytes()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    logged_in.accounts.consent = "allow"
    browser(visit)
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name="playlist-lake/spotify")
        status, out, err = command(
            "login", "--secret", "playlist-lake/spotify", "--port", str(port)
        )
        stored = json.loads(
            client.get_secret_value(SecretId="playlist-lake/spotify")["SecretString"]
        )
    assert (status, err) == (0, [])
    # `follow` asks with a login of this machine, which there may be none of
    assert "The login is kept in the secret playlist-lake/spotify." in out[-1]
    assert stored["client_secret"] == logged_in.credentials.client_secret
    assert stored["authorized_at"] == "2026-11-01T12:00:00+00:00"
    logged_in.accounts.refresh(stored["refresh_token"])
    assert credentials_path().read_bytes() == before


def test_only_the_callback_with_an_answer_counts(port: int) -> None:
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
        ("http://127.0.0.1:8888/callback?code=c&state=other", ForeignAnswer),
        ("http://127.0.0.1:8888/callback?code=c", ForeignAnswer),
        ("http://127.0.0.1:8888/callback?code=c&state=ü", ForeignAnswer),
        ("http://[half?code=c&state=s", ForeignAnswer),
        ("nonsense", ForeignAnswer),
        ("http://127.0.0.1:8888/callback?error=server_error&state=s", ConsentDenied),
    ],
)
def test_an_answer_without_a_code_of_ours_is_refused(address: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        code_in(address, "s")
    assert code_in(" http://127.0.0.1:8888/callback?code=c&state=s\n", "s") == "c"
