"""CSV files of Exportify for tests: the columns of both versions, a row of each, and writing."""

import csv
import io
from pathlib import Path
from typing import Any

from tests.support.saved_responses import LIST, raw, run

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
