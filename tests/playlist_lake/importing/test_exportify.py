"""CSV files of Exportify: what each version writes, and what the raw zone has of it."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from tests.support.accounting import raw_snapshots
from tests.support.oracle import expected_tables
from tests.support.saved_responses import LIST, page, raw, run, save

SONG, OTHER, ARTIST, ALBUM = (digit * 22 for digit in "1234")


def cells_of(line: str) -> list[str]:
    return next(csv.reader([line]))


# The English column names of watsonbox/exportify, then some that a user can choose
HEADER = cells_of(
    "Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Album Artist URI(s),"
    "Album Artist Name(s),Album Release Date,Album Image URL,Disc Number,Track Number,"
    "Track Duration (ms),Track Preview URL,Explicit,Popularity,ISRC,Added By,Added At"
)
CHOSEN = ["Artist Genres", "Danceability", "Album Genres", "Label", "Copyrights"]
# The German ones
GERMAN = cells_of(
    "Track-URI,Track-Name,Künstler-URI(s),Künstlername(n),Album-URI,Album-Name,"
    "Album-Künstler-URI(s),Album-Künstlername(n),Veröffentlichungsdatum des Albums,"
    "Album-Bild-URL,Disc-Nummer,Track-Nummer,Track-Dauer (ms),Track-Vorschau-URL,Explizit,"
    "Beliebtheit,ISRC,Hinzugefügt von,Hinzugefügt am"
)
ROW = [
    *(f"spotify:track:{SONG}", "Rain", f"spotify:artist:{ARTIST}, spotify:artist:{OTHER}"),
    *(r"Me\, Myself, Bo", f"spotify:album:{ALBUM}", "Weather", f"spotify:artist:{ARTIST}"),
    *(r"Me\, Myself", "2020-05", "https://i.example/1", "1", "3", "200000", "null", "true", "40"),
    *("QZAAA2600001", "spotify:user:somebody", "2026-09-01T10:00:00Z"),
]
CONVERTED: dict[str, Any] = {
    "added_at": "2026-09-01T10:00:00Z",
    "is_local": False,
    "track": {
        "uri": f"spotify:track:{SONG}",
        "id": SONG,
        "type": "track",
        "name": "Rain",
        "is_local": False,
        "artists": [
            {
                "id": ARTIST,
                "uri": f"spotify:artist:{ARTIST}",
                "type": "artist",
                "name": "Me, Myself",
            },
            {"id": OTHER, "uri": f"spotify:artist:{OTHER}", "type": "artist", "name": "Bo"},
        ],
        "album": {
            "id": ALBUM,
            "uri": f"spotify:album:{ALBUM}",
            "type": "album",
            "name": "Weather",
            "artists": [
                {
                    "id": ARTIST,
                    "uri": f"spotify:artist:{ARTIST}",
                    "type": "artist",
                    "name": "Me, Myself",
                }
            ],
            "release_date": "2020-05",
            "images": [{"url": "https://i.example/1"}],
        },
        "disc_number": 1,
        "track_number": 3,
        "duration_ms": 200000,
        "explicit": True,
        "popularity": 40,
        "external_ids": {"isrc": "QZAAA2600001"},
    },
}
# pavelkomarov/exportify
SHORT_HEADER = cells_of(
    "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms),Popularity,Explicit,"
    "Added By,Added At,Genres,Record Label,Danceability,Energy"
)
SHORT_ROW = [
    *(f"spotify:track:{SONG}", "Rain", "Weather", "Tyler, The Maker;Bo", "2020", "200000", "40"),
    *("false", "somebody", "2026-09-01T10:00:00Z", "pop,rock", "Label"),
]
SHORT: dict[str, Any] = {
    "added_at": "2026-09-01T10:00:00Z",
    "is_local": False,
    "track": {
        "uri": f"spotify:track:{SONG}",
        "id": SONG,
        "type": "track",
        "name": "Rain",
        "is_local": False,
        "artists": [{"name": "Tyler, The Maker"}, {"name": "Bo"}],
        "album": {"name": "Weather", "release_date": "2020"},
        "duration_ms": 200000,
        "explicit": False,
        "popularity": 40,
    },
}


def text(*rows: list[str], delimiter: str = ",") -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    return stream.getvalue()


def write(path: Path, *rows: list[str]) -> Path:
    path.write_text(text(*rows), encoding="utf-8", newline="")
    return path


def imported(folder: Path, *rows: list[str]) -> list[Any]:
    """The rows in the raw zone of a file with some rows."""
    report = run(folder / "lake", write(folder / "chill.csv", *rows), playlist_id=LIST)
    assert (report.failures, report.remarks) == ([], [])
    records = raw(folder / "lake")
    assert {record["source"] for record in records} == {"exportify"}
    rows_in_zone: list[Any] = records[1]["page"]["items"]
    return rows_in_zone


def with_cells(**cells: str) -> list[str]:
    """ROW with other cells, by the column names without spaces and signs."""
    names = ["".join(filter(str.isalpha, name)) for name in HEADER]
    return [cells.get(name, cell) for name, cell in zip(names, ROW, strict=True)]


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


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff".encode() + text(HEADER, ROW).encode(),
        text(HEADER, ROW).encode("utf-16"),
        text(HEADER, ROW, delimiter="\t").encode("utf-16"),
        text(HEADER, ROW, delimiter=";").encode(),
        text(HEADER, ROW).replace("\r\n", "\n").encode(),
        b"\r\n" + text(HEADER, ROW).encode() + b"\r\n",
    ],
    ids=["mark", "utf-16", "tabs", "semicolons", "line feeds", "blank lines"],
)
def test_a_spreadsheet_may_have_saved_the_file_again(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "chill.csv"
    path.write_bytes(content)

    assert run(tmp_path / "lake", path, playlist_id=LIST).failures == []
    assert raw(tmp_path / "lake")[1]["page"]["items"] == [CONVERTED]


ODD_NAMES = ["two\nlines", "cr\rname", 'a "quoted" name', "שלום", "\u202eabc", "a;b\tc", "😀"]


def test_ten_thousand_rows_with_odd_names_are_imported(tmp_path: Path) -> None:
    names = [f"{ODD_NAMES[number % len(ODD_NAMES)]} {number}" for number in range(10_000)]

    rows = imported(tmp_path, HEADER, *(with_cells(TrackName=name) for name in names))

    assert [row["track"]["name"] for row in rows] == names


@pytest.mark.parametrize(
    ("name", "list_name"),
    [
        ("chill-2026-10-01.csv", "chill"),
        ("2026-10-01 chill.csv", "chill"),
        ("2026-10-01.csv", "2026-10-01"),
        ("a.b (1).CSV", "a.b (1)"),
    ],
)
def test_the_list_is_named_after_the_file(tmp_path: Path, name: str, list_name: str) -> None:
    report = run(tmp_path / "lake", write(tmp_path / name, HEADER, ROW))

    assert list(report.names.values()) == [list_name]


@pytest.mark.parametrize("name", ["Liked_Songs.csv", "liked.csv", "Liked_Songs-2026-10-01.csv"])
def test_liked_songs_are_known_by_the_files_name(tmp_path: Path, name: str) -> None:
    report = run(tmp_path / "lake", write(tmp_path / name, HEADER, ROW))

    assert [one.playlist_id for one in report.written] == ["liked-songs"]


def test_a_list_may_be_empty_and_a_column_unknown(tmp_path: Path) -> None:
    empty = run(tmp_path / "a", write(tmp_path / "a.csv", HEADER), playlist_id=LIST)
    more = run(tmp_path / "b", write(tmp_path / "b.csv", [*HEADER, "Mood"], [*ROW, "sad"]))

    assert (empty.failures, raw(tmp_path / "a")[-1]["total"]) == ([], 0)
    assert (more.failures, more.dropped_keys) == ([], {"items[].Mood": 1})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (text(HEADER, ROW[:-1]), "line 2 has 18 columns, and the header 19; export the list again"),
        (text(HEADER, [*ROW, "x"]), "line 2 has 20 columns, and the header 19"),
        (text(HEADER, ROW)[:-40], "line 2 is not CSV"),
        (text([*HEADER, "ISRC"], [*ROW, ""]), "has a column twice in line 1"),
        ("Track Name,Artist Name(s)\nRain,Ann\n", "is not of a known format; import playlist obj"),
        ("Straße\n".encode("latin-1"), "is not UTF-8 text; save it in UTF-8"),
    ],
)
def test_a_torn_or_unknown_file_is_refused(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    path = tmp_path / "chill.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    ((_, said),) = run(tmp_path / "lake", path).failures

    assert said.startswith(f"{path} {message}")
    assert not (tmp_path / "lake").exists()


def test_charts_and_lists_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    chart = tmp_path / "regional.csv"
    chart.write_text(f"rank;uri;artist_names;track_name\n1;spotify:track:{SONG};Ann;Rain\n")
    files = [
        save(tmp_path / "data.csv", {"id": LIST, "tracks": page(["a"])}),
        write(tmp_path / "list.txt", HEADER, ROW),
        chart,
    ]

    report = run(tmp_path / "lake", *files, playlist_id="mine")

    assert [(one.playlist_id, one.files[0].name) for one in report.written] == [
        (LIST, "data.csv"),
        ("mine", "list.txt"),
    ]
    ((_, said),) = report.failures
    assert said.startswith(f"{chart} is a chart, and another file is a list with the same id, mine")
    # What the sentence advises
    assert len(run(tmp_path / "lake", chart, playlist_id="chart").written) == 1
