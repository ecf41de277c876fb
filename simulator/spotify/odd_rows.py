"""Rows that are rare in real lists: nulls and missing keys where a client expects a value."""

import copy
from collections.abc import Callable

from simulator.world.payloads import Body


def odd_rows(rows: list[Body]) -> list[Body | None]:
    """Seven rows with songs, each changed in one way, and a null as the last row."""
    changed = [_changed(row, change) for row, change in zip(rows, _CHANGES, strict=False)]
    return [*changed, None]


def _changed(row: Body, change: Callable[[Body, Body], None]) -> Body:
    row = copy.deepcopy(row)
    for key in row.keys() & {"item", "track"}:
        change(row, row[key])
    return row


def _null_added_by(row: Body, _: Body) -> None:
    row |= {"added_at": None, "added_by": None}


def _null_thumbnail(row: Body, _: Body) -> None:
    row["video_thumbnail"] = None


def _without_undocumented_keys(row: Body, _: Body) -> None:
    row.pop("video_thumbnail", None)
    row.pop("primary_color", None)


def _artist_without_id(_: Body, song: Body) -> None:
    song["artists"] = [{"name": "", "type": "artist"}]


def _taken_down(_: Body, song: Body) -> None:
    song |= {"name": "", "is_playable": False, "restrictions": {"reason": "product"}}
    song["album"] |= {"name": "", "images": None}


def _without_isrc(_: Body, song: Body) -> None:
    song["external_ids"] = {}


def _nulls_for_removed_keys(_: Body, song: Body) -> None:
    # No complete capture since February 2026 is known: removed keys may be absent or null.
    song |= {"available_markets": None, "popularity": None, "preview_url": None}
    song["album"]["available_markets"] = None


_CHANGES = (
    _null_added_by,
    _null_thumbnail,
    _without_undocumented_keys,
    _artist_without_id,
    _taken_down,
    _without_isrc,
    _nulls_for_removed_keys,
)
