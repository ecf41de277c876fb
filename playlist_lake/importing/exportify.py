"""CSV files of Exportify: a list's songs in their order, a row per song.

There are two Exportifys. That of watsonbox has the URIs of artists and albums, the ISRC and more.
Its columns are named in the language of the user's browser, but they are in one order. That of
pavelkomarov has no URIs but those of the songs, and once had their bare ids. Either puts only the
list's name into the file's name, and writes `null` or `undefined` where Spotify has no value.

Genres, labels, audio features and the person who added a song are not copied.

Source: github.com/watsonbox/exportify (src/components), github.com/pavelkomarov/exportify
(exportify.js).
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from extract_lambda.personal_data import count_dropped
from playlist_lake.importing.csv_files import read_rows
from playlist_lake.importing.files import DATE_IN_NAME, ImportFile, UnusableFile
from playlist_lake.importing.list_ids import LIKED_NAME

_Cells = Mapping[str, str]

# The first columns of watsonbox/exportify; those that follow depend on what the user chose
_LAYOUT = (
    "Track URI",
    "Track Name",
    "Artist URI(s)",
    "Artist Name(s)",
    "Album URI",
    "Album Name",
    "Album Artist URI(s)",
    "Album Artist Name(s)",
    "Album Release Date",
    "Album Image URL",
    "Disc Number",
    "Track Number",
    "Track Duration (ms)",
    "Track Preview URL",
    "Explicit",
    "Popularity",
    "ISRC",
    "Added By",
    "Added At",
)
# What other versions call these columns
_OTHER_NAMES = {
    "Track ID": "Track URI",
    "Spotify ID": "Track URI",
    "Spotify URI": "Track URI",
    "Artist URI": "Artist URI(s)",
    "Artist Name": "Artist Name(s)",
    "Release Date": "Album Release Date",
    "Duration (ms)": "Track Duration (ms)",
}
_COPIED = frozenset(_LAYOUT) - {"Track Preview URL", "Added By"}
_NOT_COPIED = {
    *("Track Preview URL", "Added By", "Is Playable", "Artist Genres", "Album Genres", "Genres"),
    *("Label", "Record Label", "Copyrights", "Danceability", "Energy", "Key", "Loudness", "Mode"),
    *("Speechiness", "Acousticness", "Instrumentalness", "Liveness", "Valence", "Tempo"),
    *("Time Signature", "Artist IDs"),
}
# What the files of Liked Songs are called
_LIKED_NAMES = {"Liked_Songs", "liked"}

_URI = re.compile(r"spotify:([a-z]+):(.+)")
_ID = re.compile(r"[0-9A-Za-z]{22}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T.*")
_NOTHING = ("", "null", "undefined")
# What an export for Excel puts before a text that Excel would run as a formula
_HARMLESS_FORMULA = re.compile(r"^'(?=[=+\-@\t\r])")


def is_exportify(text: str) -> bool:
    """Whether the columns of a CSV file are those of Exportify; raises UnusableFile."""
    rows = read_rows(text)
    (_, header), (_, first) = next(rows, (1, [])), next(rows, (2, None))
    return "Track URI" in _columns(header, first)


def read_exportify(file: ImportFile, text: str) -> tuple[dict[str, Any], Counter[str]]:
    """A file as a playlist object without an id, and the columns that are unknown.

    A row is in Spotify's shape. A row without a URI and a name stands for an item that Spotify
    gave as null. Raises UnusableFile with the line number.
    """
    (_, header), *rows = read_rows(text)
    columns = _columns(header, rows[0][1] if rows else None)
    if len(set(columns)) != len(columns):
        raise UnusableFile("has a column twice in line 1; export the list again")
    dropped = Counter[str]()
    unknown = [name for name in columns if name not in _COPIED | _NOT_COPIED]
    for _ in rows:
        count_dropped(dropped, "items[]", filter(None, unknown))
    items = [_item(_cells(columns, row, line)) for line, row in rows]
    return {"name": _list_name(file), "tracks": items}, dropped


def _columns(header: Sequence[str], first_row: Sequence[str] | None) -> list[str]:
    """The English names of the columns."""
    names = [name.strip() for name in header]
    names = [_OTHER_NAMES.get(name, name) for name in names]
    if "Track URI" not in names and _is_in_layout(first_row or []):
        # The language of the browser
        return [*_LAYOUT, *("" for _ in names[len(_LAYOUT) :])]
    return names


def _is_in_layout(row: Sequence[str]) -> bool:
    """Whether a row has a URI in the first of the layout's columns, and a time in the last."""
    last = len(_LAYOUT) - 1
    is_long = len(row) > last
    return is_long and bool(_URI.fullmatch(row[0]) and _INSTANT.fullmatch(row[last]))


