"""Pieces of one list that show it at one time, put together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playlist_lake.importing.capture_files import CaptureError, Piece


class Capture:
    """A list as it was at one time: a playlist object, pages, or both.

    Two pieces contradict each other if they have different items at one position, or claim
    different totals.
    """

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.playlist: dict[str, Any] | None = None
        self._total: int | None = None
        self._total_path: Path | None = None
        self._items: dict[int, tuple[Any, Path]] = {}
        self._pieces: list[Piece] = []

    def is_superseded_by(self, piece: Piece) -> bool:
        """Whether a later piece begins another capture instead of adding to this one."""
        if piece.playlist is not None and self.playlist is not None:
            return True
        begins = piece.playlist is not None or piece.offset == 0
        return begins and self._contradiction(piece) is not None

    def add(self, piece: Piece, path: Path) -> None:
        """Merge a piece; raises CaptureError if it contradicts what is there."""
        contradiction = self._contradiction(piece)
        if contradiction:
            raise CaptureError(f"{contradiction}; import only the files of one of the two")
        if path not in self.paths:
            self.paths.append(path)
        if piece.playlist is not None:
            self.playlist = piece.playlist
        if piece.total is not None:
            self._total, self._total_path = piece.total, path
        self._items.update(
            (position, (item, path)) for position, item in enumerate(piece.items, piece.offset)
        )
        self._pieces.append(piece)

    @property
    def total(self) -> int:
        """The number of items claimed; if no page claims one, up to the last item that is there."""
        if self._total is not None:
            return self._total
        return max((piece.offset + len(piece.items) for piece in self._pieces), default=0)

    @property
    def spotify_snapshot_id(self) -> str | None:
        """Spotify's name for this state of the list, if the playlist object has it."""
        snapshot_id = (self.playlist or {}).get("snapshot_id")
        return snapshot_id if isinstance(snapshot_id, str) else None

    def pages(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Offset and body of each page, in the list's order, every item once.

        Where two pages overlap, the one that begins later loses what the other one has.
        """
        reached = -1
        for piece in sorted(self._pieces, key=lambda piece: (piece.offset, -len(piece.items))):
            end = piece.offset + len(piece.items)
            if end <= reached:
                continue
            known = max(0, reached - piece.offset)
            yield piece.offset + known, {**piece.page, "items": piece.items[known:]}
            reached = end

    def _contradiction(self, piece: Piece) -> str | None:
        claims = {piece.total, self._total} - {None}
        if len(claims) > 1:
            return f"claims {piece.total} items, {self._total_path} {self._total}"
        for position, item in enumerate(piece.items, piece.offset):
            other, path = self._items.get(position, (item, None))
            if not _same(item, other):
                return f"has another item at position {position + 1} than {path}"
        return None


def _same(item: Any, other: Any) -> bool:
    try:
        return bool(item == other)
    except RecursionError as error:
        raise CaptureError("is nested too deep; save the response as it came") from error
