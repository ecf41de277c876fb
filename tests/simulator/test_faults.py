"""Everything that can go wrong with the simulated Spotify, over HTTP, when it is asked to."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from simulator.spotify import SimulatedSpotify, faults
from tests.support.simulated_client import Client, catalogue, started

CHART, FRESH, MIXTAPE = catalogue().playlist_ids
ITEMS = f"/playlists/{MIXTAPE}/items"
PATH = f"/v1{ITEMS}"
LIMITED = {"status": 429, "message": "API rate limit exceeded"}


@pytest.fixture(scope="module")
def spotify() -> Iterator[SimulatedSpotify]:
    yield from started()


@pytest.fixture
def client(spotify: SimulatedSpotify) -> Client:
    return Client.of(spotify)


def statuses(client: Client, path: str, count: int) -> list[int]:
    return [client.get(path).status_code for _ in range(count)]


def snapshot_id(client: Client) -> Any:
    return client.get(f"/playlists/{MIXTAPE}").json()["snapshot_id"]


@pytest.mark.parametrize(
    ("fault", "status", "retry_after", "body"),
    [
        (faults.RateLimited(2), 429, "2", LIMITED),
        (faults.RateLimited(None), 429, None, LIMITED),
        (faults.QuotaExceeded(), 429, "79892", LIMITED | {"reason": "QUOTA_EXCEEDED"}),
        (faults.QuotaExceeded(None), 429, None, LIMITED | {"reason": "QUOTA_EXCEEDED"}),
        (
            faults.ServerError(500),
            500,
            None,
            {"status": 500, "message": "Service temporarily unavailable"},
        ),
        (faults.Forbidden(), 403, None, {"status": 403, "message": "Forbidden"}),
        (
            faults.Forbidden("not_registered"),
            403,
            None,
            {"status": 403, "message": "User not registered in the Developer Dashboard"},
        ),
        (faults.NotFound(), 404, None, {"status": 404, "message": "Resource not found"}),
        (faults.ErrorText(500, "Oops"), 500, None, "Oops"),
    ],
)
def test_an_error_body_in_json(
    client: Client, fault: faults.Fault, status: int, retry_after: str | None, body: Any
) -> None:
    client.spotify.fault(fault)
    answer = client.get(ITEMS)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, retry_after)
    assert answer.json() == {"error": body}
    assert client.get(ITEMS).status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "kind", "begin"),
    [
        (faults.RateLimited(body="text"), 429, "text/plain", "Too many requests"),
        (faults.ServerError(502, "html"), 502, "text/html", "<!doctype html>"),
        (faults.ServerError(503, "empty"), 503, "text/html", ""),
        (faults.Forbidden("no_premium"), 403, "text/plain", "Active premium subscription required"),
        (faults.EmptyBody(), 200, "application/json", ""),
        (faults.HtmlPage(), 200, "text/html", "<!doctype html>"),
    ],
)
def test_a_body_that_is_no_json(
    client: Client, fault: faults.Fault, status: int, kind: str, begin: str
) -> None:
    client.spotify.fault(fault)
    answer = client.get(ITEMS)
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith(kind)
    assert answer.text.startswith(begin)
    assert bool(answer.text) is bool(begin)


def test_half_a_body_that_claims_to_be_whole(client: Client) -> None:
    whole = client.get(ITEMS).content
    client.spotify.fault(faults.HalfJson())
    answer = client.get(ITEMS)
    assert (answer.status_code, answer.content) == (200, whole[: len(whole) // 2])


def test_a_torn_response_ends_before_its_announced_length(client: Client) -> None:
    client.spotify.fault(faults.Torn())
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get(ITEMS)


def test_a_cut_connection_gives_no_response(client: Client) -> None:
    client.spotify.fault(faults.Cut())
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get(ITEMS)


def test_a_slow_response_is_whole(client: Client) -> None:
    client.spotify.fault(faults.Slow(delay_ms=150))
    begin = time.monotonic()
    assert client.get(ITEMS).json()["total"] == 400
    assert time.monotonic() - begin >= 0.15


def test_a_hanging_server_waits_until_the_client_gives_up(client: Client) -> None:
    client.spotify.fault(faults.Hang(), times=2)
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.get(ITEMS, timeout=0.1)
    url = f"{client.spotify.accounts_url}/api/token"
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(url, data={"grant_type": "refresh_token"}, timeout=0.1)
    assert [call.status for call in client.spotify.requests[-2:]] == [None, None]
    assert client.get(ITEMS).status_code == 200


def test_a_server_that_hangs_can_be_stopped() -> None:
    with SimulatedSpotify(catalogue=catalogue()) as spotify:
        spotify.fault(faults.Hang())
        with ThreadPoolExecutor(1) as thread:
            hanging = thread.submit(Client(spotify).get, "/me")
            while not spotify.requests:
                time.sleep(0.01)
            spotify.__exit__(None, None, None)
            with pytest.raises(requests.exceptions.ConnectionError):
                hanging.result(timeout=1)


def test_expired_tokens_are_refused_until_a_refresh(client: Client) -> None:
    client.spotify.fault(faults.TokenExpired(), path=PATH, after=1)
    assert statuses(client, ITEMS, 3) == [200, 401, 401]
    assert client.get(ITEMS).json()["error"]["message"] == "The access token expired"
    client.access_token = client.refreshed().json()["access_token"]
    assert client.get(ITEMS).status_code == 200


def test_a_revoked_permission_ends_every_token(client: Client) -> None:
    client.spotify.fault(faults.TokenRevoked(), path="/api/token")
    assert client.get(ITEMS).status_code == 200
    body = {"error": "invalid_grant", "error_description": "Refresh token revoked"}
    assert client.refreshed().json() == body
    assert client.refreshed().json() == body
    assert client.get(ITEMS).status_code == 401


def test_the_token_endpoint_may_fail_without_a_body(client: Client) -> None:
    client.spotify.fault(faults.ServerError(503, "empty"), path="/api/token")
    answer = client.refreshed()
    assert (answer.status_code, answer.content) == (503, b"")
    assert client.refreshed().status_code == 200


def test_a_list_edited_between_two_pages_moves_up_and_has_another_snapshot_id(
    client: Client,
) -> None:
    before, rows = snapshot_id(client), client.items(MIXTAPE)
    client.spotify.fault(faults.Edited(), path=PATH, after=2)
    assert client.items(MIXTAPE) == rows[:100] + rows[101:]
    after = snapshot_id(client)
    assert after != before
    assert client.items(MIXTAPE) == rows[1:]
    assert snapshot_id(client) == after
    assert client.get(f"/playlists/{MIXTAPE}").json()["items"]["total"] == 399


def test_a_list_may_change_while_its_snapshot_id_stays(client: Client) -> None:
    before, rows = snapshot_id(client), client.items(MIXTAPE)
    client.spotify.fault(faults.Edited(snapshot_id=False), path=PATH, after=2)
    client.items(MIXTAPE)
    assert (snapshot_id(client), client.items(MIXTAPE)) == (before, rows[1:])


def test_a_snapshot_id_may_change_while_the_list_stays(client: Client) -> None:
    before, rows = snapshot_id(client), client.items(MIXTAPE)
    client.spotify.fault(faults.Edited(items=False), path=PATH)
    assert client.items(MIXTAPE) == rows
    assert snapshot_id(client) != before


def test_edits_of_one_list_leave_the_others_and_a_reset_undoes_them(client: Client) -> None:
    before, fresh = client.items(MIXTAPE), client.items(FRESH)
    client.spotify.fault(faults.Edited(), path=PATH, times=None)
    assert len(client.items(MIXTAPE)) < 400
    assert client.items(FRESH) == fresh
    client.spotify.reset()
    client.access_token = client.refreshed().json()["access_token"]
    assert client.items(MIXTAPE) == before


def test_next_may_point_to_another_host_or_path_or_back(client: Client) -> None:
    for fault in (
        faults.WrongNext("host"),
        faults.WrongNext("path"),
        faults.WrongNext("loop"),
        faults.WrongNext(url="x:"),
    ):
        client.spotify.fault(fault, path=PATH)
    pages = [client.get(ITEMS, offset=50, limit=50).json() for _ in range(4)]
    assert [page["next"] for page in pages] == [
        f"https://api.spotify.example{PATH}?offset=50&limit=50",
        f"{client.spotify.api_url}/me/playlists?offset=50&limit=50",
        f"{client.spotify.api_url}{ITEMS}?offset=50&limit=50",
        "x:",
    ]
    assert [len(page["items"]) for page in pages] == [50] * 4


def test_a_page_may_claim_another_total(client: Client) -> None:
    client.spotify.fault(faults.WrongTotal(by=-7), path=PATH)
    assert client.get(ITEMS).json()["total"] == 393


def test_a_page_may_have_null_for_its_items(client: Client) -> None:
    client.spotify.fault(faults.NullItems(), path=PATH)
    page = client.get(ITEMS).json()
    assert (page["items"], page["total"]) == (None, 400)


@pytest.mark.parametrize(
    "fault", [faults.WrongNext(), faults.WrongTotal(), faults.NullItems(), faults.Edited()]
)
def test_faults_of_pages_leave_what_is_no_page(client: Client, fault: faults.Fault) -> None:
    before = client.get("/me").json()
    client.spotify.fault(fault)
    assert client.get("/me").json() == before


def test_faults_meet_the_paths_they_name(client: Client) -> None:
    client.spotify.fault(faults.NotFound(), path="/v1/playlists/*", times=None)
    assert client.get(f"/playlists/{MIXTAPE}").status_code == 404
    assert client.get(ITEMS).status_code == 200
    client.spotify.clear_faults()
    client.spotify.fault(faults.NotFound(), path="/v1/**", times=None)
    assert client.get(ITEMS).status_code == 404
    assert client.refreshed().status_code == 200


def test_faults_come_in_the_order_and_number_they_were_asked_for(client: Client) -> None:
    client.spotify.fault(faults.ServerError(500), times=2)
    client.spotify.fault(faults.ServerError(502), after=1)
    client.spotify.fault(faults.NotFound(), times=None, after=2)
    assert statuses(client, ITEMS, 7) == [500, 500, 200, 502, 200, 404, 404]
    client.spotify.clear_faults()
    assert client.get(ITEMS).status_code == 200
