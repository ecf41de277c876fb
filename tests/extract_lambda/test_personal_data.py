"""Personal data is removed at any depth, and from links of any form."""

from collections import Counter
from typing import Any

import pytest

from extract_lambda.personal_data import (
    clean_page,
    clean_playlist,
    dropped_keys_text,
    without_personal_data,
)

SOMEBODY = {"id": "wizzler", "display_name": "Ronald", "uri": "spotify:user:wizzler"}


def test_added_by_is_dropped_at_every_depth() -> None:
    body = {"items": [{"added_by": SOMEBODY, "track": {"a": [[{"added_by": None, "b": 1}]]}}]}

    assert without_personal_data(body) == {"items": [{"track": {"a": [[{"b": 1}]]}}]}


@pytest.mark.parametrize(
    ("owner", "kept"),
    [
        (SOMEBODY, {}),
        ({"id": "spotify", "display_name": "Spotify"}, {"id": "spotify"}),
        ({"display_name": "Ronald"}, {}),
        ("wizzler", {}),
        (["wizzler"], {}),
        (None, {}),
    ],
)
def test_an_owner_keeps_only_spotifys_own_id(owner: Any, kept: Any) -> None:
    assert without_personal_data({"owner": owner}) == {"owner": kept}
    assert without_personal_data({"a": [{"owner": owner}]}) == {"a": [{"owner": kept}]}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("spotify:user:wizzler:playlist:00wH", "spotify:playlist:00wH"),
        ("spotify:user:wizz%23ler", "spotify:"),
        ("spotify:user:spotify:playlist:00wH", "spotify:user:spotify:playlist:00wH"),
        ("spotify:user:spotifyfan:playlist:00wH", "spotify:playlist:00wH"),
        (
            "https://api.spotify.com/v1/users/wizzler/playlists/00wH/tracks?market=ES",
            "https://api.spotify.com/v1/playlists/00wH/tracks?market=ES",
        ),
        (
            "https://api.spotify.com/v1/users/118430647/starred/tracks?offset=100",
            "https://api.spotify.com/v1/starred/tracks?offset=100",
        ),
        (
            "http://open.spotify.com/user/wizzler/playlist/00wH",
            "http://open.spotify.com/playlist/00wH",
        ),
        (
            'by <a href="https://open.spotify.com/intl-de/user/wizzler">me</a>',
            'by <a href="https://open.spotify.com/intl-de/">me</a>',
        ),
        (
            "https://api-partner.spotify.com/v1/users/wizzler/playlists/00wH",
            "https://api-partner.spotify.com/v1/playlists/00wH",
        ),
        ("the user of /users/ and user:names", "the user of /users/ and user:names"),
    ],
)
def test_the_users_name_is_removed_from_links(text: str, kept: str) -> None:
    assert without_personal_data({"uri": text}) == {"uri": kept}


# Every key of the objects that Spotify documents, and those that captures of its answers have
PLAYLIST = {
    "collaborative": False,
    "description": "",
    "external_urls": {"spotify": "https://open.spotify.com/playlist/00wH"},
    "followers": {"href": None, "total": 3},
    "href": "https://api.spotify.com/v1/playlists/00wH",
    "id": "00wH",
    "images": None,
    "name": "Mine",
    "primary_color": None,
    "public": True,
    "snapshot_id": "MTIz",
    "type": "playlist",
    "uri": "spotify:playlist:00wH",
}
PAGE = {"href": "", "items": [], "limit": 50, "next": None, "offset": 0, "previous": None}
SONG = {"id": "a", "unheard_of": {"by": "whom"}}
WRAPPER = {
    "added_at": None,
    "is_local": False,
    "primary_color": None,
    "video_thumbnail": {"url": None},
}


def test_only_known_keys_of_a_playlist_object_are_kept() -> None:
    dropped = Counter[str]()
    people = {"collaborators": ["Ann"], "ownerName": "Bo", "owner": SOMEBODY, "added_by": SOMEBODY}

    assert clean_playlist({**PLAYLIST, **people}, dropped) == {**PLAYLIST, "owner": {}}
    assert dropped == {"playlist.collaborators": 1, "playlist.ownerName": 1}


