"""The rows of the table `playlists`: one per snapshot date and list."""

from typing import Any

from jobs.raw_objects import ObjectSummary, Playlist
from jobs.tables import PARTITION_COLUMN, PLAYLISTS

PLAYLIST_TYPES = {column.name: column.type for column in PLAYLISTS.columns} | {
    PARTITION_COLUMN: "date"
}


def playlist_row(summary: ObjectSummary) -> tuple[Any, ...]:
    """A list's row, in the order of PLAYLIST_TYPES. Source: PlaylistObject, end record."""
    playlist = summary.playlist or Playlist()
    return (
        summary.playlist_id,
        playlist.name,
        playlist.description,
        playlist.is_public,
        playlist.is_collaborative,
        summary.spotify_snapshot_id or playlist.spotify_snapshot_id,
        summary.item_count,
        summary.total,
        summary.is_complete,
        playlist.followers,
        playlist.image_url,
        summary.source,
        summary.fetched_at,
        summary.snapshot_date,
    )
