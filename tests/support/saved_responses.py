"""Saved responses to import in tests, and reading the raw objects that they become."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from playlist_lake.importing.import_report import ImportReport
from playlist_lake.importing.importer import import_files

DAY = date(2026, 11, 22)
LIST = "00wHcTN0zQiun4xri9pmvX"
LINK = f"https://api.spotify.com/v1/playlists/{LIST}/items?offset=0&limit=50"

ITEMS = [{"item": {"id": "a"}}, {"item": {"id": "b"}}]


def save(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document))
    return path


def page(items: list[Any], offset: int = 0, total: int | None = None) -> dict[str, Any]:
    total = offset + len(items) if total is None else total
    return {"href": LINK, "items": items, "offset": offset, "total": total}


def playlist(items: list[Any], total: int | None = None, **more: Any) -> dict[str, Any]:
    return {"id": LIST, "name": "Mine", "items": page(items, total=total), **more}


def run(lake: Path, *paths: Path, **options: Any) -> ImportReport:
    options = {"snapshot_date": DAY, "playlist_id": None, **options}
    return import_files(paths, RawZone(open_storage(lake)), **options)


def raw(lake: Path, playlist_id: str = LIST, on: date = DAY) -> list[Any]:
    """The records of a raw object."""
    path = lake / f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def pages(lake: Path, playlist_id: str = LIST) -> list[tuple[int, list[Any]]]:
    records = raw(lake, playlist_id)
    found = [record for record in records if record["record"] == "items_page"]
    return [(record["offset"], record["page"]["items"]) for record in found]