def test_people_in_the_parts_of_a_playlist_object_are_dropped() -> None:
    dropped = Counter[str]()
    followers = {"total": 3, "users": ["Ann"], "items": [{"display_name": "Bo"}]}
    images = [{"url": "https://i.scdn.co/image/ab", "by": "Cy"}]

    assert clean_playlist({"followers": followers, "images": images}, dropped) == {
        "followers": {"total": 3},
        "images": [{"url": "https://i.scdn.co/image/ab"}],
    }
    keys = ["playlist.followers.users", "playlist.followers.items", "playlist.images[].by"]
    assert dropped == dict.fromkeys(keys, 1)


@pytest.mark.parametrize(
    "content",
    [{"item": SONG}, {"track": SONG}, {"item": SONG, "track": SONG}, {"item": None}, {}],
    ids=["item", "track", "both", "null", "neither"],
)
def test_only_known_keys_of_a_page_and_of_its_wrappers_are_kept(content: Any) -> None:
    dropped = Counter[str]()
    row = {**WRAPPER, **content}
    people = {"added_by": SOMEBODY, "addedByName": "Ann"}
    page = {**PAGE, "total": 2, "items": [row, {**row, **people}], "cursors": {"user": "Ann"}}

    cleaned = clean_page(page, dropped)

    assert cleaned == {**PAGE, "total": 2, "items": [row, row]}
    assert list(cleaned) == list(page)[:-1]
    assert dropped == {"items[].addedByName": 1, "page.cursors": 1}


@pytest.mark.parametrize(
    ("row", "kept"), [(None, None), ("text", "text"), (7, 7), ([1, {"nick": "Ann"}], [])]
)
def test_a_list_in_the_place_of_a_row_is_emptied(row: Any, kept: Any) -> None:
    assert clean_page({"items": [row]}, Counter()) == {"items": [kept]}


def test_a_row_of_an_unknown_shape_keeps_known_keys_and_songs_and_shows_the_rest_empty() -> None:
    dropped = Counter[str]()
    video = {"uri": "spotify:video:x", "title": "Rain"}
    rows: list[Any] = [
        {"title": "Rain", "adder": "Ann", "added_by": SOMEBODY, "added_at": "2026-01-02"},
        {"track": None, "video": video, "profile": {"nick": "Ann"}, "who": ["Bo"]},
        {"track": "spotify:track:x", "nickname": "Ann"},
        {"uri": "spotify:track:x", "name": "Rain", "person": "Ann"},
    ]

    assert clean_page({"items": rows}, dropped)["items"] == [
        {"added_at": "2026-01-02"},
        {"track": None, "video": video, "profile": {}, "who": []},
        {"track": "spotify:track:x"},
        {"uri": "spotify:track:x", "name": "Rain"},
    ]
    names = ["title", "adder", "profile", "who", "nickname", "person"]
    assert dropped == {f"items[].{name}": 1 for name in names}


def test_an_object_in_the_place_of_a_text_is_emptied() -> None:
    dropped = Counter[str]()
    odd = {"total": 3, "users": ["Ann"]}

    assert clean_playlist({"followers": [odd], "name": odd}, dropped) == {
        "followers": [],
        "name": {},
    }
    page = {"next": odd, "items": [{"added_at": [odd], "item": odd}]}
    assert clean_page(page, dropped) == {"next": {}, "items": [{"added_at": [], "item": odd}]}


def test_the_dropped_keys_are_told_by_name() -> None:
    assert dropped_keys_text(Counter(b=1, c=2, a=1)) == "dropped unknown keys: c (2), a (1), b (1)"
    many = Counter({f"key{number:02}": 1 for number in range(12)})
    assert dropped_keys_text(many).endswith("key09 (1), 2 more keys")


def test_the_original_body_is_not_changed() -> None:
    body = {"items": [{"added_by": {"id": "me"}}], "owner": {"id": "me"}}
    without_personal_data(body)

    assert body == {"items": [{"added_by": {"id": "me"}}], "owner": {"id": "me"}}
