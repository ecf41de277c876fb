"""Backups of other tools than Exportify: what the raw zone and the tables have of each."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.accounting import raw_snapshots
from tests.support.oracle import expected_tables
from tests.support.saved_responses import DAY, LIST, raw, rows, run, save

SONG, ARTIST, ALBUM, EPISODE = (digit * 22 for digit in "1234")


def link(kind: str, spotify_id: str) -> str:
    return f"https://open.spotify.com/{kind}/{spotify_id}"


def archived_song(**more: Any) -> dict[str, Any]:
    return {
        "added_at": "2025-09-14 13:28:21",
        "album": {"name": "Weather", "url": link("album", ALBUM)},
        "artists": [{"name": "Ann", "url": link("artist", ARTIST)}],
        "duration_ms": 200000,
        "name": "Rain",
        "url": link("track", SONG),
        **more,
    }


def archived(*songs: Any, **more: Any) -> dict[str, Any]:
    return {
        "description": "Wet",
        "num_followers": 7,
        "original_name": "Rainy",
        "owner": {"name": "Some Body", "url": link("user", "somebody")},
        "snapshot_id": "AAAA",
        "tracks": list(songs),
        **more,
    }


def test_a_list_of_the_archive_is_converted(tmp_path: Path) -> None:
    path = save(tmp_path / f"{LIST}.json", archived(archived_song()))

    report = run(tmp_path / "lake", path)

    assert (report.failures, report.remarks, report.dropped_keys) == ([], [], {})
    head, page, end = raw(tmp_path / "lake")
    assert (head["source"], end["spotify_snapshot_id"]) == ("playlist_archive", "AAAA")
    assert head["playlist"] == {
        "id": LIST,
        "name": "Rainy",
        "description": "Wet",
        "snapshot_id": "AAAA",
        "followers": {"total": 7},
    }
    assert page["page"]["items"] == [
        {
            "added_at": "2025-09-14 13:28:21",
            "track": {
                "id": SONG,
                "type": "track",
                "uri": f"spotify:track:{SONG}",
                "name": "Rain",
                "duration_ms": 200000,
                "artists": [
                    {
                        "id": ARTIST,
                        "type": "artist",
                        "uri": f"spotify:artist:{ARTIST}",
                        "name": "Ann",
                    }
                ],
                "album": {
                    "id": ALBUM,
                    "type": "album",
                    "uri": f"spotify:album:{ALBUM}",
                    "name": "Weather",
                },
            },
        }
    ]


def test_the_times_of_the_archive_are_in_utc_and_1970_is_unknown(tmp_path: Path) -> None:
    songs = [archived_song(), archived_song(added_at="1970-01-01 00:00:00")]
    run(tmp_path / "lake", save(tmp_path / f"{LIST}.json", archived(*songs)))

    entries = expected_tables(raw_snapshots(tmp_path / "lake"))["playlist_entries"]

    assert [row[9] for row in entries] == [datetime.fromisoformat("2025-09-14T13:28:21Z"), None]


@pytest.mark.parametrize(
    ("name", "more", "list_id"),
    [
        (f"{LIST}-2026-10-01.json", {}, LIST),
        ("mine.json", {"url": link("playlist", LIST)}, LIST),
        # Of `printf Rainy | sha256sum`
        ("mine.json", {}, "account-8f98c9599c5b25f6"),
    ],
)
def test_the_id_of_an_archived_list_is_in_its_link_or_name(
    tmp_path: Path, name: str, more: dict[str, Any], list_id: str
) -> None:
    report = run(tmp_path / "lake", save(tmp_path / name, archived(archived_song(), **more)))

    assert [one.playlist_id for one in report.written] == [list_id]


def test_of_the_owners_only_spotify_is_kept(tmp_path: Path) -> None:
    owner = {"name": "Spotify", "url": link("user", "spotify")}
    run(tmp_path / "lake", save(tmp_path / f"{LIST}.json", archived(owner=owner)))

    assert raw(tmp_path / "lake")[0]["playlist"]["owner"] == {"id": "spotify"}


def test_a_file_with_every_song_that_was_ever_on_a_list_is_refused(tmp_path: Path) -> None:
    song = {**archived_song(), "date_added": "2025-09-14", "date_removed": "2025-09-20"}
    cumulative = {"date_first_scraped": "2021-12-21", "name": "Rainy", "tracks": [song]}
    report = run(tmp_path / "lake", save(tmp_path / f"{LIST}.json", cumulative))
    assert "has every song that was ever on its list" in report.failures[0].message
    assert report.written == []


def test_an_archived_row_without_a_songs_link_is_a_reject(tmp_path: Path) -> None:
    songs = [
        archived_song(),
        archived_song(url=link("album", ALBUM)),
        archived_song(url=None),
        archived_song(url=link("episode", EPISODE), album=None, artists=None),
    ]
    report = run(tmp_path / "lake", save(tmp_path / f"{LIST}.json", archived(*songs)))

    assert report.remarks == [
        f"{tmp_path / LIST}.json: 2 of 4 rows of {LIST} have an unknown shape; only their known "
        "keys are kept"
    ]
    tables = expected_tables(raw_snapshots(tmp_path / "lake"))
    assert [row[2] for row in tables["rejects"]] == [2, 3]
    assert [row[3:5] for row in tables["playlist_entries"]] == [
        ("song", f"spotify:track:{SONG}"),
        ("episode", f"spotify:episode:{EPISODE}"),
    ]


LIBRARY = {
    "tracks": [
        {"artist": "Ann", "album": "Weather", "track": "Rain", "uri": f"spotify:track:{SONG}"},
        {"artist": "Bo", "album": "", "track": "", "uri": ""},
    ],
    "albums": [{"artist": "Ann", "album": "Weather", "uri": f"spotify:album:{ALBUM}"}],
    **{key: [] for key in ("shows", "episodes", "bannedTracks", "artists", "bannedArtists")},
    "other": ["a"],
}


def test_the_songs_of_a_library_are_liked_songs(tmp_path: Path) -> None:
    report = run(tmp_path / "lake", save(tmp_path / "YourLibrary.json", LIBRARY))

    assert (report.failures, report.remarks, report.dropped_keys) == ([], [], {})
    head, page, _ = raw(tmp_path / "lake", "liked-songs")
    assert (head["source"], head["playlist"]) == ("account_data", {"name": "Liked Songs"})
    assert page["page"]["items"][0] == {
        "track": {
            "uri": f"spotify:track:{SONG}",
            "id": SONG,
            "type": "track",
            "name": "Rain",
            "artists": [{"name": "Ann"}],
            "album": {"name": "Weather"},
        }
    }
    tables = expected_tables(raw_snapshots(tmp_path / "lake"))
    assert [(row[2], row[3]) for row in tables["rejects"]] == [(2, "no_uri")]


@pytest.mark.parametrize(
    "options", [{"playlist_id": "mine"}, {"ids_by_name": {"Liked Songs": "mine"}}]
)
def test_a_library_may_get_another_id(tmp_path: Path, options: dict[str, Any]) -> None:
    report = run(tmp_path / "lake", save(tmp_path / "YourLibrary.json", LIBRARY), **options)

    assert [one.playlist_id for one in report.written] == ["mine"]


def test_each_list_of_the_account_data_is_imported(tmp_path: Path) -> None:
    row = {
        "track": {"trackName": "Rain", "artistName": "Ann", "trackUri": f"spotify:track:{SONG}"},
        "episode": None,
        "localTrack": None,
        "addedDate": "2026-09-01",
    }
    lists = [
        {"name": name, "lastModifiedDate": "2026-09-30", "items": items}
        for name, items in (("One", [row]), ("Two", []))
    ]
    report = run(tmp_path / "lake", save(tmp_path / "Playlist1.json", {"playlists": lists}))

    # Of `printf One | sha256sum`
    one, two = "account-8b12507783d5beca", "account-94a72c074cfe5747"
    assert (report.failures, report.names) == ([], {one: "One", two: "Two"})
    assert [raw(tmp_path / "lake", each)[-1]["total"] for each in (one, two)] == [1, 0]
    assert raw(tmp_path / "lake", two)[-1]["source"] == "account_data"


@pytest.mark.parametrize("version", ["with albums", "only lists"])
def test_the_lists_of_spotify_backup_are_imported(tmp_path: Path, version: str) -> None:
    track = {"id": SONG, "uri": f"spotify:track:{SONG}", "name": "Rain", "artists": []}
    wrapped = {"added_at": "2026-09-01T10:00:00Z", "added_by": {"id": "x"}, "track": track}
    listed = [
        {"name": "Liked Songs", "tracks": [wrapped]},
        {"id": LIST, "name": "Mine", "type": "playlist", "tracks": [wrapped, {"track": None}]},
    ]
    album = {"added_at": "2026-09-01T10:00:00Z", "album": {"id": ALBUM}}
    document: Any = {"playlists": listed, "albums": [album]} if version == "with albums" else listed

    report = run(tmp_path / "lake", save(tmp_path / "backup.json", document))

    assert (report.failures, [one.playlist_id for one in report.written]) == (
        [],
        [LIST, "liked-songs"],
    )
    _, page, end = raw(tmp_path / "lake")
    assert (end["source"], end["total"]) == ("spotify_backup", 2)
    assert page["page"]["items"][0] == {"added_at": "2026-09-01T10:00:00Z", "track": track}


def test_saved_answers_of_the_api_are_not_a_backup(tmp_path: Path) -> None:
    document = [{"id": LIST, "name": "Mine", "tracks": {"items": rows(1), "total": 1}}]
    run(tmp_path / "lake", save(tmp_path / f"answers-{DAY}.json", document))

    assert raw(tmp_path / "lake")[-1]["source"] == "import"
