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
from playlist_lake.commands.report import refresh_report
from playlist_lake.report import write_report
from tests.support.tiny_lakes import Row, write_catalog, write_lake
from tests.support.tiny_lists import (
    NULL_ROW,
    artist_genres,
    credited,
    day,
    snapshots,
    stay,
    together,
    week,
)


class _Parts(HTMLParser):
    """The scripts of a page by id, and the addresses in its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.scripts: dict[str | None, str] = {}
        self.loaded: list[str] = []
        self._script: str | None = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self._script = dict(attrs).get("id")
        self.loaded += [
            value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")
        ]

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
def of_week(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report's data of the week."""
    return contents_of(tmp_path_factory.mktemp("week"), week())


@pytest.fixture
def chart(of_week: Any) -> Any:
    """The first list of the week, in the report's data."""
    return of_week["lists"][0]


def test_a_list_has_its_snapshots(chart: Any) -> None:
    assert chart["name"] == "Chart"
    assert chart["dates"] == [str(day(number)) for number in (1, 2, 4, 5, 6, 7)]
    assert chart["complete"] == [True, True, False, True, True, True]
    assert chart["drop"] == [False] * 6
    # The 5th is compared with the 2nd, since the 4th is incomplete
    assert chart["previous"] == [None, 0, 1, 1, 3, 4]
    assert chart["stale"] is None
    assert chart["sizes"] == [4, 4, 2, 5, 5, 4]


def names_on(contents: Any, list_: Any, at: int) -> list[str | None]:
    """The names in a chart; None where a position has no song."""
    names = [*contents["songs"]["name"], None]
    return [names[song] for song in list_["charts"][at]]


def test_a_chart_is_songs_in_the_order_of_positions(of_week: Any, chart: Any) -> None:
    last = ["Song A", "Song B", "Song C", "Song ep"]
    assert names_on(of_week, chart, -1) == last
    # B is behind a null row on the 6th
    assert names_on(of_week, chart, -2) == ["Song C", None, "Song A", "Song ep", "Song A"]