def _cells(columns: Sequence[str], row: Sequence[str], line: int) -> _Cells:
    """The copied columns of a row. A row may end early: some exports lack the last columns."""
    cells = {name: text for name, text in zip(columns, row, strict=False) if name in _COPIED}
    if len(row) > len(columns) or len(cells) < len(_COPIED.intersection(columns)):
        raise UnusableFile(
            f"line {line} has {len(row)} columns, and the header {len(columns)}; export the list "
            "again"
        )
    return cells


def _item(cells: _Cells) -> dict[str, Any]:
    uri, kind = _track_uri(cells)
    names = {name: _name(cells.get(name), kind) for name in ("Track Name", "Album Name")}
    added_at = _value(cells, "Added At")
    if uri is None and names["Track Name"] is None:
        return {"added_at": added_at, "track": None}
    album = {
        **_identity(_value(cells, "Album URI")),
        "name": names["Album Name"],
        "artists": _artists(cells, "Album Artist", kind),
        "release_date": _value(cells, "Album Release Date"),
        "images": [{"url": url} for url in [_value(cells, "Album Image URL")] if url],
    }
    track = {
        "uri": uri,
        **_identity(uri),
        "name": names["Track Name"],
        "is_local": kind == "local",
        "artists": _artists(cells, "Artist", kind),
        "album": _without_gaps(album),
        "disc_number": _whole(_value(cells, "Disc Number")),
        "track_number": _whole(_value(cells, "Track Number")),
        "duration_ms": _whole(_value(cells, "Track Duration (ms)")),
        "explicit": _flag(_value(cells, "Explicit")),
        "popularity": _whole(_value(cells, "Popularity")),
        "external_ids": _without_gaps({"isrc": _value(cells, "ISRC")}),
    }
    return {
        "added_at": added_at,
        "is_local": kind == "local",
        "track": {"uri": uri} | _without_gaps(track),
    }


def _track_uri(cells: _Cells) -> tuple[str | None, str | None]:
    """The URI of a row, and its kind, such as `track`. A bare id is that of a song."""
    text = _value(cells, "Track URI")
    if text and _ID.fullmatch(text):
        text = f"spotify:track:{text}"
    match = _URI.fullmatch(text or "")
    return text, match[1] if match else None


def _identity(uri: str | None) -> dict[str, Any]:
    """The keys of an object that follow from its URI, which may be any text."""
    match = _URI.fullmatch(uri or "")
    if not match or match[1] == "local":
        return {}
    return {"uri": uri, "id": match[2], "type": match[1]}


def _artists(cells: _Cells, column: str, kind: str | None) -> list[dict[str, Any]]:
    """The artists of a song or album.

    URIs and names belong together if there are as many of one as of the other. If not, because a
    name has a comma that the file does not mark, all names are the name of one artist without an
    id: a wrong pair would be worse.
    """
    text = _name(cells.get(f"{column} Name(s)"), kind) or ""
    if f"{column} URI(s)" in cells:
        uris = [uri.strip() for uri in cells[f"{column} URI(s)"].split(",")]
        # A comma in a name has a backslash, but not in old files
        parts = re.split(r"(?<!\\), ?", text) if len(uris) > 1 else [text]
        names = [name.replace("\\,", ",") for name in parts]
    else:
        names = text.split(";")
        uris = [""] * len(names)
    if len(names) != len(uris):
        names, uris = [text], [""]
    found = [
        _without_gaps({**_identity(uri), "name": name or None})
        for uri, name in zip(uris, names, strict=True)
    ]
    return [artist for artist in found if artist]


def _value(cells: _Cells, column: str) -> str | None:
    text = cells.get(column, "").strip()
    return None if text in _NOTHING else text


def _name(text: str | None, kind: str | None) -> str | None:
    """A name; a song may be called `null`."""
    text = _HARMLESS_FORMULA.sub("", text or "")
    is_nothing = text == "" if kind == "track" else text in _NOTHING
    return None if is_nothing else text


def _whole(text: str | None) -> int | str | None:
    """A whole number; any other text as it is, so that the jobs count it."""
    match = re.fullmatch(r"(-?[0-9]{1,18})(?:\.0+)?", text or "")
    return int(match[1]) if match else text


def _flag(text: str | None) -> bool | str | None:
    return {"true": True, "false": False}.get((text or "").lower(), text)


def _without_gaps(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def _list_name(file: ImportFile) -> str | None:
    """The list's name: the file's, without its date. A name that is only a date is none."""
    name = DATE_IN_NAME.sub("", PurePath(file.name).stem).strip(" _-.")
    return LIKED_NAME if name in _LIKED_NAMES else name or None
