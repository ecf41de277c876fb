"""Saved responses to import in tests, and reading the raw objects that they become."""

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from extract_lambda.raw_zone import RawZone
from lake.storage import open_storage
from playlist_lake.importing.files import file_on_disk
from playlist_lake.importing.import_report import ImportReport
from playlist_lake.importing.importer import import_files

DAY = date(2026, 11, 22)
LIST = "00wHcTN0zQiun4xri9pmvX"
LINK = f"https://api.spotify.com/v1/playlists/{LIST}/items"
TODAY = datetime(2026, 12, 1, tzinfo=UTC)

ITEMS = [{"item": {"id": "a"}}, {"item": {"id": "b"}}]


def save(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document))
    return path


def page(items: list[Any], offset: int = 0, total: int | None = None) -> dict[str, Any]:
    """A page; a number or text stands for the item with that id."""
    total = offset + len(items) if total is None else total
    href = f"{LINK}?offset={offset}&limit=50"
    return {"href": href, "items": rows(*items), "offset": offset, "total": total}


def rows(*items: Any) -> list[Any]:
    """Rows of a page; a number or text stands for the item with that id."""
    return [{"item": {"id": item}} if isinstance(item, int | str) else item for item in items]


def playlist(items: list[Any], total: int | None = None, **more: Any) -> dict[str, Any]:
    return {"id": LIST, "name": "Mine", "items": page(items, total=total), **more}


def run(lake: Path, *paths: Path, **options: Any) -> ImportReport:
    options = {"snapshot_date": DAY, "playlist_id": None, "clock": lambda: TODAY, **options}
    return import_files(map(file_on_disk, paths), RawZone(open_storage(lake)), **options)


def raw(lake: Path, playlist_id: str = LIST, on: date = DAY) -> list[Any]:
    """The records of a raw object."""
    path = lake / f"raw/snapshot_date={on}/{playlist_id}.jsonl.gz"
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def pages(lake: Path, playlist_id: str = LIST) -> list[tuple[int, list[Any]]]:
    records = raw(lake, playlist_id)
    found = [record for record in records if record["record"] == "items_page"]
    return [(record["offset"], [_id(row) for row in record["page"]["items"]]) for record in found]


def _id(row: Any) -> Any:
    """What `page` makes the row of."""
    is_short = isinstance(row, dict) and row.keys() == {"item"} and row["item"].keys() == {"id"}
    return row["item"]["id"] if is_short else row
