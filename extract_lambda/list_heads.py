"""The head of a list: its playlist object, and what tells its versions apart.

A playlist has a `snapshot_id`. Liked Songs have neither a playlist object nor an id. Their object
is made here, and their version is how many songs they are and which song is the newest: whatever
is added becomes the newest song, and whatever is removed changes the number.
"""

from typing import Any, NamedTuple

from extract_lambda.pages import identity
from extract_lambda.spotify_api import SpotifyApi
from lake.raw_format import LIKED_SONGS

_LIKED_SONGS = {"collaborative": False, "id": LIKED_SONGS, "name": "Liked Songs", "public": False}


class ListVersion(NamedTuple):
    """Equal before and after a reading unless the list changed; a list has one or the other."""

    snapshot_id: str | None = None
    liked: tuple[int, bytes] | None = None
    """The number of Liked Songs, and what identifies the newest one."""


class ListHead(NamedTuple):
    """The playlist object, which may include the first items, and the version it describes."""

    playlist: dict[str, Any]
    version: ListVersion


def read_head(api: SpotifyApi, playlist_id: str) -> ListHead:
    """The head of a list, with one call; raises ApiError."""
    if playlist_id == LIKED_SONGS:
        version, total = _liked(api)
        return ListHead(_LIKED_SONGS | {"items": {"total": total}}, version)
    playlist = api.playlist(playlist_id)
    return ListHead(playlist, ListVersion(playlist["snapshot_id"]))


def read_version(api: SpotifyApi, playlist_id: str) -> ListVersion:
    """The current version of a list, with one call; raises ApiError."""
    if playlist_id == LIKED_SONGS:
        return _liked(api)[0]
    return ListVersion(api.snapshot_id(playlist_id))


def _liked(api: SpotifyApi) -> tuple[ListVersion, int]:
    page = api.newest_liked_song()
    newest = b"".join(identity(item) for item in page.items)
    return ListVersion(liked=(page.total, newest)), page.total
