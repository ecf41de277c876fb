"""A list is given back as it was on a date: as URIs, as an M3U8 playlist and as CSV."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from playlist_lake.cli import run
from tests.playlist_lake.conftest import Command
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import credited, day, snapshots, together

LIST = "37i9dQZF1DX000000000Aa"
LOCAL = "spotify:local:Fenwick:Demos:Tea:187"


def item(position: int, uri: str, name: str | None, *artists: str, **more: object) -> Row:
    kind = uri.split(":")[1].replace("track", "song")
    return {
        "snapshot_date": day(2),
        "playlist_id": LIST,
        "position": position,
        "item_type": kind,
        "item_uri": uri,
        "name": name,
        "artist_names": list(artists) or None,
        "song_id": uri.split(":")[2] if kind == "song" else None,
        **more,
    }


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Six positions: a song, a relinked one, a null row, a local file, one not read, an episode."""
    tables = together(
        snapshots(LIST, {1: "Old"}, "Morning"),
        snapshots("other", {1: "A", 2: "A"}, "Evening walk"),
        snapshots("twin-1", {1: "A"}, "Twin"),
        snapshots("twin-2", {1: "A"}, "Twin"),
    )
    of_list = {"snapshot_date": day(2), "playlist_id": LIST}
    tables["playlists"].append(
        {**of_list, "name": "Morning\nmix", "item_count": 5, "total": 6, "is_complete": False}
    )
    tables["rejects"].append({**of_list, "position": 3, "reason": "null_item"})
    tables["playlist_entries"] += [
        item(1, "spotify:track:s1", 'Say "hi",\nnow', "Me, Myself", "Guest")
        | {"added_at": datetime(2025, 12, 3, 4, 5, 6, tzinfo=UTC)},
        item(2, "spotify:track:s2", "=SUM(1)", "Who", linked_from_uri="spotify:track:old"),
        item(4, LOCAL, "Tea", "Fenwick"),
        item(6, "spotify:episode:e1", None),
    ]
    song = {"snapshot_date": day(2), "song_id": "s1", "album_id": "b", "duration_ms": 61_500}
    song |= {"is_explicit": True, "disc_number": 1, "track_number": 9, "isrc": "QZAAA2600001"}
    album = {
        "snapshot_date": day(2),
        "album_id": "b",
        "name": "Best of",
        "release_date_raw": "1999",
    }
    album |= {"image_url": "https://i.example/b"}
    artist = {"snapshot_date": day(2), "album_id": "b", "artist_id": "a1", "artist_position": 1}
    return write_lake(
        tmp_path / "lake",
        **tables,
        songs=[song, {"snapshot_date": day(2), "song_id": "s2", "is_explicit": False}],
        albums=[album],
        artists=[{"snapshot_date": day(2), "artist_id": "a1", "name": "Me, Myself"}],
        # The second artist of s1 has no id
        song_artists=credited(2, "s1", "a1"),
        album_artists=[artist],
    )


def test_uris_are_those_that_were_listed_and_holes_are_named(lake: Path, command: Command) -> None:
    assert command("export", "morning", "--lake", lake) == (
        0,
        ["spotify:track:s1", "spotify:track:old", LOCAL, "spotify:episode:e1"],
        [
            "Morning mix, 2026-01-02: 4 items",
            "1 position without a usable item: 3",
            "1 position not read: 5",
        ],
    )
    earlier = command("export", LIST, "--date", "2026-01-01", "--lake", lake)
    assert earlier == (0, ["spotify:track:Old"], ["Morning mix, 2026-01-01: 1 item"])


def test_a_player_gets_seconds_artists_and_titles(lake: Path, command: Command) -> None:
    assert command("export", "morning", "--format", "m3u", "--lake", lake)[1] == [
        "#EXTM3U",
        "#PLAYLIST:Morning mix",
        '#EXTINF:62,Me, Myself, Guest - Say "hi", now',
        "spotify:track:s1",
        "#EXTINF:-1,Who - =SUM(1)",
        "spotify:track:old",
        "#EXTINF:187,Fenwick - Tea",
        LOCAL,
        "#EXTINF:-1,spotify:episode:e1",
        "spotify:episode:e1",
    ]


