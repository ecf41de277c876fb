"""The user's Liked Songs: the songs of a list, as `/me/tracks` serves them."""

from collections.abc import Iterable

from simulator.world.payloads import Body


def liked_songs(rows: Iterable[Body | None]) -> list[Body]:
    """The songs among the rows of a list, each once and the newest first.

    Liked Songs have no episodes, local files or null rows, and nobody who added them. Their song is
    under `track` in every generation. Source: SavedTrackObject.
    """
    songs: dict[str, Body] = {}
    for row in rows:
        song = row and (row.get("item") or row.get("track"))
        if row and song and song["type"] == "track" and not row["is_local"]:
            songs[song["uri"]] = {"added_at": row["added_at"], "track": song}
    return sorted(songs.values(), key=lambda row: str(row["added_at"]), reverse=True)
