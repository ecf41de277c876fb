"""The last snapshot of each list, read from the raw zone."""

import gzip
import json
import zlib
from collections import defaultdict, deque
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain
from typing import NamedTuple

from jobs.raw_lines import Damaged, unpacked_lines
from lake.errors import ObjectMissing
from lake.raw_format import END, RAW_FOLDER, parse_raw_key, raw_key
from lake.storage import Storage

# On S3 every snapshot is a request
_READERS = 16


class LastSnapshot(NamedTuple):
    """The newest snapshot of a list that can be read: its items, rejects included."""

    snapshot_date: date
    name: str | None
    item_count: int
    total: int


def snapshot_dates(storage: Storage) -> dict[str, list[date]]:
    """The dates of each list's raw objects, in order, by playlist id."""
    dates = defaultdict(list)
    for stored in storage.list_objects(RAW_FOLDER):
        try:
            on, playlist_id = parse_raw_key(stored.key)
        except ValueError:
            continue
        dates[playlist_id].append(on)
    return dates


def last_snapshots(
    storage: Storage, dates: dict[str, list[date]], playlist_ids: Collection[str]
) -> dict[str, LastSnapshot]:
    """The last snapshot of each of these lists that has one; a damaged object is passed over."""

    def last(playlist_id: str) -> LastSnapshot | None:
        found = (_read(storage, on, playlist_id) for on in reversed(dates.get(playlist_id, [])))
        return next(filter(None, found), None)

    with ThreadPoolExecutor(_READERS) as pool:
        read = zip(playlist_ids, pool.map(last, playlist_ids), strict=True)
        return {playlist_id: snapshot for playlist_id, snapshot in read if snapshot}


def _read(storage: Storage, on: date, playlist_id: str) -> LastSnapshot | None:
    """A snapshot, from the first and the last line of its object; None if it is damaged."""
    try:
        with storage.open(raw_key(on, playlist_id)) as stream:
            lines = unpacked_lines(stream)
            first = next(lines)
            (last,) = deque(chain([first], lines), maxlen=1)
        playlist, end = json.loads(first).get("playlist"), json.loads(last)
        name = playlist.get("name") if isinstance(playlist, dict) else None
        if end["record"] != END:
            return None
        return LastSnapshot(
            on, name if isinstance(name, str) else None, int(end["item_count"]), int(end["total"])
        )
    except (Damaged, ObjectMissing, StopIteration, EOFError, gzip.BadGzipFile, zlib.error):
        return None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
