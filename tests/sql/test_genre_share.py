"""The query genre_share and the view artist_genres_top: what kind of music is on a list."""

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from playlist_lake import connect
from playlist_lake.answers.sql_files import named_query
from tests.support.tiny_lakes import write_lake
from tests.support.tiny_lists import answered, artist_genres, credited, day, snapshots, together

SHARE = "playlist_id rank_number genre genre_mbid share entries artists"


def test_an_entry_is_split_over_its_artists_and_their_genres(tmp_path: Path) -> None:
    tables = together(
        # The 2nd is a drop, the 3rd incomplete, and the episode is no music
        snapshots("chart", {1: "A B loc ep", 2: "A", 3: "B"}, incomplete=(3,), drops=(2,)),
        song_artists=[
            # A names x twice
            *credited(1, "A", "x", "x", "y"),
            *credited(1, "B", "x", "nobody"),
        ],
        artist_genres=[*artist_genres("x", trip_hop=9, ambient=1), *artist_genres("y", ambient=1)],
    )
    # Of 3 songs: A is half of x and half of y, B half of x, half unknown; the local file is unknown
    third = Fraction(1, 3)
    x = third / 2 * 2
    expected = {
        "trip hop": x * Fraction(9, 10),
        "ambient": x * Fraction(1, 10) + third / 2,
        "unknown": third / 2 + third,
    }
    assert answered(tmp_path, tables, "genre_share", SHARE) == [
        ("chart", 1, "trip hop", "t", pytest.approx(float(expected["trip hop"])), 2, 1),
        ("chart", 2, "ambient", "a", pytest.approx(float(expected["ambient"])), 2, 2),
        # The artists of the local file are told apart by name
        ("chart", 3, "unknown", None, pytest.approx(float(expected["unknown"])), 2, 3),
    ]


def test_a_song_without_artists_is_unknown(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B"}),
        song_artists=credited(1, "A", "x"),
        artist_genres=artist_genres("x", pop=1),
    )
    for row in tables["playlist_entries"]:
        row["artist_names"] = []
    assert answered(tmp_path, tables, "genre_share", SHARE) == [
        ("chart", 1, "pop", "p", 0.5, 1, 1),
        ("chart", 2, "unknown", None, 0.5, 1, 0),
    ]


def test_a_lake_without_genres_is_unknown(tmp_path: Path) -> None:
    tables = together(snapshots("chart", {1: "A B"}), song_artists=credited(1, "A", "x"))
    assert answered(tmp_path, tables, "genre_share", SHARE) == [
        ("chart", 1, "unknown", None, 1.0, 2, 3)
    ]


def test_a_genre_that_is_called_unknown_has_a_row_of_its_own(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B"}),
        song_artists=[*credited(1, "A", "x"), *credited(1, "B", "y")],
        artist_genres=artist_genres("x", unknown=1),
    )
    assert answered(tmp_path, tables, "genre_share", SHARE) == [
        ("chart", 1, "unknown", "u", 0.5, 1, 1),
        ("chart", 2, "unknown", None, 0.5, 1, 1),
    ]


def test_the_shares_of_a_list_add_up_to_1_over_the_last_30_dates(tmp_path: Path) -> None:
    # A is on the list on the first 20 of 40 dates, so on 10 of the last 30
    drawn = {number: "A B C" if number <= 20 else "B C" for number in range(1, 41)}
    votes = {"x": {"pop": 1, "rock": 2, "jazz": 4}, "y": {"pop": 7, "soul": 3}}
    tables = together(
        snapshots("chart", drawn),
        snapshots("other", {40: "A"}),
        song_artists=[
            row
            for number in drawn
            for row in [
                *credited(number, "A", "x", "y", "z"),
                *credited(number, "B", "y"),
                *credited(number, "C", "z"),
            ]
        ],
        artist_genres=[
            row for artist, of_artist in votes.items() for row in artist_genres(artist, **of_artist)
        ],
    )
    expected = defaultdict[str, Fraction](Fraction)
    artists = {"A": "xyz", "B": "y", "C": "z"}
    for number in range(11, 41):
        for song in drawn[number].split():
            for artist in artists[song]:
                of_artist = votes.get(artist, {"unknown": 1})
                for genre, number_of_votes in of_artist.items():
                    parts = sum(of_artist.values()) * len(artists[song])
                    expected[genre] += Fraction(number_of_votes, parts)
    with connect(write_lake(tmp_path, **tables)) as con:
        rows = con.sql(named_query("genre_share")).select("playlist_id, genre, share").fetchall()
    total = sum(expected.values())
    assert {genre: share for list_, genre, share in rows if list_ == "chart"} == {
        genre: pytest.approx(float(weight / total)) for genre, weight in expected.items()
    }
    for name in ("chart", "other"):
        assert sum(share for list_, _, share in rows if list_ == name) == pytest.approx(1)


def test_the_first_genre_of_an_artist_has_most_votes_or_the_first_name(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A"}),
        artists=[{"snapshot_date": day(1), "artist_id": "x", "name": "X"}],
        artist_genres=[*artist_genres("x", rock=2, pop=2, jazz=1), *artist_genres("gone", soul=4)],
    )
    with connect(write_lake(tmp_path, **tables)) as con:
        columns = "artist_id, artist, genre, genre_mbid, votes, share, genres, fetched_on"
        rows = con.sql(f"SELECT {columns} FROM artist_genres_top ORDER BY ALL DESC").fetchall()  # noqa: S608
    assert rows == [
        ("x", "X", "pop", "p", 2, 0.4, 3, day(9)),
        ("gone", None, "soul", "s", 4, 1.0, 1, day(9)),
    ]
