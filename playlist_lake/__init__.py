"""The command line and the one-machine parts of playlist-lake; `connect` opens a lake for SQL."""

from playlist_lake.answers.database import connect

__all__ = ["connect"]
