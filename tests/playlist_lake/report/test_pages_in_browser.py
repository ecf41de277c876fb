"""The report's pages in a browser: cards, a song, an artist, search, two dates, addresses."""

from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import line_lengths, list_address, report, table_rows
from tests.support.tiny_lists import credited, snapshots, stay, together

pytestmark = pytest.mark.slow

SONG = "#/song/spotify%3Atrack%3A"


def test_the_first_page_has_a_card_for_each_list(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week)
    assert chromium.text("#extent") == "4 lists, 6 dates from 2026-01-01 to 2026-01-07"
    assert chromium.texts(".card h2") == ["Chart", "empty", "Other", "Voice"]
    first = ".card:first-child"
    assert chromium.texts(f"{first} .first li a") == ["Song A", "Song B", "Song C", "Song ep"]
    assert chromium.texts(f"{first} .first .move") == ["▲ 2", "▼ 2", "="]
    assert "Newest, 2026-01-05: Song C, Song ep" in chromium.text(first)
    assert "at most 2" in chromium.text(f"{first} .entries .label")
    assert chromium.text(".card:nth-child(2) .empty") == "The list is empty."


def test_a_card_leads_to_the_list_and_back_leads_to_the_cards(
    chromium: Browser, a_week: Path
) -> None:
    chromium.open(a_week)
    chromium.click(".card h2 a")
    assert chromium.text("h1") == "Chart"
    chromium.choose("to", "2026-01-05")
    assert chromium.text("#chart h2") == "The list on 2026-01-05"
    chromium.go_back()
    assert chromium.text("#chart h2") == "The list on 2026-01-07"
    chromium.go_back()
    assert chromium.text("h1") == "Playlist history"


def test_back_leads_to_where_the_reader_was_on_the_page(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart"))
    chromium.click("#to-overlap")
    top = chromium.run("return scrollY")
    assert top > 1000
    chromium.go_to(f"{SONG}A")
    assert chromium.run("return scrollY") == 0
    chromium.go_back()
    assert chromium.run("return scrollY") == pytest.approx(top, abs=2)


@pytest.mark.parametrize("width", [1200, 390])
def test_links_to_the_sections_stay_in_sight(chromium: Browser, a_week: Path, width: int) -> None:
    chromium.set_screen(width, "light")
    address = list_address("chart", "2026-01-02", "2026-01-05")
    chromium.open(a_week, address)
    ids = [one.removesuffix("-title") for one in chromium.run(_SECTION_TITLES)]
    assert [f"to-{one}" for one in ids] == chromium.run(_SECTION_LINKS)
    for one in (ids[-1], "stays", "chart"):
        chromium.click(f"#to-{one}")
        assert chromium.run("return document.activeElement.id") == f"{one}-title"
        top, end_of_links = chromium.run(_TOPS, one)
        assert end_of_links <= top < 600, one
        assert 0 < end_of_links < 150, one
    assert chromium.run("return location.hash") == address


_SECTION_TITLES = "return [...document.querySelectorAll('section h2')].map((one) => one.id)"
_SECTION_LINKS = "return [...document.querySelectorAll('.sections button')].map((one) => one.id)"
_TOPS = """
    const ends = document.querySelector(".sections").getBoundingClientRect().bottom;
    return [document.getElementById(arguments[0]).getBoundingClientRect().top, ends];
"""


def test_an_address_opens_what_it_names(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, list_address("chart", "2026-01-02", "2026-01-05"))
    assert chromium.text("#chart h2") == "The list on 2026-01-05"
    assert chromium.run("return document.getElementById('from').selectedOptions[0].text") == (
        "2026-01-02"
    )
    # A date without a snapshot means the nearest one within the dates
    chromium.go_to(list_address("chart", "2026-01-03", "2026-01-06"))
    assert chromium.text("#positions .note").startswith(
        "Positions of the first 3 items of 2026-01-06 since 2026-01-04."
    )
    chromium.go_to(list_address("nowhere"))
    assert chromium.text("h1") == "Not in this report"
    chromium.go_to("#/%E0%A4%A")
    assert chromium.text("h1") == "Playlist history"


def test_the_page_of_a_song_shows_it_on_every_list(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, f"{SONG}D")
    assert chromium.text("h1") == "Song D"
    assert chromium.texts(".by a") == ["Artist D", "Guest"]
    assert chromium.texts("main h2") == ["Chart", "Other", "Other versions"]
    assert (
        "On 2 lists, first seen 2026-01-02, last seen 2026-01-07; best position 1."
        in (chromium.texts("main > .note")[0])
    )
    assert table_rows(chromium, "#list-0") == [
        ["2026-01-02", "2026-01-02", "2026-01-05", "1", "1", "3", "3", "2026-01-02", "3"]
    ]
    assert table_rows(chromium, "#list-2") == [
        ["2026-01-05", "2026-01-07", "still there", "3", "2", "2", "1", "2026-01-07", "1"]
    ]
    # A was there before the first snapshot, so since when is not known
    chromium.go_to(f"{SONG}A")
    note = chromium.text("#list-0 .note")
    assert note.startswith("On the list since 2026-01-01 or earlier.")
    chromium.go_to(f"{SONG}D")
    # Single dates: the list Other is read every few days
    assert line_lengths(chromium, "#list-2 .line") == [1, 1]


def test_other_versions_have_the_same_isrc(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B C"})
    tables["songs"] = [
        {"snapshot_date": tables["playlists"][0]["snapshot_date"], "song_id": song, "isrc": isrc}
        for song, isrc in (("A", "USABC2600001"), ("B", "us-abc-26-00001"), ("C", "USABC2600002"))
    ]
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 1, None), (at, at, at), is_old=True)
        for at, item in enumerate("ABC", 1)
    ]
    chromium.open(report(tmp_path, tables), f"{SONG}A")
    assert chromium.texts("#versions li .song > a") == ["Song B"]


