"""Personal data is removed at any depth, and from links of any form."""

from typing import Any

import pytest

from extract_lambda.personal_data import without_personal_data

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
        ("the user of /users/ and user:names", "the user of /users/ and user:names"),
    ],
)
def test_the_users_name_is_removed_from_links(text: str, kept: str) -> None:
    assert without_personal_data({"uri": text}) == {"uri": kept}


def test_the_original_body_is_not_changed() -> None:
    body = {"items": [{"added_by": {"id": "me"}}], "owner": {"id": "me"}}
    without_personal_data(body)

    assert body == {"items": [{"added_by": {"id": "me"}}], "owner": {"id": "me"}}
