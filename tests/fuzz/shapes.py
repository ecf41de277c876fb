"""The shapes in which the Web API and other tools save a list."""

from collections.abc import Callable
from typing import Any, NamedTuple

Json = dict[str, Any]


class Shape(NamedTuple):
    """A way to save a list: a function from its playlist object and pages to documents."""

    name: str
    documents: Callable[[Json, list[Json]], list[Any]]
    has_id: bool = True
    """Whether the documents say which list it is."""


def _playlist_object(playlist: Json, pages: list[Json]) -> list[Any]:
    """The answers of the Web API: the first page is in the playlist object."""
    first, *others = pages
    key = "tracks" if "/tracks" in str(first.get("href")) else "items"
    return [playlist | {key: first}, *others]


def _whole(playlist: Json, pages: list[Json]) -> Json:
    start = {"offset": 0, "next": None, "previous": None, "total": len(_rows(pages))}
    return playlist | {"items": pages[0] | start | {"items": _rows(pages)}}


def _two_playlists(playlist: Json, pages: list[Json]) -> list[Any]:
    other = playlist | {"id": f"other-{playlist['id']}", "uri": None, "href": None}
    return [{"playlists": [_whole(playlist, pages), _whole(other, pages[:1])]}]


def _filtered_pages(_: Json, pages: list[Json]) -> list[Any]:
    """Pages as the parameter `fields` leaves them, in one file."""
    kept = ("href", "items", "next")
    return [[{key: page[key] for key in kept if key in page} for page in pages]]


def _flat_rows(playlist: Json, pages: list[Json]) -> list[Any]:
    rows = [_content(row) or row for row in _rows(pages)]
    return [{"id": playlist["id"], "name": playlist["name"], "tracks": rows}]


def _account_data(playlist: Json, pages: list[Json]) -> list[Any]:
    rows = [_account_row(row) for row in _rows(pages)]
    listed = {"name": playlist["name"], "lastModifiedDate": "2025-02-28", "items": rows}
    return [{"playlists": [listed]}]


def _account_row(row: Any) -> Any:
    content = _content(row)
    if not content:
        return row
    track = {"trackName": content.get("name"), "trackUri": content.get("uri")}
    return {"addedDate": str(row.get("added_at"))[:10], "track": track, "episode": None}


def _library(_: Json, pages: list[Json]) -> list[Any]:
    rows = []
    for row in _rows(pages):
        content = _content(row) or {}
        named = {"artist": "Ann", "album": "A", "track": content.get("name")}
        rows.append({**named, "uri": content["uri"]} if "uri" in content else row)
    return [{"tracks": rows, "albums": [], "shows": []}]


def _spotify_backup(playlist: Json, pages: list[Json]) -> list[Any]:
    return [{"playlists": [playlist | {"tracks": _rows(pages)}], "albums": []}]


def _archive(playlist: Json, pages: list[Json]) -> list[Any]:
    rows = [_archived_row(row) for row in _rows(pages)]
    return [{"original_name": playlist["name"], "num_followers": 1, "tracks": rows}]


def _archived_row(row: Any) -> Any:
    content = _content(row)
    if not content:
        return row
    link = f"https://open.spotify.com/track/{content.get('id')}"
    archived = {"added_at": "2025-02-28 10:11:12", "artists": [{"name": "Ann"}], "url": link}
    return {**archived, "name": content.get("name"), "duration_ms": content.get("duration_ms")}


def _content(row: Any) -> Json | None:
    found = (row.get("item") or row.get("track")) if isinstance(row, dict) else None
    return found if isinstance(found, dict) else None


def _rows(pages: list[Json]) -> list[Any]:
    return [row for page in pages for row in page["items"]]


SHAPES = (
    Shape("playlist-and-pages", _playlist_object),
    Shape("whole-playlist", lambda playlist, pages: [_whole(playlist, pages)]),
    Shape("two-playlists", _two_playlists),
    Shape("pages", lambda _, pages: list(pages)),
    Shape("array-of-pages", lambda _, pages: [pages]),
    Shape("reversed-pages", lambda _, pages: [pages[::-1]]),
    Shape("filtered-pages", _filtered_pages),
    Shape("rows", lambda _, pages: [_rows(pages)], has_id=False),
    Shape("flat-rows", _flat_rows),
    Shape("account-data", _account_data, has_id=False),
    Shape("library", _library, has_id=False),
    Shape("spotify-backup", _spotify_backup),
    # Its id is in the file's name
    Shape("archive", _archive),
)