def test_search_finds_lists_artists_and_songs_without_accents_and_case(
    chromium: Browser, tmp_path: Path
) -> None:
    tables = snapshots("a", {1: "A B"}, "Été à la mer")
    tables["playlist_entries"][0] |= {"name": "L'ÉTÉ", "artist_names": ["Summer"]}
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 1, None), (at, at, at), is_old=True)
        for at, item in enumerate("AB", 1)
    ]
    chromium.open(report(tmp_path, tables))
    chromium.search("ete")
    assert chromium.texts(".results li") == ["Été à la mer", "L'ÉTÉSummer"]
    chromium.search("ete sum")
    assert chromium.texts(".results a") == ["L'ÉTÉ", "Summer"]
    chromium.search("guest")
    assert chromium.texts("#found-artists a") == ["Guest"]
    chromium.click("#found-artists a")
    assert chromium.text("h1") == "Guest"
    assert [row[:2] for row in table_rows(chromium, "#songs")] == [["Song B", "Été à la mer"]]
    # However much was typed, it is one step back to the search, and one to the lists
    chromium.go_back()
    assert chromium.text("h1") == "Search"
    chromium.go_back()
    assert chromium.text("h1") == "Playlist history"
    chromium.search("nothing of that name")
    assert "No list, artist or song" in chromium.text(".empty")


def test_search_is_done_with_the_keyboard_and_names_that_start_with_the_text_come_first(
    chromium: Browser, tmp_path: Path
) -> None:
    tables = snapshots("a", {1: "A B C"})
    for row, name in zip(tables["playlist_entries"], ["Harbour", "A bold", "Bold"], strict=True):
        row |= {"name": name, "artist_names": ["Who"]}
    chromium.open(report(tmp_path, tables))
    chromium.press("/")
    chromium.press("b")
    assert chromium.texts("#found-songs .song > a") == ["Bold", "A bold", "Harbour"]
    found = []
    for key in (Keys.ENTER, Keys.DOWN, Keys.DOWN, Keys.DOWN, Keys.UP):
        chromium.press(key)
        found.append(chromium.focused_text())
    assert found == ["Bold", "A bold", "Harbour", "Harbour", "A bold"]
    chromium.press(Keys.ENTER)
    assert chromium.text("h1") == "A bold"


