"""The simulated Web API over HTTP: pages, generations, and what Spotify refuses."""

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.spotify import SimulatedSpotify, library
from simulator.world.catalogue import Generation
from tests.support.simulated_client import SUNDAY, Client, catalogue, started

CHART, FRESH, MIXTAPE = catalogue().playlist_ids


@pytest.fixture(scope="module")
def spotify() -> Iterator[SimulatedSpotify]:
    yield from started()


@pytest.fixture
def client(spotify: SimulatedSpotify) -> Client:
    return Client.of(spotify)


def error(client: Client, path: str, **params: Any) -> tuple[int, Any]:
    answer = client.get(path, **params)
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize("generation", ["legacy", "2026"])
def test_the_playlist_object_is_the_catalogues(client: Client, generation: Generation) -> None:
    client.spotify.generation = generation
    body = client.get(f"/playlists/{FRESH}", additional_types="track,episode").json()
    assert body == catalogue().playlist(FRESH, SUNDAY, generation, client.spotify.api_url)


def test_the_pages_of_a_list_have_the_catalogues_rows_in_order(client: Client) -> None:
    rows = client.items(MIXTAPE, additional_types="track,episode")
    expected: list[Any] = []
    for offset in range(0, 400, 50):
        page = catalogue().items_page(
            MIXTAPE, SUNDAY, "2026", offset=offset, base_url=client.spotify.api_url
        )
        expected += page["items"]
    assert rows == expected


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"limit": 51}, "Invalid limit"),
        ({"limit": 0}, "Invalid limit"),
        ({"offset": -1}, "Invalid offset"),
        ({"limit": "many"}, "Bad search request"),
    ],
)
def test_a_wrong_limit_or_offset_is_refused(
    client: Client, bounds: dict[str, Any], message: str
) -> None:
    expected = (400, {"status": 400, "message": message})
    assert error(client, f"/playlists/{CHART}/items", **bounds) == expected


def test_the_old_path_gives_100_rows_until_2026_and_is_then_forbidden(client: Client) -> None:
    client.spotify.generation = "legacy"
    page = client.get(f"/playlists/{MIXTAPE}/tracks", limit=100).json()
    assert len(page["items"]) == 100
    assert page["next"].startswith(f"{client.spotify.api_url}/playlists/{MIXTAPE}/tracks?")
    client.spotify.generation = "2026"
    assert error(client, f"/playlists/{MIXTAPE}/tracks")[0] == 403


@pytest.mark.parametrize(
    ("generation", "key", "expected"),
    [("legacy", "track", "track"), ("transitional", "item", "track"), ("2026", "item", None)],
)
def test_without_additional_types_an_episode_is_null_or_looks_like_a_track(
    client: Client, generation: Generation, key: str, expected: str | None
) -> None:
    client.spotify.generation = generation
    with_types = client.items(FRESH, additional_types="track,episode")
    without = client.items(FRESH)
    episodes = [
        index for index, row in enumerate(with_types) if (row[key] or {}).get("type") == "episode"
    ]
    assert len(episodes) == 2
    assert [row and row["type"] for row in (without[at][key] for at in episodes)] == [expected] * 2
    others = [index for index in range(len(without)) if index not in episodes]
    assert [without[at] for at in others] == [with_types[at] for at in others]


def test_somebody_elses_list_has_no_items_in_2026(client: Client) -> None:
    body = client.get(f"/playlists/{library.SOMEBODY_ELSES_ID}").json()
    assert body["name"] == "Not yours"
    assert body.keys() & {"items", "tracks"} == set()


def test_the_odd_rows_are_odd(client: Client) -> None:
    rows = client.items(library.ODDITIES_ID)
    assert (rows[0]["added_at"], rows[0]["added_by"]) == (None, None)
    assert rows[1]["video_thumbnail"] is None
    assert "video_thumbnail" not in rows[2]
    assert rows[3]["item"]["artists"] == [{"name": "", "type": "artist"}]
    assert (rows[4]["item"]["name"], rows[4]["item"]["album"]["images"]) == ("", None)
    assert rows[5]["item"]["external_ids"] == {}
    assert rows[6]["item"]["popularity"] is None
    assert rows[7:] == [None]


