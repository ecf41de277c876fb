"""Raw objects: of bare lines or of items, and of snapshots with the product's writer.

Only `write_raw` uses the product's writer, so that it and the reader can be judged by the others.
"""

import gzip
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from extract_lambda.raw_zone import RawZone
from lake.storage import Storage, open_storage
from tests.support.oracle import Snapshot

DAY = date(2026, 11, 22)
LIST = "37i9dQZEVXbMDoHDwVN2tF"

Lines = Sequence[dict[str, Any] | bytes]
"""Records, or their bytes where no JSON library would write them."""


def song(number: int, **more: Any) -> dict[str, Any]:
    """An item of a page: song `number`, of its own album and artist."""
    artist = {"id": f"A{number:021}", "name": f"artist {number}"}
    album = {
        "id": f"B{number:021}",
        "name": f"album {number}",
        "album_type": "single",
        "release_date": "2026-01-02",
        "release_date_precision": "day",
        "total_tracks": 1,
        "artists": [artist],
    }
    track = {
        "id": f"S{number:021}",
        "uri": f"spotify:track:S{number:021}",
        "type": "track",
        "name": f"song {number}",
        "artists": [artist],
        "album": album,
        "duration_ms": 1000 * number,
    }
    return {"added_at": "2026-01-03T04:05:06Z", "item": track | more}


def put_raw(storage: Storage, on: date, items: Sequence[Any] = (), playlist_id: str = LIST) -> str:
    """Put a raw object of one page, with a named list, into a lake; returns its key."""
    key = f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"
    playlist = record("playlist", playlist_id, on, playlist={"name": f"list {playlist_id}"})
    storage.write(key, to_gzip([playlist, *records(playlist_id, [(0, list(items))], on)]))
    return key


def records(playlist_id: str, pages: Sequence[tuple[int, list[Any]]], on: date = DAY) -> list[Any]:
    """The records of a sound raw object: its pages and its end."""
    item_count = sum(len(items) for _, items in pages)
    ends = {"item_count": item_count, "total": item_count, "page_count": len(pages)}
    return [
        *[
            record("items_page", playlist_id, on, offset=offset, page={"items": items})
            for offset, items in pages
        ],
        record("end", playlist_id, on, **ends, spotify_snapshot_id=None),
    ]


def record(kind: str, playlist_id: str, on: date = DAY, **fields: Any) -> dict[str, Any]:
    """One record of a raw object, with the fields that all of them have."""
    return {
        "format_version": 1,
        "record": kind,
        "playlist_id": playlist_id,
        "snapshot_date": f"{on}",
        "fetched_at": f"{on}T12:00:00.000Z",
        "source": "import",
        **fields,
    }


def put_object(lake: Path, playlist_id: str, lines: Lines, on: date = DAY) -> Path:
    """Put a raw object of these lines, without the product's writer."""
    return put_bytes(lake, playlist_id, to_gzip(lines), on)


def to_gzip(lines: Lines) -> bytes:
    """What a raw object of these lines consists of."""
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return gzip.compress(b"".join(text + b"\n" for text in texts), mtime=0)


def put_bytes(lake: Path, playlist_id: str, content: bytes, on: date = DAY) -> Path:
    """Put any bytes where the raw object of a list belongs."""
    path = lake / f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def write_raw(lake: Path, snapshot: Snapshot, *, replace: bool = False) -> None:
    """Write a list into the raw zone with the product's writer."""
    with RawZone(open_storage(lake)).draft(
        snapshot.on, snapshot.playlist_id, source=snapshot.source, replace=replace
    ) as draft:
        if snapshot.playlist is not None:
            draft.playlist(snapshot.playlist, snapshot.fetched)
        for offset, items in snapshot.pages:
            draft.page(offset, {"items": items, "offset": offset}, snapshot.fetched)
        draft.end(snapshot.total, None, snapshot.fetched)
