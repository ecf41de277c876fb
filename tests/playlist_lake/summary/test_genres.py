"""The genres in the summary: the first three of each list, what is unknown, and the source."""

from pathlib import Path

import pytest

from playlist_lake import connect
from playlist_lake.summary.printing import print_summary
from playlist_lake.summary.states import list_states
from tests.support.tiny_lakes import Row, write_lake
from tests.support.tiny_lists import artist_genres, credited, snapshots, together

ATTRIBUTION = "Genres: MusicBrainz and ListenBrainz contributors, CC BY-NC-SA 3.0."


def printed(
    folder: Path, capsys: pytest.CaptureFixture[str], tables: dict[str, list[Row]], source: str
) -> list[str]:
    """The lines of the summary that are about genres."""
    for row in tables["playlists"]:
        row["source"] = source
    with connect(write_lake(folder, **tables)) as con:
        print_summary(con, "lake", list_states(con))
    return [line for line in capsys.readouterr().out.splitlines() if "enres" in line]


def music() -> dict[str, list[Row]]:
    """Chart has artists x, y and one without genres; Talk has no songs; Other has no genres.

    Each list has a new name on the 2nd, because only lists that changed are shown.
    """
    match = {"artist_id": "x", "outcome": "found", "source": "musicbrainz"}
    tables = together(
        snapshots("chart", {1: "A B", 2: "A B"}),
        snapshots("other", {1: "C", 2: "C"}, "Other"),
        snapshots("talk", {1: "ep", 2: "ep"}, "Talk"),
        song_artists=[
            artist
            for number in (1, 2)
            for artist in (*credited(number, "A", "x", "nobody"), *credited(number, "B", "y"))
        ],
        artist_matches=[match],
        artist_genres=[
            *artist_genres("x", pop=996, rock=4),
            *artist_genres("y", soul=2, jazz=1, blues=1),
        ],
    )
    for row in tables["playlists"]:
        row["name"] += f" of {row['snapshot_date']}"
    return tables


def test_a_list_has_its_first_three_genres_and_the_unknown_share(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # y fills 1/2 of Chart, x and nobody 1/4 each
    assert printed(tmp_path, capsys, music(), "import") == [
        "Genres  soul 25 %, pop 25 %, blues 12 %, unknown 25 %",
        "Genres  unknown 100 %",
        ATTRIBUTION,
    ]


def test_a_small_share_is_not_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = music() | {"artist_genres": artist_genres("x", pop=996, rock=4)}
    assert printed(tmp_path, capsys, tables, "import")[0] == (
        "Genres  pop 25 %, rock < 1 %, unknown 75 %"
    )


def test_simulated_genres_are_invented(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(tmp_path, capsys, music(), "127.0.0.1")[-1] == (
        "Simulated data: lists, songs, artists and genres are invented."
    )


def test_a_lake_that_was_never_asked_for_genres_shows_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = music() | {"artist_matches": [], "artist_genres": []}
    with connect(write_lake(tmp_path, **tables)) as con:
        for row in tables["playlists"]:
            row["source"] = "import"
        print_summary(con, "lake", list_states(con))
    assert "enres" not in capsys.readouterr().out