def test_my_playlists_are_the_users_and_those_of_others_that_the_user_follows(
    client: Client,
) -> None:
    first = client.get("/me/playlists", limit=3).json()
    assert [body["id"] for body in first["items"]] == [CHART, FRESH, MIXTAPE]
    rest = client.get(first["next"]).json()
    # A deleted list is null, and only lists that the user may read have a total
    assert rest["items"][0] is None
    assert [body["id"] for body in rest["items"][1:]] == [
        library.SOMEBODY_ELSES_ID,
        library.SOMEBODYS_COLLABORATIVE_ID,
    ]
    assert [body["collaborative"] for body in rest["items"][1:]] == [False, True]
    assert [body["items"]["total"] for body in first["items"]] == [50, 100, 400]
    assert all("items" not in body for body in rest["items"][1:])
    owner = client.get("/me").json()["id"]
    assert [body["owner"]["id"] == owner for body in first["items"]] == [True, True, False]
    assert first["total"] == len(client.get("/me/playlists", limit=50).json()["items"])


def test_collaborative_lists_need_a_scope_of_their_own(client: Client) -> None:
    client.log_in("playlist-read-private")
    ids = [body and body["id"] for body in client.get("/me/playlists", limit=50).json()["items"]]
    assert FRESH in ids
    assert {MIXTAPE, library.SOMEBODYS_COLLABORATIVE_ID}.isdisjoint(ids)


@pytest.mark.parametrize("generation", ["legacy", "transitional", "2026"])
def test_liked_songs_are_songs_with_the_newest_first(
    client: Client, generation: Generation
) -> None:
    client.spotify.generation = generation
    page = client.get("/me/tracks", limit=50).json()
    rows = page["items"]
    while page["next"]:
        page = client.get(page["next"]).json()
        rows += page["items"]
    assert len(rows) == page["total"]
    assert page["href"].startswith(f"{client.spotify.api_url}/me/tracks?offset=")
    assert {(*row, row["track"]["type"]) for row in rows} == {("added_at", "track", "track")}
    times = [row["added_at"] for row in rows]
    assert times == sorted(times, reverse=True)
    songs = {row["track"]["uri"] for row in rows}
    assert len(songs) == len(rows)
    listed = [
        row.get("item") or row.get("track")
        for row in client.items(MIXTAPE, additional_types="track,episode")
    ]
    of_the_list = {
        item["uri"] for item in listed if item and item["uri"].startswith("spotify:track:")
    }
    assert songs == of_the_list


@pytest.mark.parametrize("generation", ["transitional", "2026"])
def test_a_replaced_song_has_another_id_and_the_same_isrc(
    client: Client, generation: Generation
) -> None:
    client.spotify.generation = generation
    before = [row["item"] for row in client.items(CHART)]
    reissued, relinked = before[3], before[5]

    client.spotify.reissue(reissued["id"])
    client.spotify.relink(relinked["id"])

    after = [row["item"] for row in client.items(CHART)]
    assert after[:3] == before[:3]
    new = {reissued["id"][::-1], relinked["id"][::-1]}
    assert {after[3]["id"], after[5]["id"]} == new
    for index in (3, 5):
        assert after[index]["uri"] == f"spotify:track:{after[index]['id']}"
        for key in ("artists", "external_ids", "name"):
            assert after[index][key] == before[index][key]
    assert after[3]["album"]["id"] != reissued["album"]["id"]
    assert after[5]["album"] == relinked["album"]
    linked_from = (after[5].get("linked_from") or {}).get("uri")
    assert linked_from == (relinked["uri"] if generation == "transitional" else None)
