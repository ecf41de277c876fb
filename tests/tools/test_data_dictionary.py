"""The data dictionary: up to date, complete, and with the lines that a reader needs."""

import re
from datetime import date
from pathlib import Path

import pytest

from jobs.tables import TABLES
from playlist_lake import connect
from playlist_lake.answers.sql_files import QUERIES, VIEWS
from tests.support.tiny_lakes import write_lake
from tools import data_dictionary
from tools.data_dictionary import dictionary
from tools.sql_headers import BadHeader

PAGE = Path(__file__).parents[2] / "docs/data_dictionary.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def _section(page: str, name: str) -> str:
    return page.partition(f"\n### {name}\n")[2].partition("\n### ")[0].partition("\n## ")[0]


def test_the_page_is_fresh(page: str) -> None:
    assert page == dictionary(), "run: python -m tools.data_dictionary > docs/data_dictionary.md"


def test_every_table_view_and_query_has_a_section_and_a_link_to_it(page: str) -> None:
    files = [*VIEWS.glob("*.sql"), *QUERIES.glob("*.sql")]
    names = [*TABLES, *(file.stem for file in files)]
    assert sorted(re.findall(r"^### (\w+)$", page, re.M)) == sorted(names)
    contents = page.partition("## Contents")[2].partition("## What holds")[0]
    anchors = sorted(re.findall(r"^\| \[\w+\]\(#([\w-]+)\) \| ", contents, re.M))
    # A query and a view may have the same name
    assert anchors == sorted(
        name if name not in names[:number] else f"{name}-1" for number, name in enumerate(names)
    )


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "playlist_entries",
            "One row per snapshot date, list and position. Key: `snapshot_date`, `playlist_id`, "
            "`position`. Joins, on `snapshot_date` and id: `playlist_id` to "
            "[playlists](#playlists), `song_id` to [songs](#songs).",
        ),
        (
            "playlist_entries",
            "| `song_id` | `string` | possible | id of the song; NULL unless `item_type` is "
            "`song` | `item.id` |",
        ),
        (
            "playlist_entries",
            "| `snapshot_date` | `date` | never | date of the snapshot, UTC; the partition |  | "
            "`2026-10-31` |",
        ),
        (
            "playlist_stays",
            "One row per list, item and stay: from the date the item enters the list to the date "
            "it leaves. Key: `playlist_id`, `item_uri`, `stay_number`. Joins, on one of its dates "
            "and id: `playlist_id` to [playlists](#playlists); on the id alone: `item_uri` to "
            "[items](#items).",
        ),
        (
            "artists",
            "One row per snapshot date and artist. Key: `snapshot_date`, `artist_id`.",
        ),
        (
            "runs",
            "| `snapshot_date` | `date` | possible | date that was built |  | `2026-10-31` |",
        ),
        (
            "chart",
            "| `change` | `int` | positions gained since the list's previous snapshot; negative: "
            "lost |",
        ),
        (
            "survival",
            "**Which share of the items that entered a list was still there 1, 7 and 30 days "
            "later?** One row per list and number of days; every list of the lake has its three "
            "rows.",
        ),
        (
            "survival",
            "| `share` | `double` | `still_there` / observed; NULL if none was observed |",
        ),
        (
            "survival",
            "Reads all of `playlist_stays` and `list_snapshots`: the last 30 dates are too few to "
            "see an item 30 days after its entry. Reads no entries.",
        ),
        (
            "survival",
            "[sql/queries/survival.sql](../sql/queries/survival.sql)",
        ),
    ],
)
def test_a_section_has_this_line(page: str, name: str, line: str) -> None:
    assert any(line in found for found in _section(page, name).splitlines())


def test_a_table_has_a_row_per_column_and_its_date_once(page: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", _section(page, "rejects"), re.M)
    assert rows == ["playlist_id", "position", "reason", "item_json", "snapshot_date"]
    rows = re.findall(r"^\| `(\w+)` \|", _section(page, "runs"), re.M)
    assert rows.count("snapshot_date") == 1


def test_the_examples_answer_over_a_lake(page: str, tmp_path: Path) -> None:
    on = {"snapshot_date": date(2026, 10, 31), "playlist_id": "p"}
    # The song was relinked: it has the URI of another song
    relinked = {"item_uri": "spotify:track:b", "linked_from_uri": "spotify:track:a"}
    memo, talk = "spotify:local:::memo:9", "spotify:episode:talk"
    lake = write_lake(
        tmp_path,
        list_snapshots=[on | {"name": "P"}],
        playlist_entries=[
            on | relinked | {"position": 1, "name": "A", "item_type": "song", "song_id": "b"},
            on | {"position": 3, "name": "memo", "item_type": "local", "item_uri": memo},
            on | {"position": 4, "name": "talk", "item_type": "episode", "item_uri": talk},
        ],
        songs=[on | {"song_id": "b", "album_id": "x", "isrc": "XX0000000001"}],
        albums=[on | {"album_id": "x", "release_date": date(1999, 1, 1)}],
        song_artists=[
            on | {"song_id": "b", "artist_id": artist, "artist_position": number}
            for number, artist in enumerate("xy", 1)
        ],
        artist_genres=[
            {"artist_id": "x", "genre": genre, "votes": votes, "share": votes / 3}
            for genre, votes in (("trip hop", 2), ("ambient", 1))
        ],
        playlist_stays=[
            {
                "playlist_id": "p",
                "item_uri": uri,
                "stay_number": number,
                "entered_on": date(2026, 10, number),
                "last_seen_on": date(2026, 10, number),
                # talk continues memo
                "first_uri": memo if uri == talk else uri,
                "listed_since": date(2026, 10, 1 if uri == talk else number),
            }
            for uri, last in (("spotify:track:a", 3), (memo, 1), (talk, 2), ("spotify:track:c", 1))
            for number in range(1, last + 1)
        ],
    )
    dimensions, returns, reissues, genres = re.findall(r"```sql\n(.*?)```", page, re.S)
    con = connect(lake)
    assert con.sql(dimensions).order("position").fetchall() == [
        (on["snapshot_date"], 1, "A", "XX0000000001", date(1999, 1, 1)),
        (on["snapshot_date"], 3, "memo", None, None),
        (on["snapshot_date"], 4, "talk", None, None),
    ]
    assert con.sql(returns).order("name").fetchall() == [
        ("P", "A", None, 3),
        ("P", "talk", None, 2),
    ]
    assert con.sql(reissues).fetchall() == [("P", "talk", 3, 2)]
    assert con.sql(genres).order("genre").fetchall() == [("trip hop", 1), ("unknown", 1)]


def test_a_bar_does_not_end_a_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _only_query(tmp_path, monkeypatch, "a | b")
    assert "| `one` | `int` | a \\| b |\n" in dictionary()


def test_a_header_with_other_columns_than_the_answer_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _only_query(tmp_path, monkeypatch, "1\n--   two  2")
    with pytest.raises(
        BadHeader, match=r"count\.sql says that its columns are one, two; they are "
    ):
        dictionary()


def _only_query(folder: Path, monkeypatch: pytest.MonkeyPatch, meaning: str) -> None:
    """Let sql/queries hold one query, whose answer has one column of this meaning."""
    header = (
        f"-- How many?\n--\n-- Grain: one row per lake.\n--\n-- Columns:\n--   one  {meaning}\n"
    )
    (folder / "count.sql").write_text(f"{header}SELECT 1 AS one", encoding="utf-8")
    monkeypatch.setattr(data_dictionary, "QUERIES", folder)
    monkeypatch.setattr("playlist_lake.answers.sql_files.QUERIES", folder)