def test_csv_has_the_columns_of_exportify_and_a_row_per_position(lake: Path) -> None:
    file = lake.parent / "x.csv"
    assert run(["export", "morning", "--lake", str(lake), "-o", str(file)]) == 0
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    # As in the English texts of watsonbox/exportify
    assert rows[0] == [
        *("Track URI", "Track Name", "Artist URI(s)", "Artist Name(s)", "Album URI", "Album Name"),
        *("Album Artist URI(s)", "Album Artist Name(s)", "Album Release Date", "Album Image URL"),
        *("Disc Number", "Track Number", "Track Duration (ms)", "Track Preview URL", "Explicit"),
        *("Popularity", "ISRC", "Added By", "Added At"),
    ]
    assert rows[1] == [
        *("spotify:track:s1", 'Say "hi",\nnow', "spotify:artist:a1, ", r"Me\, Myself, Guest"),
        *("spotify:album:b", "Best of", "spotify:artist:a1", r"Me\, Myself", "1999"),
        *("https://i.example/b", "1", "9", "61500", "", "true", "", "QZAAA2600001", ""),
        "2025-12-03T04:05:06Z",
    ]
    assert [row[:4] for row in rows[2:]] == [
        ["spotify:track:old", "=SUM(1)", "", "Who"],
        ["", "", "", ""],
        [LOCAL, "Tea", "", "Fenwick"],
        ["", "", "", ""],
        ["spotify:episode:e1", "", "", ""],
    ]
    assert [row[12:15] for row in rows[2:5]] == [["", "", "false"], [""] * 3, ["187000", "", ""]]


def test_for_excel_there_is_a_bom_and_no_formula(lake: Path) -> None:
    file = lake.parent / "x.csv"
    assert run(["export", "morning", "--lake", str(lake), "-o", str(file), "--excel"]) == 0
    text = file.read_bytes()
    assert text.startswith(b'\xef\xbb\xbf"Track URI"')
    assert b'"\'=SUM(1)"' in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ["mornin", "--date", "2025-12-31"],
            "Morning mix has no snapshot of 2025-12-31; the nearest date is 2026-01-01",
        ),
        (
            ["evening WALK", "--date", "2026-01-05"],
            "Evening walk has no snapshot of 2026-01-05; the nearest date is 2026-01-02",
        ),
        (["morning", "--date", "1.1.2026"], "'1.1.2026' is not a date; write YYYY-MM-DD"),
        (["twin"], "'twin' may be 2 lists; pass the id of one: Twin (twin-1); Twin (twin-2)"),
        (
            ["evning walk"],
            "the lake has no list 'evning walk'; similar lists: Evening walk (other)",
        ),
        (
            ["spotify:playlist:6rqhFgbbKwnb9MLmUQDhG6"],
            "the lake has no list 'spotify:playlist:6rqhFgbbKwnb9MLmUQDhG6'; its lists: ",
        ),
        (["morning", "--excel"], "--excel is for CSV; add --format csv, or leave --excel out"),
        (["morning", "-o", "x.pdf"], ".pdf is not the extension of a known format; use one of"),
    ],
)
def test_a_wrong_list_or_date_gives_one_sentence(
    lake: Path, command: Command, arguments: list[str], sentence: str
) -> None:
    status, out, err = command("export", *arguments, "--lake", lake)
    assert (status, out, len(err)) == (2, [], 1)
    assert err[0].startswith(f"error: {sentence}")


def test_a_date_between_two_snapshots_names_both(tmp_path: Path, command: Command) -> None:
    lake = write_lake(tmp_path / "lake", **snapshots("a", {1: "A", 5: "A"}))
    assert command("export", "a", "--date", "2026-01-03", "--lake", lake)[2] == [
        "error: Chart has no snapshot of 2026-01-03; the nearest dates are 2026-01-01 and "
        "2026-01-05"
    ]


@pytest.mark.parametrize(
    "text", [f"spotify:playlist:{LIST}", f"https://open.spotify.com/playlist/{LIST}?si=1"]
)
def test_a_uri_or_a_link_names_a_list(lake: Path, command: Command, text: str) -> None:
    assert command("export", text, "--lake", lake)[0] == 0
