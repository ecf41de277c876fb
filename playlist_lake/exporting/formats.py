"""The formats of an exported list: URIs, an M3U8 playlist, and CSV with Exportify's columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from playlist_lake.console import on_one_line

if TYPE_CHECKING:
    from playlist_lake.exporting.snapshot import Item, ListSnapshot

_UNKNOWN_SECONDS = -1
# A spreadsheet reads a cell that begins with one of these as a formula
_FORMULA = re.compile(r"[=+\-@\t\r]")

Cell = str | int | bool | None

# Exportify's columns. It also has the account that added a song, which a lake doesn't keep, and a
# preview, which Spotify no longer gives
_COLUMNS: dict[str, Callable[[Item], Cell]] = {
    "Track URI": lambda item: item.uri,
    "Track Name": lambda item: item.name,
    "Artist URI(s)": lambda item: _uris("artist", item.artist_ids),
    "Artist Name(s)": lambda item: _names(item.artist_names),
    "Album URI": lambda item: _uris("album", [item.album_id or ""]),
    "Album Name": lambda item: item.album_name,
    "Album Artist URI(s)": lambda item: _uris("artist", item.album_artist_ids),
    "Album Artist Name(s)": lambda item: _names(item.album_artist_names),
    "Album Release Date": lambda item: item.release_date,
    "Album Image URL": lambda item: item.image_url,
    "Disc Number": lambda item: item.disc_number,
    "Track Number": lambda item: item.track_number,
    "Track Duration (ms)": lambda item: item.duration_ms,
    "Track Preview URL": lambda _: None,
    "Explicit": lambda item: item.is_explicit,
    "Popularity": lambda item: item.popularity,
    "ISRC": lambda item: item.isrc,
    "Added By": lambda _: None,
    "Added At": lambda item: item.added_at,
}


class ExportFormat(StrEnum):
    """The format of an exported list."""

    URIS = "uris"
    M3U = "m3u"
    CSV = "csv"


def as_uris(snapshot: ListSnapshot) -> str:
    """A URI per line, as Spotify's desktop client takes them from the clipboard."""
    return "".join(f"{item.uri}\n" for item in snapshot.items)


def as_m3u(snapshot: ListSnapshot) -> str:
    """An M3U8 playlist: for each item its seconds, artists and title, then its URI.

    Players that know Spotify take URIs: Mopidy passes `spotify:` to its Spotify extension, and
    would read a link to open.spotify.com as an audio file. Other players can only use the names.
    """
    lines = ["#EXTM3U"]
    if snapshot.name:
        lines.append(f"#PLAYLIST:{on_one_line(snapshot.name)}")
    for item in snapshot.items:
        seconds = _UNKNOWN_SECONDS if item.duration_ms is None else round(item.duration_ms / 1000)
        names = [", ".join(map(on_one_line, item.artist_names)), on_one_line(item.name or item.uri)]
        lines += [f"#EXTINF:{seconds},{' - '.join(filter(None, names))}", item.uri]
    return "\n".join(lines) + "\n"


def as_csv(snapshot: ListSnapshot, *, for_excel: bool = False) -> str:
    """A CSV file with Exportify's columns; a row of empty cells keeps the position of a hole.

    For Excel, cells that it would run as formulas begin with an apostrophe.
    """
    header: Iterable[Cell] = _COLUMNS
    rows = [
        [column(item) if item else None for column in _COLUMNS.values()]
        for item in snapshot.by_position
    ]
    return "".join(
        ",".join(_quoted(_text(cell), for_excel=for_excel) for cell in row) + "\n"
        for row in (header, *rows)
    )


def _uris(kind: str, ids: Iterable[str]) -> str:
    return ", ".join(f"spotify:{kind}:{one}" if one else "" for one in ids)


def _names(names: Iterable[str]) -> str:
    """Names in one cell; a comma in a name is written with a backslash, as in Exportify."""
    return ", ".join(name.replace(",", "\\,") for name in names)


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else str(cell)


def _quoted(text: str, *, for_excel: bool) -> str:
    if for_excel and _FORMULA.match(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"'
