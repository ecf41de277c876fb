"""Rows and playlists in other shapes: those that are converted, and those that are not known."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from playlist_lake.importing.converters import convert_rows
from tests.support.saved_responses import DAY, LIST, pages, raw, rows, run, save

SONG, EPISODE = "1" * 22, "2" * 22


def account_row(added: Any = "2026-09-01", **contents: Any) -> dict[str, Any]:
    """A row of Playlist1.json in Spotify's account data."""
    nothing = {"track": None, "episode": None, "audiobook": None, "localTrack": None}
    return {**nothing, **contents, "addedDate": added}


def account_list(name: str, *items: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "lastModifiedDate": "2026-09-30",
        "description": None,
        "numberOfFollowers": 3,
        "items": list(items),
        **more,
    }


TRACK = {
    "trackName": "Rain",
    "artistName": "Ann",
    "albumName": "Weather",
    "trackUri": f"spotify:track:{SONG}",
}


@pytest.mark.parametrize(
    ("row", "converted"),
    [
        (
            account_row(track=TRACK),
            {
                "added_at": "2026-09-01T00:00:00Z",
                "is_local": False,
                "track": {
                    "uri": f"spotify:track:{SONG}",
                    "id": SONG,
                    "type": "track",
                    "name": "Rain",
                    "is_local": False,
                    "artists": [{"name": "Ann"}],
                    "album": {"name": "Weather"},
                },
            },
        ),
        (
            account_row(
                episode={
                    "episodeName": "Chat",
                    "showName": "Talk",
                    "episodeUri": f"spotify:episode:{EPISODE}",
                }
            ),
            {
                "added_at": "2026-09-01T00:00:00Z",
                "is_local": False,
                "track": {
                    "uri": f"spotify:episode:{EPISODE}",
                    "id": EPISODE,
                    "type": "episode",
                    "name": "Chat",
                    "is_local": False,
                    "show": {"name": "Talk"},
                },
            },
        ),
        (
            account_row(
                "2026-09-01T10:00:00Z",
                audiobook={"audiobookName": "Tale", "audiobookUri": f"spotify:show:{EPISODE}"},
            ),
            {
                "added_at": "2026-09-01T10:00:00Z",
                "is_local": False,
                "track": {
                    "uri": f"spotify:show:{EPISODE}",
                    "id": EPISODE,
                    "type": "show",
                    "name": "Tale",
                    "is_local": False,
                },
            },
        ),
        (
            account_row(None, localTrack={"uri": "spotify:local:Ann:Weather:Rain:10"}),
            {
                "added_at": None,
                "is_local": True,
                "track": {
                    "uri": "spotify:local:Ann:Weather:Rain:10",
                    "name": None,
                    "is_local": True,
                },
            },
        ),
        (account_row(), {"added_at": "2026-09-01T00:00:00Z", "track": None}),
        (
            {
                "uri": f"spotify:track:{SONG}",
                "name": "Rain",
                "artists": ["Ann", "Bo"],
                "album": "Weather",
                "added_at": "2026-09-01T10:00:00Z",
                "track": True,
            },
            {
                "added_at": "2026-09-01T10:00:00Z",
                "track": {
                    "uri": f"spotify:track:{SONG}",
                    "name": "Rain",
                    "artists": [{"name": "Ann"}, {"name": "Bo"}],
                    "album": {"name": "Weather"},
                    "track": True,
                },
            },
        ),
        (
            {"id": SONG, "name": "Rain", "artists": [{"id": "a", "name": "Ann"}]},
            {"track": {"id": SONG, "name": "Rain", "artists": [{"id": "a", "name": "Ann"}]}},
        ),
        (
            {"uri": f"spotify:track:{SONG}", "name": "Rain", "artist": "Ann"},
            {
                "track": {
                    "uri": f"spotify:track:{SONG}",
                    "name": "Rain",
                    "artists": [{"name": "Ann"}],
                }
            },
        ),
    ],
)
def test_a_row_of_a_known_shape_is_converted(row: Any, converted: Any) -> None:
    found = convert_rows([row])

    assert found.rows == [converted]
    assert (found.known, found.unknown, found.dropped_keys) == (1, 0, Counter())


