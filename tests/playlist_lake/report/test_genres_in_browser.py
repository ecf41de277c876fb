"""The genres in the report: drawn with the unknown share, and hidden where there are none."""

from pathlib import Path

import pytest

from tests.playlist_lake.report import walk
from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import bar_texts, list_address, report, tips
from tests.support.tiny_lists import artist_genres, credited, snapshots, stay, together

pytestmark = pytest.mark.slow


def test_genres_are_drawn_with_the_unknown_share(chromium: Browser, tmp_path: Path) -> None:
    votes = {f"{chr(97 + number)}_genre": 20 - number for number in range(17)}
    tables = together(
        snapshots("a", {1: "A B"}),
        snapshots("talk", {1: "ep"}, "Talk"),
        song_artists=credited(1, "A", "x"),
        artist_matches=[{"artist_id": "x", "outcome": "found", "source": "musicbrainz"}],
        artist_genres=artist_genres("x", **votes),
        playlist_stays=[
            *(stay("a", item, 1, (1, 1, None), is_old=True) for item in "AB"),
            stay("talk", "ep", 1, (1, 1, None), is_old=True),
        ],
    )
    for row in tables["playlist_entries"]:
        row["artist_names"] = row["artist_names"] and row["artist_names"][:1]
    chromium.open(report(tmp_path, tables), list_address("a"))
    # 204 votes in all: 20 for the first genre, 6 for the fifteenth
    drawn = bar_texts(chromium, "genres")
    assert (drawn[0], drawn[-1], len(drawn)) == ("a genre 4.9 %", "unknown 50.0 %", 16)
    assert tips(chromium, "genres")[0] == "a genre\n4.9 %: 1 artist"
    note = chromium.text("#genres .note")
    assert "The genre of 50.0 % is unknown." in note
    assert note.endswith("Other genres, with 2.2 %, are not drawn.")
    assert walk.faults(chromium) == []

    chromium.choose("list", "Talk")
    assert chromium.text("#genres .empty") == "No complete snapshot of these dates has a song."


def test_without_genres_there_is_no_such_section(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))
    assert chromium.texts("#genres") == []
