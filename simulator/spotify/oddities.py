"""Rows such as real lists have them, though rarely: nulls and gaps where a value is expected."""

import copy
from collections.abc import Callable

from simulator.world.payloads import Body


def odd_rows(rows: list[Body]) -> list[Body | None]:
    """One row per oddity, made from as many rows that hold a song, and a null for a row."""
    return [_made(row, odd) for row, odd in zip(rows, _ODDITIES, strict=False)] + [None]


def _made(row: Body, odd: Callable[[Body, Body], None]) -> Body:
    made = copy.deepcopy(row)
    for key in made.keys() & {"item", "track"}:
        odd(made, made[key])
    return made


def _added_by_nobody(row: Body, _: Body) -> None:
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
    # No full capture since February 2026 is known: the keys may be gone, or null.
    song |= {"available_markets": None, "popularity": None, "preview_url": None}
    song["album"]["available_markets"] = None


_ODDITIES = (
    _added_by_nobody,
    _null_thumbnail,
    _without_undocumented_keys,
    _artist_without_id,
    _taken_down,
    _without_isrc,
    _nulls_for_removed_keys,
)