@pytest.mark.parametrize(
    "row",
    [
        "spotify:track:" + SONG,
        7,
        [TRACK],
        {"title": "Rain"},
        {"track": "Rain", "artist": "Ann", "uri": f"spotify:track:{SONG}"},
        {"track": {"title": "Rain"}},
        {"track": None, "video": {"uri": "spotify:video:x"}},
        {"track": None, "episode": {"uri": f"spotify:episode:{EPISODE}", "name": "Chat"}},
        {"uri": f"spotify:album:{SONG}", "id": SONG, "name": "Weather", "artists": []},
        {"id": SONG, "name": "Weather", "artists": [], "album_type": "album"},
        {"id": SONG, "name": "Mine", "tracks": {"total": 3}},
        {"uri": "spotify:track:", "name": "Rain"},
        account_row(track={"trackName": "Rain"}),
        account_row(track=["Rain", f"spotify:track:{SONG}"]),
        account_row(track=TRACK, episode={"episodeUri": f"spotify:episode:{EPISODE}"}),
    ],
)
def test_a_row_of_an_unknown_shape_is_kept_as_received(row: Any) -> None:
    found = convert_rows([row, *rows("a")])

    assert found.rows == [row, *rows("a")]
    assert (found.known, found.unknown) == (1, 1)


def test_an_empty_item_does_not_hide_the_track() -> None:
    row = {"item": {}, "track": {"uri": f"spotify:track:{SONG}", "name": "Rain"}}

    assert convert_rows([row]) == ([row], "import", 1, 0, Counter())


@pytest.mark.parametrize("row", [None, {}, {"track": None}, {"added_at": None, "item": None}])
def test_a_null_row_is_neither_known_nor_unknown(row: Any) -> None:
    found = convert_rows([row])

    assert (found.rows, found.known, found.unknown) == ([row], 0, 0)


def test_a_playlist_of_the_account_data_is_imported(tmp_path: Path) -> None:
    row = account_row(track=TRACK, addedBy="alice")
    document = {"playlists": [account_list("Mine", row, account_row(), collaborators=["alice"])]}

    report = run(tmp_path, save(tmp_path / "Playlist1.json", document), playlist_id=LIST)

    assert (report.failures, report.remarks) == ([], [])
    head, page, end = raw(tmp_path)
    assert head["playlist"] == {"name": "Mine", "description": None, "followers": {"total": 3}}
    assert (page["source"], page["offset"], len(page["page"]["items"])) == ("account_data", 0, 2)
    assert (end["item_count"], end["total"]) == (2, 2)
    assert report.dropped_keys == {"items[].addedBy": 1, "playlist.collaborators": 1}
    assert end["dropped_keys"] == [
        {"key": "items[].addedBy", "count": 1},
        {"key": "playlist.collaborators", "count": 1},
    ]


def test_a_list_of_songs_without_wrappers_is_imported(tmp_path: Path) -> None:
    song = {"id": SONG, "uri": f"spotify:track:{SONG}", "name": "Rain", "artists": []}
    for number, document in enumerate([{"id": LIST, "tracks": [song]}, [song]]):
        lake = tmp_path / f"{number}"
        run(lake, save(tmp_path / "list.json", document), playlist_id=LIST)

        assert pages(lake) == [(0, [{"track": song}])]


def test_rows_that_are_not_understood_are_counted_and_kept(tmp_path: Path) -> None:
    path = save(tmp_path / "list.json", {"id": LIST, "tracks": [*rows("a"), {"title": "Rain"}]})

    report = run(tmp_path, path)

    assert report.remarks == [
        f"{path}: 1 of 2 rows of {LIST} have an unknown shape; only their known keys are kept"
    ]
    assert pages(tmp_path) == [(0, ["a", {}])]


@pytest.mark.parametrize(
    "document",
    [
        {"id": LIST, "tracks": [{"title": "Rain"}, None]},
        {"id": LIST, "tracks": ["spotify:track:" + SONG]},
        {"items": [{"id": LIST, "name": "Mine", "tracks": {"total": 3}}], "total": 1},
        account_list("Mine", account_row(track={"trackName": "Rain"})),
    ],
)
def test_a_list_without_a_row_of_a_known_shape_is_refused(tmp_path: Path, document: Any) -> None:
    ((_, message),) = run(
        tmp_path, save(tmp_path / "list.json", document), playlist_id=LIST
    ).failures

    assert "none is a song or episode in a known shape; import playlist objects" in message


def test_a_list_of_null_rows_is_imported(tmp_path: Path) -> None:
    report = run(tmp_path, save(tmp_path / "list.json", {"id": LIST, "tracks": [None, None]}))

    assert [one[:2] for one in report.written] == [(DAY, LIST)]
