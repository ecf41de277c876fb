"""The simulated Spotify's Web API over HTTP: lists, pages, generations, and who may read what."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from simulator.spotify import SimulatedSpotify, library
from simulator.world.catalogue import Generation
from tests.support.simulated_client import SUNDAY, Client, catalogue, started

CHART, FRESH, MIXTAPE = catalogue().playlist_ids
GENERATIONS: list[Generation] = ["legacy", "transitional", "2026"]


@pytest.fixture(scope="module")
def spotify() -> Iterator[SimulatedSpotify]:
    yield from started()


@pytest.fixture
def client(spotify: SimulatedSpotify) -> Client:
    return Client.of(spotify)


def error(client: Client, path: str, **params: Any) -> tuple[int, dict[str, Any]]:
    answer = client.get(path, **params)
    return answer.status_code, answer.json()["error"]


def test_the_pages_of_a_list_hold_the_catalogues_rows_in_order(client: Client) -> None:
    rows = client.items(MIXTAPE, additional_types="track,episode")
    expected: list[Any] = []
    for offset in range(0, 400, 50):
        page = catalogue().items_page(
            MIXTAPE, SUNDAY, "2026", offset=offset, base_url=client.spotify.api_url
        )
        expected += page["items"]
    assert rows == expected


@pytest.mark.parametrize("generation", ["legacy", "2026"])
def test_a_list_comes_as_the_catalogue_has_it(client: Client, generation: Generation) -> None:
    client.spotify.generation = generation
    body = client.get(f"/playlists/{FRESH}", additional_types="track,episode").json()
    assert body == catalogue().playlist(FRESH, SUNDAY, generation, client.spotify.api_url)


def test_next_is_on_this_server_and_keeps_what_was_asked_for(client: Client) -> None:
    page = client.get(
        f"/playlists/{FRESH}/items", limit=40, offset=40, additional_types="track,episode"
    ).json()
    url = f"{client.spotify.api_url}/playlists/{FRESH}/items"
    asked = "limit=40&additional_types=track%2Cepisode"
    assert page["href"] == f"{url}?offset=40&{asked}"
    assert page["next"] == f"{url}?offset=80&{asked}"
    assert page["previous"] == f"{url}?offset=0&{asked}"
    assert (page["total"], page["limit"], page["offset"]) == (100, 40, 40)
    assert client.get(page["next"]).json()["next"] is None


def test_a_page_has_20_items_where_no_limit_is_asked_for(client: Client) -> None:
    assert len(client.get(f"/playlists/{MIXTAPE}/items").json()["items"]) == 20


def test_a_page_past_the_end_has_no_items(client: Client) -> None:
    page = client.get(f"/playlists/{CHART}/items", offset=50).json()
    assert (page["items"], page["next"], page["total"]) == ([], None, 50)


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


@pytest.mark.parametrize(
    ("generation", "keys", "row_keys"),
    [
        ("legacy", {"tracks"}, {"track"}),
        ("transitional", {"tracks", "items"}, {"track", "item"}),
        ("2026", {"items"}, {"item"}),
    ],
)
def test_each_generation_has_its_keys(
    client: Client, generation: Generation, keys: set[str], row_keys: set[str]
) -> None:
    client.spotify.generation = generation
    body = client.get(f"/playlists/{FRESH}").json()
    assert body.keys() & {"tracks", "items"} == keys
    row = client.get(f"/playlists/{FRESH}/items").json()["items"][0]
    assert row.keys() & {"track", "item"} == row_keys
    assert ("popularity" in row[next(iter(row_keys))]) is (generation != "2026")


def test_the_old_path_gives_100_a_page_until_2026_and_is_403_from_then_on(client: Client) -> None:
    client.spotify.generation = "legacy"
    page = client.get(f"/playlists/{MIXTAPE}/tracks", limit=100).json()
    assert len(page["items"]) == 100
    assert page["next"].startswith(f"{client.spotify.api_url}/playlists/{MIXTAPE}/tracks?")
    client.spotify.generation = "2026"
    assert error(client, f"/playlists/{MIXTAPE}/tracks")[0] == 403


def test_fields_leaves_the_named_keys_alone(client: Client) -> None:
    whole = client.get(f"/playlists/{FRESH}").json()
    part = client.get(f"/playlists/{FRESH}", fields="snapshot_id,name,nonsense").json()
    assert part == {"snapshot_id": whole["snapshot_id"], "name": "Fresh Catch Friday 🎣"}


def test_episodes_are_null_in_2026_for_who_asks_for_tracks_alone(client: Client) -> None:
    both = client.items(FRESH, additional_types="track,episode")
    alone = client.items(FRESH, additional_types="track")
    episodes = [at for at, row in enumerate(both) if (row["item"] or {}).get("type") == "episode"]
    assert len(episodes) == 2
    assert [alone[at]["item"] for at in episodes] == [None, None]
    others = [at for at in range(len(both)) if at not in episodes]
    assert [alone[at] for at in others] == [both[at] for at in others]


@pytest.mark.parametrize(("generation", "key"), [("legacy", "track"), ("transitional", "item")])
def test_before_they_were_shaped_like_a_track(
    client: Client, generation: Generation, key: str
) -> None:
    client.spotify.generation = generation
    both = client.items(FRESH, additional_types="track,episode")
    alone = client.items(FRESH)
    at = next(at for at, row in enumerate(both) if (row[key] or {}).get("type") == "episode")
    shaped, episode = alone[at][key], both[at][key]
    assert (shaped["type"], shaped["uri"], shaped["name"]) == (
        "track",
        episode["uri"],
        episode["name"],
    )
    assert shaped["album"]["album_type"] == "compilation"
    assert [artist["type"] for artist in shaped["artists"]] == ["show"]
    assert shaped["album"]["id"] == episode["show"]["id"]


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("playlist_id", [library.EDITORIAL_ID, library.PRIVATE_ID])
def test_spotifys_own_and_private_lists_are_not_found(
    client: Client, generation: Generation, playlist_id: str
) -> None:
    client.spotify.generation = generation
    expected = (404, {"status": 404, "message": "Resource not found"})
    assert error(client, f"/playlists/{playlist_id}") == expected
    assert error(client, f"/playlists/{playlist_id}/items") == expected


def test_somebody_elses_list_shows_no_items_in_2026(client: Client) -> None:
    path = f"/playlists/{library.SOMEBODY_ELSES_ID}"
    body = client.get(path).json()
    assert body["name"] == "Not yours"
    assert body.keys() & {"items", "tracks"} == set()
    assert error(client, f"{path}/items") == (403, {"status": 403, "message": "Forbidden"})
    client.spotify.generation = "transitional"
    assert len(client.items(library.SOMEBODY_ELSES_ID)) == 20


def test_the_chart_is_spotifys_until_2026_and_then_the_users_copy(client: Client) -> None:
    owners = {}
    for generation in GENERATIONS:
        client.spotify.generation = generation
        owners[generation] = client.get(f"/playlists/{CHART}").json()["owner"]["id"]
    assert owners == {"legacy": "spotify", "transitional": "spotify", "2026": "mirelha.quay"}


@pytest.mark.parametrize("playlist_id", ["37i9dQ", "37i9dQZF1DX-imulated00", f"{CHART}0"])
def test_an_id_of_another_form_is_refused(client: Client, playlist_id: str) -> None:
    expected = (400, {"status": 400, "message": "Invalid base62 id"})
    assert error(client, f"/playlists/{playlist_id}") == expected


def test_an_unknown_path_is_not_found(client: Client) -> None:
    expected = (404, {"status": 404, "message": "Service not found"})
    assert error(client, "/browse/categories") == expected


def test_an_empty_list_is_one_page_without_items(client: Client) -> None:
    assert client.items(library.EMPTY_ID) == []
    assert client.get(f"/playlists/{library.EMPTY_ID}").json()["items"]["total"] == 0


@pytest.mark.parametrize(
    ("playlist_id", "size"), [(library.AT_LIMIT_ID, 10_000), (library.OVER_LIMIT_ID, 10_001)]
)
def test_a_long_list_ends_where_it_says(client: Client, playlist_id: str, size: int) -> None:
    path = f"/playlists/{playlist_id}/items"
    page = client.get(path, offset=9_950, limit=50).json()
    assert (len(page["items"]), page["total"]) == (50, size)
    assert (page["next"] is None) is (size == 10_000)
    assert len(client.get(path, offset=10_000, limit=50).json()["items"]) == size - 10_000


def test_a_list_may_claim_more_items_than_it_has(client: Client) -> None:
    assert len(client.items(library.WRONG_TOTAL_ID)) == 120
    assert client.get(f"/playlists/{library.WRONG_TOTAL_ID}/items").json()["total"] == 123


def test_the_list_of_oddities_is_as_odd_as_it_says(client: Client) -> None:
    rows = client.items(library.ODDITIES_ID)
    assert rows[0]["added_at"] is None
    assert rows[0]["added_by"] is None
    assert rows[1]["video_thumbnail"] is None
    assert "video_thumbnail" not in rows[2]
    assert rows[3]["item"]["artists"] == [{"name": "", "type": "artist"}]
    assert (rows[4]["item"]["name"], rows[4]["item"]["album"]["images"]) == ("", None)
    assert rows[5]["item"]["external_ids"] == {}
    assert rows[6]["item"]["popularity"] is None
    assert rows[7:] == [None]
    assert client.items(CHART)[0]["item"]["external_ids"] != {}


def test_the_day_moves_the_lists(client: Client) -> None:
    before = client.get(f"/playlists/{CHART}").json()
    client.spotify.today = date(2026, 11, 2)
    after = client.get(f"/playlists/{CHART}").json()
    assert before["snapshot_id"] != after["snapshot_id"]
    assert before["items"]["items"] != after["items"]["items"]


def test_special_lists_have_snapshot_ids_of_their_own(client: Client) -> None:
    ids = [MIXTAPE, library.EMPTY_ID, library.AT_LIMIT_ID, library.OVER_LIMIT_ID]
    found = {client.get(f"/playlists/{one}").json()["snapshot_id"] for one in ids}
    assert len(found) == len(ids)


def test_my_playlists_are_those_that_can_be_read(client: Client) -> None:
    page = client.get("/me/playlists", limit=2).json()
    assert [body["id"] for body in page["items"]] == [CHART, FRESH]
    assert page["items"][0]["items"]["total"] == 50
    ids = [body["id"] for body in client.get("/me/playlists").json()["items"]]
    assert page["total"] == len(ids)
    assert library.SOMEBODY_ELSES_ID not in ids
    assert all(len(client.get(f"/playlists/{one}/items").json()) for one in ids)


def test_me_is_the_owner_of_a_list(client: Client) -> None:
    me = client.get("/me").json()
    assert (me["id"], me["account_id"]) == ("mirelha.quay", "simulated-account")
    assert client.get(f"/playlists/{FRESH}").json()["owner"]["id"] == me["id"]


def test_names_come_as_utf8(client: Client) -> None:
    content = client.get(f"/playlists/{MIXTAPE}").content
    assert "Boathouse mixtape · شريط المرفأ".encode() in content