def test_a_chart_has_what_chart_files_say(tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A B", 2: f"B {NULL_ROW} A"})
    for row in tables["playlist_entries"]:
        if row["snapshot_date"] == day(2) and row["song_id"] == "A":
            row["streams"] = 5_000_000
    assert contents_of(tmp_path, tables)["lists"][0]["chart_files"] == {
        "streams": [[], [None, None, 5_000_000]]
    }


def test_songs_and_artists_are_columns(of_week: Any) -> None:
    songs, artists = of_week["songs"], of_week["artists"]
    assert songs["uri"][0] == "spotify:track:A"
    assert [artists["name"][one] for one in songs["artists"][0]] == ["Artist A", "Guest"]
    by_name = dict(zip(songs["name"], zip(*songs.values(), strict=True), strict=True))
    uri, kind, name, credited, *unknown = by_name["Song ep"]
    assert (uri, kind, name, credited) == ("spotify:episode:ep", "episode", "Song ep", [])
    assert unknown == [None] * 5
    # One artist, although many songs name it
    assert artists["name"].count("Guest") == 1
    assert of_week["genres"] is None


def test_a_song_has_the_last_known_data_of_its_album_and_artists(tmp_path: Path) -> None:
    tables = together(
        snapshots("a", {1: "A", 2: "A"}),
        songs=[
            {
                "snapshot_date": day(1),
                "song_id": "A",
                "album_id": "x",
                "isrc": "us-abc-26-00001",
                "is_explicit": True,
                "duration_ms": 61_400,
            }
        ],
        albums=[
            {
                "snapshot_date": day(1),
                "album_id": "x",
                "album_type": "SINGLE",
                "release_date": day(1),
            }
        ],
        song_artists=credited(1, "A", "artist1", "artist2"),
        artists=[{"snapshot_date": day(1), "artist_id": "artist2", "name": "New name"}],
    )
    found = contents_of(tmp_path, tables)
    songs = {name: column[0] for name, column in found["songs"].items()}
    assert songs.pop("artists") == [0, 1]
    assert songs == {
        "uri": "spotify:track:A",
        "type": "song",
        "name": "Song A",
        "isrc": "USABC2600001",
        "explicit": True,
        "seconds": 61,
        "released": "2026-01-01",
        "album_type": "single",
    }
    assert found["artists"] == {"name": ["Artist A", "New name"], "id": ["artist1", "artist2"]}


def stays_of(contents: Any, list_: Any, name: str) -> list[dict[str, Any]]:
    columns = list_["stays"].values()
    stays = [dict(zip(list_["stays"], row, strict=True)) for row in zip(*columns, strict=True)]
    return [one for one in stays if contents["songs"]["name"][one["song"]] == name]


def test_stays_refer_to_dates_by_index(of_week: Any, chart: Any) -> None:
    (local,) = stays_of(of_week, chart, "Song loc")
    # Entered on the 1st, last seen on the 2nd, gone on the 5th, which is the fourth snapshot
    indexes = {"entered": 0, "seen": 1, "exited": 3, "best_on": 0}
    assert local == {
        **indexes,
        "song": local["song"],
        "origin": local["song"],
        "entry": 4,
        "best": 4,
        "last": 4,
        "number": 1,
        "before_history": 1,
        "missing": None,
        "absent": [],
        "issues": None,
    }
    # Not there on the 4th, and behind a null row on the 6th
    assert [one["absent"] for one in stays_of(of_week, chart, "Song B")] == [[2, 4]]


def test_a_song_that_was_issued_again_has_one_stay(tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A", 2: "A", 3: "B", 4: "- -", 5: "B"})
    tables["playlist_stays"] = [
        stay("a", "A", 1, (1, 2, 3), (1, 1, 1), is_old=True, seen=2),
        stay("a", "B", 1, (3, 5, None), (1, 1, 1), chain=("A", 1), seen=2),
    ]
    contents = contents_of(tmp_path, tables)
    (list_,) = contents["lists"]
    old, new = (contents["songs"]["name"].index(name) for name in ("Song A", "Song B"))
    (found,) = stays_of(contents, list_, "Song B")
    assert stays_of(contents, list_, "Song A") == []
    assert found["origin"] == old
    assert (found["entered"], found["seen"], found["exited"]) == (0, 4, None)
    assert found["absent"] == [3]
    assert found["issues"] == [[old, 0], [new, 2]]


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
    contents = contents_of(tmp_path, tables)
    (list_,) = contents["lists"]
    assert list_["drop"] == [False, True]
    (found,) = stays_of(contents, list_, "Song s1")
    assert (found["exited"], found["missing"]) == (None, 1)


def test_a_list_and_a_song_keep_their_last_known_names(tmp_path: Path) -> None:
    tables = snapshots("a", {1: "A", 2: "A", 3: "A"}, "Renamed later")
    for row, name in zip(tables["playlists"], ["Old", "New", None], strict=True):
        row["name"] = name
    for row, name in zip(tables["playlist_entries"], ["Old song", "New song", None], strict=True):
        row |= {"name": name, "artist_names": name and [f"Artist of the {name}"]}
    contents = contents_of(tmp_path, tables)
    assert contents["lists"][0]["name"] == "New"
    assert contents["songs"]["name"] == ["New song"]
    assert contents["artists"]["name"] == ["Artist of the New song"]


def test_markup_in_names_does_not_end_a_script(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><!--"
    tables = snapshots("a", {1: "A"}, evil)
    tables["playlist_entries"][0]["name"] = evil
    tables["playlist_stays"] = [stay("a", "A", 1, (1, 1, None), is_old=True)]
    parts = _Parts(page_of(tmp_path, tables))
    assert len(parts.scripts) == 2
    contents = json.loads(parts.scripts["contents"])
    assert contents["lists"][0]["name"] == contents["songs"]["name"][0] == evil


def test_the_page_loads_nothing_and_forbids_it(tmp_path: Path) -> None:
    page = page_of(tmp_path, week())
    # Links within the page load nothing
    assert [one for one in _Parts(page).loaded if not one.startswith("#")] == []
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


def test_artists_have_genres_with_their_votes(tmp_path: Path) -> None:
    found = contents_of(tmp_path / "a", with_genres("import", 3))
    assert found["genres"] == ["a genre", "b genre", "c genre"]
    by_id = dict(zip(found["artists"]["id"], found["artists"]["genres"], strict=True))
    assert by_id["x"] == [[0, 1], [1, 1], [2, 1]]
    assert by_id[None] == []


def test_changes_that_the_page_cannot_work_out_are_in_its_data(tmp_path: Path) -> None:
    tables = together(
        snapshots("a", {1: "A", 2: "A B"}, "New"),
        playlist_stays=[
            stay("a", "A", 1, (1, 2, None), is_old=True, seen=2),
            stay("a", "B", 1, (2, 2, None), (2, 2, 2)),
        ],
    )
    tables["playlists"][0]["name"] = "Old"
    assert contents_of(tmp_path, tables)["changes"] == [
        {
            "playlist_id": "a",
            "date": "2026-01-02",
            "change": "list_renamed",
            "song": None,
            "name": None,
            "value": "New",
            "previous": "Old",
        }
    ]


def test_the_vanished_songs_of_a_list_are_counted_and_those_seen_last_are_kept(
    tmp_path: Path,
) -> None:
    gone = [f"s{number}" for number in range(205)]
    tables = snapshots("a", {1: " ".join(gone), 2: "A B"})
    tables["playlist_stays"] = [
        *(
            stay("a", item, 1, (1, 1, 2), (at, at, at), is_old=True)
            for at, item in enumerate(gone, 1)
        ),
        stay("a", "A", 1, (2, 2, None)),
        stay("a", "B", 1, (2, 2, None), (2, 2, 2)),
    ]
    unplayable = next(row for row in tables["playlist_entries"] if row["song_id"] == "B")
    unplayable["is_playable"] = False
    found = contents_of(tmp_path, tables)["vanished"]["a"]
    assert found["count"] == 206
    assert len(found["rows"]) == 200
    assert [row["reason"] for row in found["rows"][:2]] == ["unplayable", "left"]


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
    assert (lake / "report.html").stat().st_size > 50_000
    other = tmp_path / "other.html"
    assert cli.run(["report", "--lake", str(lake), "-o", str(other)]) == 0
    assert capsys.readouterr().out == f"Report: {lake}/report.html\nReport: {other}\n"
    assert other.read_bytes() == (lake / "report.html").read_bytes()


def test_the_command_opens_the_file_in_the_browser(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = write_lake(tmp_path, **week())
    addresses = {(lake / "report.html").as_uri()}
    monkeypatch.setattr("webbrowser.open", lambda address: address in addresses)
    assert cli.run(["report", "--open", "--lake", str(lake)]) == 0
    assert "browser" not in capsys.readouterr().err
    monkeypatch.setattr("webbrowser.open", lambda _: False)
    assert cli.run(["report", "--open", "--lake", str(lake)]) == 0
    assert "warning: no browser could be started" in capsys.readouterr().err


def test_a_report_is_written_again_where_there_is_one(tmp_path: Path) -> None:
    lake = write_lake(tmp_path / "lake", **week())
    refresh_report(str(lake))
    assert not (lake / "report.html").exists()
    (lake / "report.html").write_text("the old report")
    refresh_report(str(lake))
    assert (lake / "report.html").stat().st_size > 50_000


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