def test_two_dates_are_compared(chromium: Browser, a_week: Path) -> None:
    chromium.open(a_week, "#/compare/chart?from=2026-01-01&to=2026-01-05")
    assert chromium.text("#summary").startswith(
        "From 2026-01-01 to 2026-01-05: 1 entered, 1 left, 2 moved, 1 stayed in place."
    )
    assert table_rows(chromium, "#entered") == [["5", "Song ep"]]
    assert table_rows(chromium, "#left") == [["4", "Song loc"]]
    assert table_rows(chromium, "#moved") == [
        ["1", "3", "▲ 2", "Song C"],
        ["3", "1", "▼ 2", "Song A"],
    ]
    # C, which is new at the top, only pushes A and B down
    chromium.choose("from", "2026-01-02")
    assert "2 entered, 2 left, 0 moved, 2 stayed in place." in chromium.text("#summary")
    chromium.choose("to", "2026-01-04")
    assert "The snapshot of 2026-01-04 is incomplete" in chromium.text("#summary")


SPOTIFY = "return [...document.querySelectorAll('a[href^=\"https:\"]')].map((one) => one.href)"


def test_songs_artists_and_lists_of_spotify_have_links(chromium: Browser, tmp_path: Path) -> None:
    ids = {kind: f"{kind}{'0' * (22 - len(kind))}" for kind in ("list", "song", "artist")}
    tables = together(
        snapshots(ids["list"], {1: ids["song"]}),
        snapshots("liked-songs", {1: f"{ids['song']} loc"}, "Liked Songs"),
        song_artists=credited(1, ids["song"], ids["artist"]),
        playlist_stays=[
            stay(ids["list"], ids["song"], 1, (1, 1, None), is_old=True),
            stay("liked-songs", ids["song"], 1, (1, 1, None), is_old=True),
            stay("liked-songs", "loc", 1, (1, 1, None), (2, 2, 2), is_old=True),
        ],
    )
    path = report(tmp_path / "real", tables)
    found = {}
    for name, address in {
        "list": list_address(ids["list"]),
        "liked": list_address("liked-songs"),
        "song": f"{SONG}{ids['song']}",
        "artist": f"#/artist/{ids['artist']}",
        "local": "#/song/spotify%3Alocal%3A%3A%3Aloc%3A41",
    }.items():
        chromium.open(path, address)
        found[name] = chromium.run(SPOTIFY)
    assert found == {
        "list": [f"https://open.spotify.com/playlist/{ids['list']}"],
        "liked": [],
        "song": [f"https://open.spotify.com/track/{ids['song']}"],
        "artist": [f"https://open.spotify.com/artist/{ids['artist']}"],
        "local": [],
    }
    for row in tables["playlists"]:
        row["source"] = "127.0.0.1"
    chromium.open(report(tmp_path / "simulated", tables), list_address(ids["list"]))
    assert chromium.run(SPOTIFY) == []


def test_the_rows_of_a_table_are_saved_as_csv(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B", 2: "B A"})
    for row in tables["playlist_entries"]:
        row["name"] = '=1+1, "x"' if row["song_id"] == "A" else "B"
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 2, None), (1, 1, 1), is_old=True, seen=2) for item in "AB"
    ]
    chromium.open(report(tmp_path, tables), "#/compare/a?from=2026-01-01&to=2026-01-02")
    saved = """
        const text = new Promise((resolve) => {
            const create = URL.createObjectURL;
            URL.createObjectURL = (blob) => { blob.text().then(resolve); return "#/lists"; };
        });
        HTMLAnchorElement.prototype.click = () => {};
        document.querySelector("#moved .csv").click();
        return text;
    """
    assert chromium.run(saved).split("\r\n") == [
        "#,Was,Moved,Song,Artists,URI",
        '1,2,1,B,"Artist B, Guest",spotify:track:B',
        """2,1,-1,"'=1+1, ""x""\","Artist A, Guest",spotify:track:A""",
        "",
    ]
