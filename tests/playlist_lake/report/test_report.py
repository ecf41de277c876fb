"""The report's file: its data, against values worked out by hand, and that it is self-contained."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from playlist_lake import cli, connect
from playlist_lake.answers.table_files import EmptyLake
from playlist_lake.report import write_report
from tests.support.tiny_lakes import Row, write_catalog, write_lake
from tests.support.tiny_lists import (
    artist_genres,
    credited,
    day,
    snapshots,
    stay,
    together,
    week,
)


class _Parts(HTMLParser):
    """The scripts of a page by id, and the attributes that make a browser load something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: dict[str | None, str] = {}
        self.loaded: list[str] = []
        self._script: str | None = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._script = dict(attrs).get("id")
        self.loaded += [name for name, _ in attrs if name in ("src", "href", "srcset", "action")]

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[self._script] = data


def page_of(folder: Path, tables: dict[str, list[Row]]) -> str:
    with connect(write_lake(folder / "lake", **tables)) as con:
        write_report(con, folder / "report.html")
    return (folder / "report.html").read_text(encoding="utf-8")


def contents_of(folder: Path, tables: dict[str, list[Row]]) -> Any:
    return json.loads(_Parts(page_of(folder, tables)).scripts["contents"])


@pytest.fixture(scope="module")
def chart(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The first list of the week, in the report's data."""
    return contents_of(tmp_path_factory.mktemp("week"), week())["lists"][0]


def test_a_list_has_its_snapshots(chart: Any) -> None:
    assert chart["name"] == "Chart"
    assert chart["dates"] == [str(day(number)) for number in (1, 2, 4, 5, 6, 7)]
    assert chart["complete"] == [True, True, False, True, True, True]
    assert chart["drop"] == [False] * 6
    # The 5th is compared with the 2nd, since the 4th is incomplete
    assert chart["previous"] == [None, 0, 1, 1, 3, 4]
    assert chart["stale"] is None
    assert chart["sizes"] == [4, 4, 2, 5, 5, 4]


def test_a_chart_is_columns_in_the_order_of_positions(chart: Any) -> None:
    last = chart["charts"][-1]
    assert [chart["songs"][song][0] for song in last["songs"]] == [
        "Song A",
        "Song B",
        "Song C",
        "Song ep",
    ]
    assert last["labels"] == "u.ds"
    assert last["changes"] == [2, None, -2, 0]
    assert last["days"] == [7, 7, 4, 3]
    # Neither the 3rd has a snapshot, nor the 4th and the 6th B; C was there on the 1st as well
    assert last["seen"] == [6, 4, 4, 3]
    assert last["best"] == [1, 1, 1, 4]


def test_a_null_row_keeps_its_position_in_the_chart(chart: Any) -> None:
    second_last = chart["charts"][-2]
    assert second_last["songs"][1] is None
    assert second_last["labels"][1] == " "
    assert len(second_last["songs"]) == 5


def stays_of(list_: Any, name: str) -> list[dict[str, Any]]:
    columns = list_["stays"].values()
    stays = [dict(zip(list_["stays"], row, strict=True)) for row in zip(*columns, strict=True)]
    return [one for one in stays if list_["songs"][one["song"]][0] == name]


def test_stays_refer_to_dates_by_index(chart: Any) -> None:
    (local,) = stays_of(chart, "Song loc")
    # Entered on the 1st, last seen on the 2nd, gone on the 5th, which is the fourth snapshot
    indexes = {"entered": 0, "seen": 1, "exited": 3}
    assert local == {
        **indexes,
        "song": local["song"],
        "best": 4,
        "last": 4,
        "number": 1,
        "before_history": 1,
        "missing": None,
        "absent": [],
        "issues": None,
    }
    # Not there on the 4th, and behind a null row on the 6th
    assert [one["absent"] for one in stays_of(chart, "Song B")] == [[2, 4]]


def test_a_song_that_was_issued_again_has_one_stay(tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A", 2: "A", 3: "B", 4: "- -", 5: "B"})
    tables["playlist_stays"] = [
        stay("a", "A", 1, (1, 2, 3), (1, 1, 1), is_old=True, seen=2),
        stay("a", "B", 1, (3, 5, None), (1, 1, 1), chain=("A", 1), seen=2),
    ]
    (list_,) = contents_of(tmp_path, tables)["lists"]
    old, new = ([song[0] for song in list_["songs"]].index(name) for name in ("Song A", "Song B"))
    (found,) = stays_of(list_, "Song B")
    assert stays_of(list_, "Song A") == []
    assert (found["entered"], found["seen"], found["exited"]) == (0, 4, None)
    assert found["absent"] == [3]
    assert found["issues"] == [[old, 0], [new, 2]]
    assert list_["charts"][2]["labels"] == "s"


def test_a_list_that_is_not_read_says_since_when_and_why(tmp_path: Path) -> None:
    at = {"attempted_at": datetime(2026, 1, 3, 6, tzinfo=UTC), "items": None}
    tables = together(
        snapshots("a", {1: "A", 2: "A"}),
        outcomes=[
            {"snapshot_date": day(3), "playlist_id": name, "outcome": word, "reason": why, **at}
            for name, word, why in (
                ("a", "forbidden", "Spotify forbids it"),
                ("b", "not_found", "Spotify has none"),
                ("c", "failed", "Spotify was down"),
            )
        ],
    )
    found = contents_of(tmp_path, tables)
    assert found["lists"][0]["stale"] == (
        "read until 2026-01-02, forbidden since 2026-01-03: Spotify forbids it"
    )
    assert found["never_read"] == 2
    assert [row["playlist_id"] for row in found["health"]] == ["a", "b", "c"]


def test_what_a_drop_lacks_is_missing(tmp_path: Path) -> None:
    whole = [f"s{number}" for number in range(10)]
    tables = snapshots("a", {1: " ".join(whole), 2: "s0"}, drops=(2,))
    tables["playlist_stays"] = [
        stay("a", "s0", 1, (1, 2, None), is_old=True, seen=2),
        stay("a", "s1", 1, (1, 1, None), is_old=True) | {"missing_since": day(2)},
    ]
    (list_,) = contents_of(tmp_path, tables)["lists"]
    assert list_["drop"] == [False, True]
    assert [(one["exited"], one["missing"]) for one in stays_of(list_, "Song s1")] == [(None, 1)]


def first_shown(folder: Path, *parts: dict[str, list[Row]], **more: list[Row]) -> str:
    return str(contents_of(folder, together(*parts, **more))["first_shown"])


def test_the_page_opens_on_the_list_that_changed_on_the_most_dates(tmp_path: Path) -> None:
    # A changed on the 3rd only, B on the 2nd and 3rd
    at_once = snapshots("a", {1: "A B C", 2: "A B C", 3: "D E F"})
    daily = snapshots("b", {1: "C", 2: "D", 3: "E"})
    stays = [
        *(stay("a", item, 1, (1, 2, 3), is_old=True) for item in "ABC"),
        *(stay("a", item, 1, (3, 3, None)) for item in "DEF"),
        stay("b", "C", 1, (1, 1, 2), is_old=True),
        stay("b", "D", 1, (2, 2, 3)),
        stay("b", "E", 1, (3, 3, None)),
    ]
    assert first_shown(tmp_path / "all", at_once, daily, playlist_stays=stays) == "b"
    # Its last snapshot has no item
    emptied = together(daily, snapshots("b", {4: "-"}))
    assert first_shown(tmp_path / "emptied", at_once, emptied, playlist_stays=stays) == "a"


@pytest.mark.parametrize(
    ("lists", "shown"),
    [
        ([snapshots("a", {1: "A B"}), snapshots("b", {1: "C", 2: "C"})], "b"),
        ([snapshots("a", {1: "A B"}), snapshots("b", {1: "C D E"})], "b"),
        ([snapshots("a", {1: "A"}, "Second"), snapshots("b", {1: "A"}, "First")], "b"),
        ([snapshots("b", {1: ""})], "b"),
    ],
    ids=["more dates", "more items", "first name", "nothing at all"],
)
def test_without_changes_the_longest_history_is_opened(
    tmp_path: Path, lists: list[dict[str, list[Row]]], shown: str
) -> None:
    assert first_shown(tmp_path, *lists) == shown


def test_a_list_and_a_song_keep_their_last_known_names(tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A", 2: "A", 3: "A"}, "Renamed later")
    for row, name in zip(tables["playlists"], ["Old", "New", None], strict=True):
        row["name"] = name
    for row, name in zip(tables["playlist_entries"], ["Old song", "New song", None], strict=True):
        row |= {"name": name, "artist_names": name and [f"Artist of the {name}"]}
    (shown,) = contents_of(tmp_path, tables)["lists"]
    assert shown["name"] == "New"
    assert shown["songs"] == [["New song", "Artist of the New song", "spotify:track:A"]]


def test_markup_in_names_does_not_end_a_script(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><!--"
    tables = snapshots("a", {1: "A"}, evil)
    tables["playlist_entries"][0]["name"] = evil
    tables["playlist_stays"] = [stay("a", "A", 1, (1, 1, None), is_old=True)]
    parts = _Parts(page_of(tmp_path, tables))
    assert len(parts.scripts) == 3
    (shown,) = json.loads(parts.scripts["contents"])["lists"]
    assert shown["name"] == shown["songs"][0][0] == evil


def test_the_page_loads_nothing_and_forbids_it(tmp_path: Path) -> None:
    page = page_of(tmp_path, week())
    assert _Parts(page).loaded == []
    style = page[page.index("<style>") : page.index("</style>")]
    assert not re.search(r"url\(|@import", style)
    assert "default-src 'none'" in page


def test_the_same_lake_gives_the_same_bytes(tmp_path: Path) -> None:
    # DuckDB reads the 30 files in parallel, so in another order each time
    drawn = {
        number: " ".join(f"s{at % number}x{at}" for at in range(40)) for number in range(1, 31)
    }
    tables = snapshots("a", drawn)
    for row in tables["playlist_entries"]:
        row["artist_names"] = [f"Artist {row['position'] % at}" for at in (2, 3, 5, 7)]
        row["artist_names"] = row["artist_names"][: row["position"] % 5]
    lake = write_lake(tmp_path / "lake", **tables)
    pages = set()
    for number in range(4):
        with connect(lake) as con:
            write_report(con, tmp_path / f"{number}.html")
        pages.add((tmp_path / f"{number}.html").read_bytes())
    assert len(pages) == 1


def test_the_footer_names_the_source_of_the_data(tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A"})
    tables["playlist_stays"] = [stay("a", "A", 1, (1, 1, None), is_old=True)]
    tables["playlists"][0]["source"] = "api.spotify.com"
    assert "data from Spotify" in page_of(tmp_path / "real", tables)
    tables["playlists"][0]["source"] = "127.0.0.1"
    assert "Simulated data" in page_of(tmp_path / "simulated", tables)


def with_genres(source: str, genre_count: int = 1) -> dict[str, list[Row]]:
    """A list of two songs; the artist of one has equal votes for some genres."""
    match = {"artist_id": "x", "outcome": "found", "source": "musicbrainz"}
    votes = {f"{chr(97 + number)}_genre": 1 for number in range(genre_count)}
    tables = together(
        snapshots("a", {1: "A B"}),
        song_artists=credited(1, "A", "x"),
        artist_matches=[match],
        artist_genres=artist_genres("x", **votes),
        playlist_stays=[stay("a", item, 1, (1, 1, None), is_old=True) for item in "AB"],
    )
    tables["playlists"][0]["source"] = source
    return tables


def test_the_first_genres_of_a_list_and_the_unknown_share_are_drawn(tmp_path: Path) -> None:
    found = contents_of(tmp_path / "a", with_genres("import", 20))["genres"]
    assert len(found) == 15 + 1
    first = {"playlist_id": "a", "genre": "a genre", "share": 0.025, "artists": 1}
    assert found[0] == first | {"is_unknown": False}
    unknown = first | {"genre": "unknown", "share": 0.5, "artists": 2}
    assert found[-1] == unknown | {"is_unknown": True}
    # Without artist_matches nobody has asked for genres
    assert contents_of(tmp_path / "b", week())["genres"] == []


def test_the_footer_names_the_source_of_genres_where_there_are_some(tmp_path: Path) -> None:
    attribution = "Genres: MusicBrainz and ListenBrainz contributors, CC BY-NC-SA 3.0."
    assert attribution in page_of(tmp_path / "real", with_genres("api.spotify.com"))
    assert attribution not in page_of(tmp_path / "none", week())
    simulated = page_of(tmp_path / "simulated", with_genres("127.0.0.1"))
    assert attribution not in simulated
    assert "Simulated data: lists, songs, artists and genres are invented." in simulated


def test_the_command_prints_the_file_that_it_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lake = write_lake(tmp_path / "lake", **week())
    assert cli.run(["report", "--lake", str(lake)]) == 0
    assert (lake / "report.html").stat().st_size > 500_000
    other = tmp_path / "other.html"
    assert cli.run(["report", "--lake", str(lake), "-o", str(other)]) == 0
    assert capsys.readouterr().out == f"Report: {lake}/report.html\nReport: {other}\n"
    assert other.read_bytes() == (lake / "report.html").read_bytes()


def test_after_an_error_the_old_report_is_kept(tmp_path: Path) -> None:
    lake = write_lake(tmp_path, **week())
    (lake / "report.html").write_text("the old report")
    (lake / "state/catalog.json").write_text("{")
    assert cli.run(["report", "--lake", str(lake)]) == 1
    assert (lake / "report.html").read_text() == "the old report"


def test_a_lake_without_dates_has_no_report(tmp_path: Path) -> None:
    # As expiry leaves it: an empty table of stays
    write_catalog(tmp_path / "lake", {"playlist_stays": {"": "tables/playlist_stays/r"}})
    with (
        connect(tmp_path / "lake") as con,
        pytest.raises(EmptyLake, match="playlist-lake import"),
    ):
        write_report(con, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
