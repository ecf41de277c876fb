"""Logging in at the simulated Spotify; the tests play the browser."""

import io
import json
import logging
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
import requests
from moto import mock_aws

from extract_lambda.credentials import credentials_path
from simulator.spotify import SimulatedSpotify, faults
from tests.playlist_lake.conftest import NOON, Command
from tests.playlist_lake.spotify.conftest import (
    SetVisit,
    stored_credentials,
    visit,
)
from tests.support.secrets_in_text import assert_no_secret

SCRIPT = str(Path(sys.executable).with_name("playlist-lake"))


def test_a_first_login_needs_no_browser_on_this_machine(
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
        instructions = []
        for line in process.stdout:
            instructions.append(line)
            if "/authorize?" in line:
                break
        page = visit(f"{instructions[-1].strip()}&auto=allow")
        rest = process.stdout.read()
        assert process.stderr
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, "")
    assert f"     http://127.0.0.1:{port}/callback\n" in instructions
    assert "Spotify has answered" in page.text
    path = credentials_path()
    assert f"The login is stored in {path}." in rest
    assert path.stat().st_mode & 0o777 == 0o600
    assert (stored_credentials().client_id, stored_credentials().client_secret) == (
        app.client_id,
        app.client_secret,
    )
    assert served.accounts.refresh(stored_credentials().refresh_token).scope == (
        "playlist-read-private playlist-read-collaborative user-library-read"
    )
    assert_no_secret("".join(instructions) + page.text + rest, served)


def test_a_renewal_only_asks_for_consent(
    logged_in: SimulatedSpotify,
    command: Command,
    browser: SetVisit,
    port: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    before = stored_credentials()
    logged_in.accounts.consent = "allow"
    browser(visit)
    status, out, err = command("login", "--port", str(port))
    assert (status, err) == (0, [])
    assert "Client ID" not in "".join(out)
    assert out[-2].endswith("Run playlist-lake login again before 2027-04-30.")
    assert out[-1] == "Next: playlist-lake follow LINK"
    assert (stored_credentials().client_id, stored_credentials().client_secret) == (
        before.client_id,
        before.client_secret,
    )
    assert stored_credentials().refresh_token != before.refresh_token
    assert stored_credentials().authorized_at == NOON
    # The thread of the browser may log the code
    logged = [one.getMessage() for one in caplog.records if one.threadName == "MainThread"]
    assert any("POST /api/token" in message for message in logged)
    assert_no_secret("\n".join([*out, *logged]), logged_in)


def test_the_app_may_be_set_in_the_environment(
    served: SimulatedSpotify,
    command: Command,
    browser: SetVisit,
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
        "warning: the environment has other credentials, which are used instead of that file; "
        "unset SPOTIFY_REFRESH_TOKEN"
    ]
    assert stored_credentials().client_id == served.credentials.client_id


def test_a_wrong_client_secret_is_an_error(
    served: SimulatedSpotify,
    command: Command,
    browser: SetVisit,
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed = io.StringIO(f"{served.credentials.client_id}\nnot-the-secret\n")
    monkeypatch.setattr("sys.stdin", typed)
    served.accounts.consent = "allow"
    browser(visit)
    status, _, err = command("login", "--new-app", "--port", str(port))
    assert (status, len(err)) == (1, 1)
    assert err[0].startswith(
        "error: Spotify does not accept the client secret; run playlist-lake login --new-app"
    )
    assert not credentials_path().exists()


@pytest.mark.parametrize("refresh_token", ["", "two words", None])
def test_a_login_without_a_usable_token_keeps_the_old_one(
    logged_in: SimulatedSpotify,
    command: Command,
    browser: SetVisit,
    port: int,
    refresh_token: object,
) -> None:
    before = stored_credentials()
    logged_in.accounts.consent = "allow"
    logged_in.fault(faults.UnusableToken(refresh_token), path="/api/token")
    browser(visit)
    assert command("login", "--port", str(port))[::2] == (
        1,
        ["error: Spotify gave no usable refresh token; run playlist-lake login again"],
    )
    assert stored_credentials() == before


def test_an_unusable_app_in_the_environment_is_an_error_before_the_consent(
    served: SimulatedSpotify, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", served.credentials.client_id)
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", "two words")
    sentence = "SPOTIFY_CLIENT_SECRET contains a character that is not allowed; copy it again"
    assert command("login") == (1, [], [f"error: {sentence}"])


def test_a_login_without_input_is_an_error(served: SimulatedSpotify, command: Command) -> None:
    assert served.requests == []
    assert command("login")[::2] == (
        1,
        ["error: Client ID was not entered; run playlist-lake login in a terminal"],
    )


def test_the_address_of_a_browser_elsewhere_can_be_pasted(
    logged_in: SimulatedSpotify,
    capsys: pytest.CaptureFixture[str],
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = stored_credentials()

    class Terminal:
        def isatty(self) -> bool:
            return False

        def readline(self) -> str:
            link = re.search(r"http\S*/authorize\S*", capsys.readouterr().out)
            assert link
            sent = requests.get(f"{link[0]}&auto=allow", allow_redirects=False, timeout=5)
            return sent.headers["Location"] + "\n"

    monkeypatch.setattr("sys.stdin", Terminal())
    status, out, err = command("login", "--paste")
    assert (status, err) == (0, [])
    assert stored_credentials().refresh_token != before.refresh_token
    assert_no_secret("\n".join(out), logged_in)


def test_a_typed_secret_is_not_shown(served: SimulatedSpotify, port: int) -> None:
    terminal, its_input = pty.openpty()
    app = served.credentials
    process = subprocess.Popen(
        [SCRIPT, "login", "--port", str(port)],
        stdin=its_input,
        stdout=its_input,
        stderr=its_input,
        start_new_session=True,
    )
    os.close(its_input)
    seen = ""
    for prompt, answer in (("Client ID:", app.client_id), ("Client secret:", app.client_secret)):
        seen = read_until(terminal, prompt, seen)
        # The prompt may appear before the terminal stops echoing
        time.sleep(0.2)
        os.write(terminal, f"{answer}\n".encode())
    seen = read_until(terminal, "come back", seen)
    link = re.search(r"http\S*/authorize\S*", seen)
    assert link
    visit(f"{link[0]}&auto=deny")
    assert process.wait(10) == 1
    os.close(terminal)
    assert app.client_id in seen
    assert app.client_secret not in seen


def read_until(terminal: int, text: str, seen: str) -> str:
    """Read from a terminal until it has shown a text; returns all that it has shown."""
    while text not in seen:
        seen += os.read(terminal, 1000).decode()
    return seen


def test_the_login_can_be_stored_in_the_lambdas_secret(
    logged_in: SimulatedSpotify,
    command: Command,
    browser: SetVisit,
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
    # The next step, `follow`, needs a login on this machine, so it is not suggested
    assert "The login is stored in the secret playlist-lake/spotify." in out[-1]
    assert stored["client_secret"] == logged_in.credentials.client_secret
    assert stored["authorized_at"] == "2026-11-01T12:00:00+00:00"
    logged_in.accounts.refresh(stored["refresh_token"])
    assert credentials_path().read_bytes() == before
