"""The report in a browser: lists that shrank, songs issued again, lists that are not read."""

from pathlib import Path

import pytest

from tests.playlist_lake.report.browser import Browser
from tests.playlist_lake.report.conftest import (
    line_lengths,
    list_address,
    report,
    table_rows,
    tips,
)
from tests.playlist_lake.report.odd_lists import MARKUP, odd_lists
from tests.support.tiny_lists import NULL_ROW, day, snapshots, stay

pytestmark = pytest.mark.slow

LISTS = odd_lists()


def test_what_a_drop_lacks_is_missing(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(report(tmp_path, LISTS["dropped"]), list_address("dropped"))
    assert chromium.text("#chart .note").startswith("The list shrank to 2 items.")
    note = "Missing since 2026-01-02, when the list shrank: 10 items."
    assert note in chromium.text("#movement h2 + .note")
    assert table_rows(chromium, "#movement") == [
        ["? missing", f"Song d{number}", str(number + 1)] for number in range(2, 12)
    ]
    ends = [row[3:5] for row in table_rows(chromium, "#stays")]
    assert ends == [["▸ still there", "≥ 2"]] * 2 + [["2026-01-01, then missing", "≥ 1"]] * 10
    (song,) = [text for text in tips(chromium, "stays") if text.startswith("Song d2\n")]
    assert song.split("\n")[2:] == [
        "2026-01-01 to 2026-01-01: at least 1 day, seen 1 time",
        "missing since 2026-01-02",
        "best position 3",
    ]
    chromium.choose("to", "2026-01-01")
    assert table_rows(chromium, "#movement") == []
    ends = [row[3:5] for row in table_rows(chromium, "#stays")]
    assert ends == [["▸ still there", "≥ 1"]] * 12


def test_the_next_snapshot_settles_what_left(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(report(tmp_path, LISTS["settled"]), list_address("settled"))
    assert table_rows(chromium, "#movement") == [
        ["✕ left", f"Song d{number}", str(number + 1)] for number in range(3, 12)
    ]
    assert "what changed from 2026-01-01 to 2026-01-03" in chromium.text("#movement h2 + .note")
    # They left on the first date without them
    assert "2026-01-02: 0 entered, 9 left" in tips(chromium, "movement")


def test_a_song_that_was_issued_again_has_one_line_and_one_bar(
    chromium: Browser, tmp_path: Path
) -> None:
    chromium.open(report(tmp_path, LISTS["re-issued"]), list_address("re-issued"))
    # X on all days; A and B on the first three days, B and C on the last two
    assert line_lengths(chromium) == [2, 3, 6]
    assert [row[4] for row in table_rows(chromium, "#stays")] == ["≥ 6", "≥ 6"]
    (song,) = [text for text in tips(chromium, "stays") if text.startswith("Song C")]
    assert "2026-01-01 to 2026-01-06: at least 6 days, seen 5 times" in song
    assert table_rows(chromium, "#movement") == []
    # On the 4th a null row hid it
    chromium.choose("to", "2026-01-04")
    (song,) = [text for text in tips(chromium, "stays") if text.startswith("Song C")]
    assert song.split("\n")[2:] == [
        "2026-01-01 to 2026-01-03: at least 3 days, seen 3 times",
        "best position 1",
    ]


def test_a_song_that_cannot_be_played_any_more_is_marked(chromium: Browser, tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B", 2: "A B"})
    for row in tables["playlist_entries"]:
        row["is_playable"] = (row["snapshot_date"], row["song_id"]) != (day(2), "B")
    tables["playlist_stays"] = [
        stay("a", item, 1, (1, 2, None), (at, at, at), is_old=True, seen=2)
        for at, item in enumerate("AB", 1)
    ]
    chromium.open(report(tmp_path, tables), list_address("a"))
    assert chromium.texts("#chart .unplayable .song > a") == ["Song B"]
    # What is known is as of now
    chromium.choose("to", "2026-01-01")
    assert chromium.texts("#chart .unplayable") == []


def test_a_song_from_below_the_charts_rose(chromium: Browser, tmp_path: Path) -> None:
    # The chart ends at position 99, because position 100 is empty
    first = [*(f"s{number}" for number in range(1, 100)), NULL_ROW, "Z"]
    tables = snapshots("a", {1: " ".join(first), 2: "Z"})
    tables["playlist_stays"] = [
        stay("a", "Z", 1, (1, 2, None), (101, 1, 1), is_old=True, best_on=2)
    ]
    chromium.open(report(tmp_path, tables), list_address("a"))
    assert chromium.texts("#chart .move") == ["▲"]


def test_a_list_that_was_never_complete_does_not_say_when_items_entered(
    chromium: Browser, tmp_path: Path
) -> None:
    chromium.open(report(tmp_path, LISTS["incomplete"]))
    assert "No snapshot is complete yet." in chromium.texts(".card .note")
    chromium.go_to(list_address("incomplete"))
    assert "No snapshot is complete, so it is not known" in chromium.text("#movement > .note")


def test_a_list_that_is_not_read_says_so_at_its_head(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(report(tmp_path / "stale", LISTS["stale"]), list_address("stale"))
    assert chromium.text("#stale") == (
        f"Read until 2026-01-02, forbidden since 2026-01-03: Spotify says forbidden {MARKUP}"
    )
    chromium.go_to("#/lists")
    assert chromium.text(".card .stale").startswith("Read until 2026-01-02, forbidden since")
    assert chromium.text("#health .note").startswith("Lists that need attention: 1 of 1.")
    chromium.open(report(tmp_path / "never", LISTS["never-read"]))
    assert chromium.texts(".stale") == []
    assert chromium.text("#extent").endswith("; 1 more list was never read: see Health")
    assert [row[:4] for row in table_rows(chromium, "#health")] == [
        ["never-read", "", "not found", f"Spotify says not_found {MARKUP}"],
        ["one-read", "2026-01-01", "", ""],
    ]
