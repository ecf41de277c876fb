"""The artists in the newest snapshots of lists, read from the raw zone."""

import gzip
import json
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from extract_lambda.history import ListHistory
from extract_lambda.raw_zone import RawZone
from lake.errors import LakeError
from lake.raw_format import ITEMS_PAGE, MAX_LINE_BYTES

_ARTIST_ID = re.compile(r"(?!0{22})[0-9A-Za-z]{22}")
_ARTIST_URI = "spotify:artist:"

_logger = logging.getLogger(__name__)


def newest_artists(zone: RawZone, playlist_ids: Sequence[str], today: date) -> list[str]:
    """The ids of the artists of songs and albums in the newest snapshot of each list, each once.

    Lists without a snapshot are left out. Of a damaged snapshot only the first part may be read,
    which is logged: genres are worth less than a failed run. Raises StorageError.
    """
    history = ListHistory(zone, playlist_ids, today + timedelta(days=1))
    found: dict[str, None] = {}
    for playlist_id in playlist_ids:
        if on := history.newest_snapshot(playlist_id):
            found |= dict.fromkeys(_artists(zone, on, playlist_id))
    return list(found)


def _artists(zone: RawZone, on: date, playlist_id: str) -> Iterator[str]:
    try:
        with zone.open(on, playlist_id) as packed, gzip.GzipFile(fileobj=packed) as lines:
            while line := lines.readline(MAX_LINE_BYTES):
                yield from _artists_in(json.loads(line))
    except (EOFError, gzip.BadGzipFile, zlib.error, ValueError, RecursionError, LakeError) as error:
        _logger.warning(
            "the artists of playlist %s could not be read to the end: its snapshot of %s is "
            "damaged (%s)",
            *(playlist_id, on, error),
        )


def _artists_in(record: Any) -> Iterator[str]:
    if _get(record, "record") != ITEMS_PAGE:
        return
    for item in _list(_get(record, "page"), "items"):
        content = _get(item, "item") or _get(item, "track")
        for artist in (*_list(content, "artists"), *_list(_get(content, "album"), "artists")):
            if artist_id := _id(artist):
                yield artist_id


def _id(artist: Any) -> str | None:
    """An artist's id; without one, that in its URI."""
    uri = str(_get(artist, "uri"))
    for value in (_get(artist, "id"), uri.removeprefix(_ARTIST_URI)):
        if isinstance(value, str) and _ARTIST_ID.fullmatch(value):
            return value
    return None


def _list(values: Any, name: str) -> list[Any]:
    found = _get(values, name)
    return found if isinstance(found, list) else []


def _get(values: Any, name: str) -> Any:
    return values.get(name) if isinstance(values, dict) else None
