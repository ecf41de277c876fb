"""Faults of the connection as a client sees them, and which requests a fault answers."""

import socket
from collections.abc import Iterator

import pytest
import requests

from simulator.spotify import SimulatedSpotify, faults
from tests.support.simulated_client import Client, catalogue, started

MIXTAPE = catalogue().playlist_ids[2]
ITEMS = f"/playlists/{MIXTAPE}/items"


@pytest.fixture(scope="module")
def spotify() -> Iterator[SimulatedSpotify]:
    yield from started()


@pytest.fixture
def client(spotify: SimulatedSpotify) -> Client:
    return Client.of(spotify)


def test_half_a_body_comes_with_its_own_length(client: Client) -> None:
    whole = client.get(ITEMS).content
    client.spotify.fault(faults.HalfJson())
    answer = client.get(ITEMS)
    assert (answer.status_code, answer.content) == (200, whole[: len(whole) // 2])


def test_a_torn_response_ends_before_its_announced_length(client: Client) -> None:
    client.spotify.fault(faults.Torn())
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.get(ITEMS)


def test_a_renamed_key_keeps_its_value_and_its_place(client: Client) -> None:
    before = client.get(ITEMS).json()
    client.spotify.fault(
        faults.RenamedKey("items.item.name", "title"), path="/v1/playlists/*/items"
    )
    after = client.get(ITEMS).json()
    songs, renamed = ([row["item"] for row in page["items"]] for page in (before, after))
    assert [song.pop("title") for song in renamed] == [song.pop("name") for song in songs]
    assert renamed == songs


def test_a_cut_connection_gives_no_response(client: Client) -> None:
    client.spotify.fault(faults.Cut())
    with pytest.raises(requests.exceptions.ConnectionError):
        client.get(ITEMS)


def test_a_hanging_server_waits_until_the_client_gives_up(client: Client) -> None:
    client.spotify.fault(faults.Hang())
    with pytest.raises(requests.exceptions.ReadTimeout):
        client.get(ITEMS, timeout=0.1)
    assert client.spotify.requests[-1].status is None
    assert client.get(ITEMS).status_code == 200


def test_an_endless_body_arrives_without_end(client: Client) -> None:
    client.spotify.fault(faults.Endless(status=503))
    with requests.get(client.spotify.api_url, stream=True, timeout=5) as answer:
        assert answer.status_code == 503
        assert answer.raw.read(1_000_000) == b" " * 1_000_000


def test_an_endless_header_arrives_byte_by_byte(client: Client) -> None:
    client.spotify.fault(faults.Endless("header", pause_ms=1))
    host, port = client.spotify.accounts_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"GET /v1/me HTTP/1.0\r\n\r\n")
        received = b""
        while len(received) < 100:
            received += connection.recv(1000)
    assert received.startswith(b"HTTP/1.1 200 OK\r\nX-Long: xxxxxxxxxx")


def test_a_gzip_bomb_is_a_small_ordinary_body_that_unpacks_to_a_large_one(client: Client) -> None:
    whole = client.get(ITEMS)
    client.spotify.fault(faults.GzipBomb(mib=1))
    answer = client.get(ITEMS)
    assert len(answer.content) == 2**20 + len(whole.content)
    assert int(answer.headers["Content-Length"]) < 2**20 / 20
    assert answer.json() == whole.json()


def test_an_empty_page_names_itself_as_the_next(client: Client) -> None:
    client.spotify.fault(faults.EmptyPage(offset=50), times=None)
    assert len(client.get(ITEMS, limit=50).json()["items"]) == 50
    page = client.get(ITEMS, limit=50, offset=50).json()
    assert (page["items"], page["next"]) == ([], page["href"])


def test_a_page_leaves_an_item_out_and_keeps_its_total(client: Client) -> None:
    rows = client.items(MIXTAPE)
    client.spotify.fault(faults.LeftOut(index=60), times=None)
    page = client.get(ITEMS, limit=50, offset=50).json()
    assert page["items"] == rows[50:60] + rows[61:100]
    assert (page["total"], page["next"].count("offset=100")) == (400, 1)
    assert client.get(ITEMS, limit=50).json()["items"] == rows[:50]


def test_a_shrunk_list_has_one_total_everywhere(client: Client) -> None:
    rows = client.items(MIXTAPE)
    client.spotify.fault(faults.Shrunk(to=60), path="/v1/playlists/**", times=None)
    assert client.get(f"/playlists/{MIXTAPE}").json()["items"]["total"] == 60
    assert client.items(MIXTAPE) == rows[:60]
    assert client.get(ITEMS, limit=50, offset=100).json()["items"] == []


def test_an_unusable_token_comes_with_a_usable_access_token(client: Client) -> None:
    client.spotify.fault(faults.UnusableToken("two words"))
    granted = client.refreshed().json()
    assert granted["refresh_token"] == "two words"  # noqa: S105
    client.access_token = granted["access_token"]
    assert client.get(ITEMS).status_code == 200


def test_an_edit_moves_the_rows_up_and_changes_the_snapshot_id(client: Client) -> None:
    def snapshot_id() -> object:
        return client.get(f"/playlists/{MIXTAPE}").json()["snapshot_id"]

    before, rows = snapshot_id(), client.items(MIXTAPE)
    client.spotify.fault(faults.Edited(), path=f"/v1{ITEMS}", after=2)
    assert client.items(MIXTAPE) == rows[:100] + rows[101:]
    assert snapshot_id() != before


def test_a_fault_answers_the_paths_that_match(client: Client) -> None:
    client.spotify.fault(faults.NotFound(), path="/v1/playlists/*", times=None)
    assert client.get(f"/playlists/{MIXTAPE}").status_code == 404
    assert client.get(ITEMS).status_code == 200
    client.spotify.clear_faults()
    client.spotify.fault(faults.NotFound(), path="/v1/**", times=None)
    assert client.get(ITEMS).status_code == 404
    assert client.refreshed().status_code == 200


def test_faults_answer_in_their_order_and_number(client: Client) -> None:
    client.spotify.fault(faults.ServerError(500), times=2)
    client.spotify.fault(faults.ServerError(502), after=1)
    client.spotify.fault(faults.NotFound(), times=None, after=2)
    statuses = [client.get(ITEMS).status_code for _ in range(7)]
    assert statuses == [500, 500, 200, 502, 200, 404, 404]
