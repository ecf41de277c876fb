"""The simulated Spotify as another process sees it: its control endpoint, its command."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from simulator.spotify import SimulatedSpotify
from simulator.spotify.faults import FAULTS
from tests.support.simulated_client import SUNDAY, Answer, Client, catalogue, started

CHART, FRESH, MIXTAPE = catalogue().playlist_ids
COMMAND = [sys.executable, "-m", "simulator.spotify"]


@pytest.fixture(scope="module")
def spotify() -> Iterator[SimulatedSpotify]:
    yield from started()


@pytest.fixture
def client(spotify: SimulatedSpotify) -> Client:
    return Client.of(spotify)


def control(client: Client, what: str, **body: Any) -> Answer:
    return requests.post(f"{client.spotify.accounts_url}/control/{what}", json=body, timeout=5)


def test_faults_can_be_asked_for_and_cleared(client: Client) -> None:
    asked = {"kind": "RateLimited", "retry_after_s": 3, "path": "/v1/me", "times": None, "after": 1}
    assert control(client, "faults", **asked).status_code == 200
    answers = [client.get("/me") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].headers["Retry-After"] == "3"
    requests.delete(f"{client.spotify.accounts_url}/control/faults", timeout=5)
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_can_be_asked_for_by_name(client: Client, kind: str) -> None:
    assert control(client, "faults", kind=kind, path="/never").json() == {}


@pytest.mark.parametrize(
    ("what", "body", "sentence"),
    [
        ("faults", {"kind": "Slow", "ms": 1}, "Slow has no ms; send any of delay_ms"),
        ("faults", {"kind": "Slow", "delay_ms": "1"}, "delay_ms cannot be '1'; send int"),
        ("faults", {"kind": "Cut", "times": True}, "times cannot be True; send int or NoneType"),
        (
            "faults",
            {"kind": "WrongNext", "to": "moon"},
            "to cannot be 'moon'; send host or path or loop",
        ),
        ("today", {"date": "2026-11-01"}, "there is no date; send today, generation"),
        ("today", {"today": "Sunday"}, "today cannot be 'Sunday'; send YYYY-MM-DD or null"),
        (
            "today",
            {"generation": "2025"},
            "generation cannot be '2025'; send legacy or transitional or 2026",
        ),
        ("accounts", {"consent": "maybe"}, "consent cannot be 'maybe'; send ask or allow or deny"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    client: Client, what: str, body: dict[str, Any], sentence: str
) -> None:
    answer = control(client, what, **body)
    assert (answer.status_code, answer.json()) == (400, {"error": sentence})
    assert client.spotify.today == SUNDAY


def test_what_is_no_json_object_is_refused(client: Client) -> None:
    answer = requests.post(f"{client.spotify.accounts_url}/control/today", data="today", timeout=5)
    assert answer.status_code == 400
    assert answer.json() == {"error": "/control/today takes a JSON object; send one"}


def test_day_and_generation_can_be_set(client: Client) -> None:
    expected = {"today": "2026-10-03", "generation": "legacy"}
    assert control(client, "today", **expected).json() == expected
    assert "tracks" in client.get(f"/playlists/{CHART}").json()
    assert control(client, "today", generation="2026").json() == expected | {"generation": "2026"}
    control(client, "today", today=None)
    assert client.spotify.today not in (None, SUNDAY)


def test_consent_rotation_and_the_clock_can_be_set(client: Client) -> None:
    control(client, "accounts", consent="allow", rotates_refresh_tokens=True, advance_s=3600)
    assert client.authorize().status_code == 302
    assert client.get("/me").json()["error"]["message"] == "The access token expired"
    assert "refresh_token" in client.refreshed().json()


def test_calls_are_listed_in_order_without_those_to_the_control_endpoint(client: Client) -> None:
    client.get(f"/playlists/{CHART}/items", limit=50)
    client.get("/playlists/nonsense")
    calls = requests.get(f"{client.spotify.accounts_url}/control/requests", timeout=5).json()
    assert [tuple(call.values()) for call in calls] == [
        ("POST", "/api/token", "", 200),
        ("GET", f"/v1/playlists/{CHART}/items", "limit=50", 200),
        ("GET", "/v1/playlists/nonsense", "", 400),
    ]
    assert [tuple(call.values()) for call in calls] == client.spotify.requests


def test_a_reset_brings_the_first_state_back(client: Client) -> None:
    control(client, "today", today="2026-10-03", generation="legacy")
    control(client, "accounts", consent="allow", advance_s=10_000_000)
    control(client, "faults", kind="TokenRevoked", path="/v1/**", times=None)
    client.get("/me")
    control(client, "reset")
    assert client.spotify.requests == []
    assert (client.spotify.today, client.spotify.generation) == (SUNDAY, "2026")
    assert client.authorize().status_code == 200
    client.access_token = client.refreshed().json()["access_token"]
    assert client.get("/me").status_code == 200


def test_many_clients_at_once_are_all_served_and_counted(client: Client) -> None:
    with ThreadPoolExecutor(4) as threads:
        lists = list(threads.map(client.items, [MIXTAPE] * 8))
    assert all(rows == lists[0] for rows in lists)
    assert len(client.spotify.requests) == 1 + 8 * 8


def test_the_server_says_nothing_on_the_console(
    client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    control(client, "faults", kind="Cut")
    with pytest.raises(requests.ConnectionError):
        client.get("/me")
    client.get("/me")
    client.get("/nonsense")
    assert capfd.readouterr() == ("", "")


def test_the_command_serves_until_it_is_ended() -> None:
    arguments = ["--date", "2026-11-01", "--generation", "transitional"]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = dict(process.stdout.readline().rstrip("\n").split(": ", 1) for _ in range(6))
        app = (said["client_id"], said["client_secret"])
        form = {"grant_type": "refresh_token", "refresh_token": said["refresh_token"]}
        token = requests.post(f"{said['accounts_url']}/api/token", data=form, auth=app, timeout=5)
        headers = {"Authorization": f"Bearer {token.json()['access_token']}"}
        url = f"{said['api_url']}/playlists/{said['playlists'].split()[0]}"
        body = requests.get(url, headers=headers, timeout=5).json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
    expected = catalogue().playlist(CHART, SUNDAY, "transitional", said["api_url"])
    assert body["snapshot_id"] == expected["snapshot_id"]
    assert body["items"]["items"] == expected["items"]["items"]


def test_the_command_names_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
            env=os.environ | {"TERM": "dumb"},
        )
    sentence = f"port {port} cannot be used: Address already in use; choose another with --port"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{sentence}\n")
