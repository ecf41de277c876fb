"""Songs that Spotify serves under another id than the one that was added to a list."""

import copy
from typing import Literal

from simulator.world.payloads import Body, Generation, reference

Replacement = Literal["reissue", "relink"]


def with_replaced_song(
    row: Body | None,
    replacements: dict[str, Replacement],
    generation: Generation,
    base_url: str,
) -> Body | None:
    """The row, with another id if its song is among the replaced ones; its ISRC stays.

    A re-issue is on an album of its own. A relinked song says which song was added, in
    `linked_from`, which generation 2026 doesn't have.
    """
    keys = [key for key in ("item", "track") if row and row.get(key)]
    if row is None or not keys or row[keys[0]]["id"] not in replacements:
        return row
    row = copy.deepcopy(row)
    for key in keys:
        song = row[key]
        old_id = song["id"]
        if replacements[old_id] == "reissue":
            song["album"] |= reference("album", replaced_id(song["album"]["id"]), base_url)
        elif generation != "2026":
            song["linked_from"] = reference("track", old_id, base_url)
        song |= reference("track", replaced_id(old_id), base_url)
    return row


def replaced_id(spotify_id: str) -> str:
    """The id that replaces another one: the same characters from the end."""
    return spotify_id[::-1]
