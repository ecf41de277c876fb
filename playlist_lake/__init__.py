"""The command line and the one-machine parts of playlist-lake; `connect` opens a lake for SQL."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playlist_lake.answers.database import connect

__all__ = ["connect"]


def __getattr__(name: str) -> Any:
    # The command line imports this package too, and --help does not need DuckDB
    if name == "connect":
        from playlist_lake.answers.database import connect

        return connect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
