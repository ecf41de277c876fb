"""Rows of Exportify's CSV files: what each version writes, and what the raw zone has of it."""

from pathlib import Path

import pytest

from tests.support.accounting import raw_snapshots
from tests.support.exportify_files import (
    ARTIST,
    CHOSEN,
    CONVERTED,
    GERMAN,
    HEADER,
    OTHER,
    ROW,
    SHORT,
    SHORT_HEADER,
    SHORT_ROW,
    SONG,
    imported,
    with_cells,
)
from tests.support.oracle import expected_tables
from tests.support.saved_responses import raw


def test_a_row_is_converted_with_every_column_that_is_copied(tmp_path: Path) -> None:
    rows = imported(tmp_path, [*HEADER, *CHOSEN], [*ROW, "pop", "0.5", "", "Label", "C 2020"])

    assert rows == [CONVERTED]
    assert raw(tmp_path / "lake")[0]["playlist"] == {"name": "chill"}


def test_a_row_of_the_short_version_may_lack_the_last_columns(tmp_path: Path) -> None:
    assert imported(tmp_path, SHORT_HEADER, SHORT_ROW) == [SHORT]


def test_the_columns_may_be_named_in_another_language_or_be_in_another_order(
    tmp_path: Path,
) -> None:
    (tmp_path / "german").mkdir()
    assert imported(tmp_path / "german", [*GERMAN, "Label"], [*ROW, "x"]) == [CONVERTED]
    assert imported(tmp_path, HEADER[::-1], ROW[::-1]) == [CONVERTED]


@pytest.mark.parametrize("name", ["Track ID", "Spotify ID", "Spotify URI"])
def test_a_song_may_have_a_bare_id(tmp_path: Path, name: str) -> None:
    rows = imported(tmp_path, [name, *SHORT_HEADER[1:]], [SONG, *SHORT_ROW[1:]])

    assert rows == [SHORT]


@pytest.mark.parametrize(
    ("uris", "names", "artists"),
    [
        (f"spotify:artist:{ARTIST}", "Tyler, The Maker", [(ARTIST, "Tyler, The Maker")]),
        (f"spotify:artist:{ARTIST}", r"Tyler\, The Maker", [(ARTIST, "Tyler, The Maker")]),
        (f"spotify:artist:{ARTIST}, ", "Ann, Bo", [(ARTIST, "Ann"), (None, "Bo")]),
        ("", "Ann", [(None, "Ann")]),
        ("", "", None),
        # Nobody knows where the first name ends
        (f"spotify:artist:{ARTIST}, spotify:artist:{OTHER}", "A, B, C", [(None, "A, B, C")]),
    ],
)
def test_artists_get_an_id_only_if_ids_and_names_belong_together(
    tmp_path: Path, uris: str, names: str, artists: list[tuple[str | None, str]] | None
) -> None:
    (row,) = imported(tmp_path, HEADER, with_cells(ArtistURIs=uris, ArtistNames=names))

    found = row["track"].get("artists")
    assert (found and [(one.get("id"), one["name"]) for one in found]) == artists


def test_rows_without_a_song_keep_their_position(tmp_path: Path) -> None:
    null = ["", "undefined", "undefined", "undefined", *[""] * 5, "2026-09-01T10:00:00Z"]
    local = ["spotify:local:Ann:Weather:Rain:10", "Rain", "Weather", "Ann", *[""] * 6]
    nameless = ["", "Rain", *[""] * 8]

    rows = imported(tmp_path, SHORT_HEADER, null, local, nameless, SHORT_ROW)

    assert rows[0] == {"added_at": "2026-09-01T10:00:00Z", "track": None}
    assert rows[3] == SHORT
    tables = expected_tables(raw_snapshots(tmp_path / "lake"))
    assert [(row[2], row[3]) for row in tables["rejects"]] == [(1, "null_item"), (3, "no_uri")]
    assert [(row[2], row[3], row[4]) for row in tables["playlist_entries"]] == [
        (2, "local", "spotify:local:Ann:Weather:Rain:10"),
        (4, "song", f"spotify:track:{SONG}"),
    ]


def test_a_song_may_be_called_null_and_a_value_may_be_missing(tmp_path: Path) -> None:
    cells = with_cells(TrackName="null", AddedAt="null", ISRC="", Popularity="high")
    ((row),) = imported(tmp_path, HEADER, cells)

    assert (row["added_at"], row["track"]["name"]) == (None, "null")
    assert "external_ids" not in row["track"]
    # The jobs count it as a value of another type
    assert row["track"]["popularity"] == "high"


def test_what_export_writes_for_a_spreadsheet_is_read(tmp_path: Path) -> None:
    hole = [""] * len(HEADER)
    rows = imported(tmp_path, HEADER, hole, with_cells(TrackName="'=SUM(1)", ArtistNames="'@b, c"))

    assert rows[0] == {"added_at": None, "track": None}
    assert rows[1]["track"]["name"] == "=SUM(1)"
    assert [artist["name"] for artist in rows[1]["track"]["artists"]] == ["@b", "c"]


def test_an_apostrophe_within_a_name_is_kept(tmp_path: Path) -> None:
    cells = with_cells(TrackName="Rollin'-Stone", ArtistNames="B, '@c")
    (row,) = imported(tmp_path, HEADER, cells)

    assert row["track"]["name"] == "Rollin'-Stone"
    assert [artist["name"] for artist in row["track"]["artists"]] == ["B", "'@c"]
