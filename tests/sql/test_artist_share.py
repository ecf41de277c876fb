"""The query artist_share: how much of a list each artist fills."""

from pathlib import Path

import pytest

from tests.support.tiny_lists import answered, credited, day, snapshots, together

SHARE = "playlist_id rank_number artist artist_id share entries songs collaborations concentration"


def test_an_entry_counts_in_equal_parts_for_its_artists(tmp_path: Path) -> None:
    tables = together(
        # The local file's artist has only a name, the episode has none; the 3rd is incomplete
        snapshots("chart", {1: "A B", 2: "A loc ep", 3: "B"}, incomplete=(3,)),
        song_artists=[
            *credited(1, "A", "x", "y"),
            *credited(1, "B", "x"),
            *credited(2, "A", "x", "y"),
            *credited(3, "B", "x"),
        ],
        artists=[
            {"snapshot_date": day(number), "artist_id": artist, "name": f"{artist.upper()}{number}"}
            for number in (1, 2, 3)
            for artist in "xy"
        ],
    )
    for row in tables["playlist_entries"]:
        if row["item_type"] == "local":
            row["artist_names"] = ["Z"]
    # x has 1/2 + 1 + 1/2, y 1/2 + 1/2, Z 1, of 4 entries; an artist has the last known name
    assert answered(tmp_path, tables, "artist_share", SHARE) == [
        ("chart", 1, "X3", "x", 0.5, 3, 2, 1, 0.375),
        ("chart", 2, "Y3", "y", 0.25, 2, 1, 1, 0.375),
        ("chart", 3, "Z", None, 0.25, 1, 1, 0, 0.375),
    ]


def test_artists_without_ids_are_told_apart_by_name(tmp_path: Path) -> None:
    tables = snapshots("voice", {1: "loc1 loc2"}, "Voice")
    assert answered(tmp_path, tables, "artist_share", SHARE) == [
        ("voice", 1, "Guest", None, 0.5, 2, 2, 2, 0.375),
        ("voice", 2, "Artist loc1", None, 0.25, 1, 1, 1, 0.375),
        ("voice", 3, "Artist loc2", None, 0.25, 1, 1, 1, 0.375),
    ]


def test_an_artist_that_an_entry_names_twice_counts_once(tmp_path: Path) -> None:
    tables = together(
        snapshots("chart", {1: "A B loc"}),
        song_artists=[*credited(1, "A", "x", "x", "y"), *credited(1, "B", "y")],
        artists=[
            {"snapshot_date": day(1), "artist_id": artist, "name": artist.upper()}
            for artist in "xy"
        ],
    )
    tables["playlist_entries"][-1]["artist_names"] = ["Z", "Z"]
    # Of 3 entries, A is half of x and half of y; the local file is of Z alone
    third, half, sixth = (pytest.approx(part) for part in (1 / 3, 1 / 2, 1 / 6))
    concentration = pytest.approx(1 / 4 + 1 / 9 + 1 / 36)
    assert answered(tmp_path, tables, "artist_share", SHARE) == [
        ("chart", 1, "Y", "y", half, 2, 2, 1, concentration),
        ("chart", 2, "Z", None, third, 1, 1, 0, concentration),
        ("chart", 3, "X", "x", sixth, 1, 1, 1, concentration),
    ]


def test_a_list_without_artists_has_no_shares(tmp_path: Path) -> None:
    assert answered(tmp_path, snapshots("talk", {1: "ep1"}), "artist_share", SHARE) == []
