"""`python -m simulator.spotify` as a process of its own."""

import os
import signal
import socket
import subprocess
import sys

import requests

from tests.support.simulated_client import SUNDAY, catalogue

COMMAND = [sys.executable, "-m", "simulator.spotify"]


def test_the_command_serves_until_it_is_terminated() -> None:
    arguments = ["--date", "2026-11-01", "--generation", "transitional"]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = dict(process.stdout.readline().rstrip("\n").split(": ", 1) for _ in range(6))
        app = (printed["client_id"], printed["client_secret"])
        form = {"grant_type": "refresh_token", "refresh_token": printed["refresh_token"]}
        token = requests.post(
            f"{printed['accounts_url']}/api/token", data=form, auth=app, timeout=5
        )
        headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
        chart = printed["playlists"].split()[0]
        body = requests.get(
            f"{printed['api_url']}/playlists/{chart}", headers=headers, timeout=5
        ).json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
    expected = catalogue().playlist(chart, SUNDAY, "transitional", printed["api_url"])
    assert body["snapshot_id"] == expected["snapshot_id"]
    assert body["items"]["items"] == expected["items"]["items"]


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
            env=os.environ | {"TERM": "dumb"},
        )
    sentence = (
        f"cannot listen on port {port}: Address already in use; choose another one with --port"
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{sentence}\n")
